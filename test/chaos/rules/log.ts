import {
  type Effect,
  type Evidence,
  isAbout,
  isByOperator,
  isDry,
  type Rule,
  same,
  type Timeline,
  type Violation,
  wanted,
  writes,
} from '../evidence.ts';
import type { Attempt, LogRow } from '../history.ts';

/** The change log of each user is one chain from the creation to the current row. */
export function* chain({ timelines }: Evidence): Generator<Violation> {
  for (const timeline of timelines.values()) {
    const { user, last, states } = timeline;
    let expected = 1;
    for (const row of user.log) {
      if (row.version !== expected)
        yield {
          rule: 'version-gap',
          says: `version ${expected} of a user is missing or duplicated`,
          evidence: [row],
        };
      expected = row.version + 1;
      yield* links(timeline, row.version);
    }
    if (!user.final) continue;
    if (user.final.version !== last)
      yield {
        rule: 'version-gap',
        says: `the row has version ${user.final.version}, the log ends with ${last}`,
        evidence: [user.log.at(-1)],
      };
    const folded = states.get(last)?.values ?? {};
    if (!same(folded, user.final.values))
      yield {
        rule: 'final-row-differs',
        says: 'the row differs from the sum of its log',
        evidence: [folded, user.final.values],
      };
  }
}

function* links({ states }: Timeline, version: number): Generator<Violation> {
  const row = states.get(version)?.row;
  const before = states.get(version - 1)?.values;
  if (!row || !before) return;
  for (const [field, change] of Object.entries(row.changes))
    if (change.before !== before[field] || change.after === change.before)
      yield {
        rule: 'broken-chain',
        says: `${field} was ${JSON.stringify(before[field])} before`,
        evidence: [row],
      };
}

/** Every row of the log belongs to one request, which sent exactly these values. */
export const origins: Rule = function* ({ timelines, attempts, rows, effects, subjects }) {
  for (const timeline of timelines.values())
    for (const row of timeline.rows)
      if (!isByOperator(row) && !isOf(attempts.get(row.requestId), row, timeline))
        yield {
          rule: 'stray-row',
          says: 'no request sent the change of this row',
          evidence: [row, attempts.get(row.requestId)],
        };
  for (const [requestId, own] of rows)
    if (own.length > 1)
      yield {
        rule: 'applied-twice',
        says: 'one request left several rows',
        evidence: [...own, attempts.get(requestId)],
      };
  for (const effect of effects) {
    const { attempt, row } = effect;
    if (!isAsSent(effect, subjects.get(row.requestId)))
      yield {
        rule: 'row-differs-from-request',
        says: 'the row differs from what was sent',
        evidence: [row, attempt],
      };
  }
};

/** Whether an attempt can have left a row. Only a creation leaves the first, only an erasure the last. */
function isOf(attempt: Attempt | undefined, row: LogRow, { user, last }: Timeline): boolean {
  if (!attempt || isDry(attempt) || attempt.sent.keyId !== row.apiKeyId) return false;
  const { action } = attempt.sent;
  return (
    isAbout(attempt, user) &&
    (action === 'create') === (row.version === 1) &&
    (action === 'erase') === row.version > last
  );
}

/** Whether a row has exactly the values that were sent and differ from those before. */
function isAsSent({ attempt, row, before }: Effect, timeline: Timeline | undefined): boolean {
  const sent = writes(attempt) ? wanted(attempt, timeline) : {};
  const changing = Object.entries(sent).filter(([field, value]) => before.values[field] !== value);
  const after = Object.entries(row.changes)
    .filter(
      ([field]) => attempt.sent.action !== 'create' || field in sent || !isDefault(row, field),
    )
    .map(([field, change]) => [field, change.after]);
  return same(Object.fromEntries(changing), Object.fromEntries(after));
}

/** Whether a field of a new user has the table's default; only flags have one. */
const isDefault = ({ changes }: LogRow, field: string): boolean =>
  changes[field]?.after === (field === 'is_active');

/** A user exists until they are erased, and then nothing of them remains. */
export const ends: Rule = function* ({ timelines }) {
  for (const { user, rows } of timelines.values()) {
    const evidence = [user.id, rows.at(-1)];
    if (!user.final && !user.erasure)
      yield { rule: 'user-lost', says: 'the user is missing, but was not erased', evidence };
    if (user.erasure && (user.final || user.leftIn.length > 0))
      yield { rule: 'erased-but-left', says: `the user is still in ${user.leftIn}`, evidence };
  }
};
