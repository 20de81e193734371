import type { Attempt, History, LogRow, UserHistory, Values } from './history.ts';

/** How much the clocks of database and clients may differ. */
export const CLOCKS_MS = 100;

/** Something that must never happen, with its evidence. */
export interface Violation {
  rule: string;
  says: string;
  evidence: readonly unknown[];
}

/** A user at one version. */
export interface State {
  values: Values;
  /** The version that last changed each field; without the fields that never changed. */
  changedIn: Readonly<Record<string, number>>;
  /** The row that made this version; the first version has none. */
  row?: LogRow;
}

/** A user at each version, according to the log. */
export interface Timeline {
  user: UserHistory;
  states: ReadonlyMap<number, State>;
  last: number;
}

/** An attempt and its row in the log of its user. */
export interface Effect {
  attempt: Attempt;
  row: LogRow;
  before: State;
}

/** A history, indexed so that each rule needs a few steps per attempt. */
export interface Evidence {
  history: History;
  timelines: ReadonlyMap<string, Timeline>;
  /** By request id. */
  attempts: ReadonlyMap<string, Attempt>;
  /** By request id: the rows of the log that name it. */
  rows: ReadonlyMap<string, readonly LogRow[]>;
  /** All attempts that left a row. */
  effects: readonly Effect[];
  /** By id. */
  keys: ReadonlyMap<string, History['keys'][number]>;
  /** The attempts that share an Idempotency-Key of an API key. */
  twins: ReadonlyMap<string, readonly Attempt[]>;
}

export type Rule = (evidence: Evidence) => Iterable<Violation>;

export function collect(history: History): Evidence {
  const attempts = new Map(history.attempts.map((attempt) => [attempt.requestId, attempt]));
  const timelines = new Map(history.users.map((user) => [user.id, timelineOf(user)]));
  const rows = Map.groupBy(
    history.users.flatMap(({ log }) => log),
    ({ requestId }) => requestId,
  );
  const keyed = history.attempts.filter(({ sent }) => sent.idempotencyKey !== undefined);
  return {
    history,
    attempts,
    timelines,
    rows,
    keys: new Map(history.keys.map((key) => [key.id, key])),
    effects: [...timelines.values()].flatMap((timeline) => effectsOn(timeline, attempts)),
    twins: Map.groupBy(keyed, twinKey),
  };
}

export const twinKey = ({ sent }: Attempt): string => `${sent.keyId} ${sent.idempotencyKey}`;

/** Rows that no attempt about this user left are for the rule about strays. */
function effectsOn({ user, states }: Timeline, attempts: Evidence['attempts']): Effect[] {
  return user.log.flatMap((row) => {
    const attempt = attempts.get(row.requestId);
    const before = states.get(row.version - 1);
    return attempt && before && attempt.sent.target === user.id ? { attempt, row, before } : [];
  });
}

function timelineOf(user: UserHistory): Timeline {
  let state: State = { values: user.initial, changedIn: {} };
  const states = new Map([[1, state]]);
  for (const row of user.log) {
    const fields = Object.entries(row.changes);
    state = {
      values: {
        ...state.values,
        ...Object.fromEntries(fields.map(([name, { after }]) => [name, after])),
      },
      changedIn: {
        ...state.changedIn,
        ...Object.fromEntries(fields.map(([name]) => [name, row.version])),
      },
      row,
    };
    states.set(row.version, state);
  }
  return { user, states, last: user.log.at(-1)?.version ?? 1 };
}

export const writes = ({ sent }: Attempt): boolean =>
  sent.method === 'PUT' || sent.method === 'PATCH';

export const succeeded = ({ response }: Attempt): boolean =>
  response?.status === 200 || response?.status === 204;

/**
 * Whether the statement decided it about an existing user, and so recorded it under an
 * Idempotency-Key.
 */
export const isRecorded = (attempt: Attempt): boolean =>
  succeeded(attempt) ||
  ['field_not_writable', 'precondition_failed', 'edit_conflict'].includes(
    attempt.response?.code ?? '',
  );

/** Whether both have the same members with the same values, none of which is an object. */
export const same = (a: Values, b: Values): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** Returns the versions that a header names: `*` for any. */
export const versionsIn = (header: string): '*' | readonly number[] =>
  header === '*' ? '*' : [...header.matchAll(/"(\d+)"/g)].map(([, digits]) => Number(digits));

export const names = (header: string, version: number): boolean => {
  const versions = versionsIn(header);
  return versions === '*' || versions.includes(version);
};
