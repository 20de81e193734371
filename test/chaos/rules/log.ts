import {
  type Evidence,
  type Rule,
  same,
  type Timeline,
  type Violation,
  writes,
} from '../evidence.ts';

/** The change log of each user is one chain that leads to the current row. */
export function* chain({ timelines }: Evidence): Generator<Violation> {
  for (const timeline of timelines.values()) {
    const { user, last, states } = timeline;
    let expected = 2;
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
    if (user.finalVersion !== last)
      yield {
        rule: 'version-gap',
        says: `the row has version ${user.finalVersion}, the log ends with ${last}`,
        evidence: [user.log.at(-1)],
      };
    const folded = states.get(last)?.values ?? {};
    if (!same(folded, user.final))
      yield {
        rule: 'final-row-differs',
        says: 'the row differs from the sum of its log',
        evidence: [folded, user.final],
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
export const origins: Rule = function* ({ history, attempts, rows, effects }) {
  for (const user of history.users)
    for (const row of user.log) {
      const sent = attempts.get(row.requestId)?.sent;
      if (
        sent?.target !== user.id ||
        sent.keyId !== row.apiKeyId ||
        sent.prefer === 'validate-only'
      )
        yield {
          rule: 'stray-row',
          says: 'no request sent the change of this row',
          evidence: [row, sent],
        };
    }
  for (const [requestId, own] of rows)
    if (own.length > 1)
      yield {
        rule: 'applied-twice',
        says: 'one request left several rows',
        evidence: [...own, attempts.get(requestId)],
      };
  for (const { attempt, row, before } of effects) {
    const sent = writes(attempt) ? (attempt.sent.fields ?? {}) : {};
    const changing = Object.entries(sent).filter(
      ([field, value]) => before.values[field] !== value,
    );
    const after = Object.fromEntries(
      Object.entries(row.changes).map(([field, change]) => [field, change.after]),
    );
    if (!same(Object.fromEntries(changing), after))
      yield {
        rule: 'row-differs-from-request',
        says: 'the row differs from what was sent',
        evidence: [row, attempt],
      };
  }
};
