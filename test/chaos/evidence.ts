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
  /** The row that made this version; before the creation there is none. */
  row?: LogRow;
}

/** A user at each version, according to the change log. Version 0 is before the creation. */
export interface Timeline {
  user: UserHistory;
  states: ReadonlyMap<number, State>;
  last: number;
  /** The rows of the log, and one for the erasure, as if it had made another version. */
  rows: readonly LogRow[];
}

/** An attempt and its row in the log of its user. */
export interface Effect {
  attempt: Attempt;
  row: LogRow;
  before: State;
}

/** A history, indexed so that each rule needs only a few steps per attempt. */
export interface Evidence {
  history: History;
  timelines: ReadonlyMap<string, Timeline>;
  /** By request id. */
  attempts: ReadonlyMap<string, Attempt>;
  /** By request id: the rows of the timelines that name it. */
  rows: ReadonlyMap<string, readonly LogRow[]>;
  /** By request id: the user whom its row is about. */
  subjects: ReadonlyMap<string, Timeline>;
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
  const made = [...timelines.values()].flatMap((timeline) =>
    timeline.rows.filter((row) => !isByOperator(row)).map((row) => ({ row, timeline })),
  );
  const keyed = history.attempts.filter(({ sent }) => sent.idempotencyKey !== undefined);
  return {
    history,
    attempts,
    timelines,
    rows: Map.groupBy(
      made.map(({ row }) => row),
      ({ requestId }) => requestId,
    ),
    subjects: new Map(made.map(({ row, timeline }) => [row.requestId, timeline])),
    keys: new Map(history.keys.map((key) => [key.id, key])),
    effects: [...timelines.values()].flatMap((timeline) => effectsOn(timeline, attempts)),
    twins: Map.groupBy(keyed, twinKey),
  };
}

/** Whether a row is the creation of a user by the operator. */
export const isByOperator = ({ version, apiKeyId, requestId }: LogRow): boolean =>
  version === 1 && apiKeyId === null && requestId === 'sql';

/** Whether an attempt can be about a user: a client may not know the id of the user that it creates. */
export const isAbout = ({ sent }: Attempt, { id }: UserHistory): boolean =>
  sent.target === id || (sent.action === 'create' && sent.target === '');

/** Returns the user whom an attempt is about, if that user ever existed. */
export const subjectOf = (
  { timelines, subjects }: Evidence,
  { sent, response, requestId }: Attempt,
): Timeline | undefined =>
  timelines.get(sent.target || response?.created || '') ?? subjects.get(requestId);

/** Returns the values that a user has after an attempt succeeds. */
export function wanted({ sent }: Attempt, timeline: Timeline | undefined): Values {
  const { revert, fields = {} } = sent;
  if (revert === undefined) return fields;
  if ('version' in revert) return timeline?.states.get(revert.version)?.values ?? {};
  const { changes = {} } = timeline?.states.get(revert.undo)?.row ?? {};
  return Object.fromEntries(Object.entries(changes).map(([name, { before }]) => [name, before]));
}

/** Returns the version that an edit is based on. Undoing a change is based on the version it made. */
export function baseOf({ sent: { baseVersion, revert } }: Attempt): number | undefined {
  if (revert && 'undo' in revert) return revert.undo;
  return baseVersion === undefined ? undefined : Number(versionsIn(baseVersion)[0]);
}

export const twinKey = ({ sent }: Attempt): string => `${sent.keyId} ${sent.idempotencyKey}`;

/** Returns each row with the attempt that left it. Rows without one break the rule `stray-row`. */
function effectsOn({ user, rows, states }: Timeline, attempts: Evidence['attempts']): Effect[] {
  return rows.flatMap((row) => {
    const attempt = attempts.get(row.requestId);
    const before = states.get(row.version - 1);
    return attempt && before && isAbout(attempt, user) ? { attempt, row, before } : [];
  });
}

function timelineOf(user: UserHistory): Timeline {
  let state: State = { values: user.blank, changedIn: {} };
  const states = new Map([[0, state]]);
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
  const last = user.log.at(-1)?.version ?? 0;
  const erasure = user.erasure && { ...user.erasure, version: last + 1, changes: {} };
  return { user, states, last, rows: [...user.log, ...(erasure ? [erasure] : [])] };
}

/** Whether an attempt sets values of a user. */
export const writes = ({ sent }: Attempt): boolean =>
  sent.method === 'PUT' || sent.method === 'PATCH' || sent.method === 'POST';

/** Whether an attempt is a dry run. */
export const isDry = ({ sent }: Attempt): boolean => sent.prefer === 'validate-only';

export const succeeded = ({ response }: Attempt): boolean =>
  [200, 201, 204].includes(response?.status ?? 0);

/** Refusals that are recorded under an Idempotency-Key; those of an update only if the user exists. */
const RECORDED = {
  create: ['field_not_writable', 'email_taken', 'user_exists', 'user_erased'],
  erase: ['user_not_found', 'precondition_failed'],
  update: ['field_not_writable', 'precondition_failed', 'edit_conflict'],
};

/** Whether the statement decided an attempt, and so recorded its result under an Idempotency-Key. */
export function isRecorded(attempt: Attempt): boolean {
  const { action } = attempt.sent;
  const codes = RECORDED[action === 'create' || action === 'erase' ? action : 'update'];
  return succeeded(attempt) || codes.includes(attempt.response?.code ?? '');
}

/** Whether both objects have the same members with the same values. Values must not be objects. */
export const same = (a: Values, b: Values): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** Returns the versions that a header names: `*` for any. */
const versionsIn = (header: string): '*' | readonly number[] =>
  header === '*' ? '*' : [...header.matchAll(/"(\d+)"/g)].map(([, digits]) => Number(digits));

export const names = (header: string, version: number): boolean => {
  const versions = versionsIn(header);
  return versions === '*' || versions.includes(version);
};
