import type { Violation } from './evidence.ts';
import { type Attempt, DEADLINE_MS, type History, type Sent } from './history.ts';
import type { Outcome } from './play.ts';

/** Counts how often each name occurs; the most frequent comes first. */
const tally = (names: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
};

/** Returns the summary of a run: one table per heading. */
export function summaryOf(
  outcome: Outcome,
  violations: readonly Violation[],
): Map<string, Map<string, number>> {
  const { history, injected, databaseRequests, milliseconds } = outcome;
  const { attempts } = history;
  const logged = new Set(history.users.flatMap(({ log }) => log.map(({ requestId }) => requestId)));
  const count = (is: (attempt: Attempt) => unknown) => attempts.filter(is).length;
  const restorings = history.keyEvents.filter(({ action }) => action === 'restore').length;
  const operations = new Set(attempts.map(({ operation }) => operation)).size + restorings;
  return new Map([
    ['requests', tally(attempts.map(kindOf))],
    ['responses', tally(attempts.map(responseOf))],
    ['failures', failures(history)],
    ['faults injected', new Map([...injected].sort(([, a], [, b]) => b - a))],
    ['writes without a final response', outcomes(history)],
    [
      'totals',
      new Map([
        ['operations', operations],
        ['requests', attempts.length],
        ['database requests', databaseRequests],
        ['repeated by the Worker', count(({ response }) => (response?.databaseRequests ?? 0) > 1)],
        ['replays', count(({ response }) => response?.replayed)],
        ['merges', count(({ response }) => response?.text.includes('"merged_from"'))],
        ['while no faults were injected', count(({ calm }) => calm)],
        ['revocations and restorations', history.keyEvents.length],
        ['users created', history.users.filter(({ log }) => log[0]?.apiKeyId).length],
        ['users erased', history.users.filter(({ erasure }) => erasure).length],
        [
          'reverts in the log',
          count(({ requestId, sent }) => sent.action === 'revert' && logged.has(requestId)),
        ],
        ['changes in the log', history.users.reduce((sum, { log }) => sum + log.length, 0)],
        ['seconds', Math.round(milliseconds / 100) / 10],
        ['requests per second', Math.round((attempts.length * 1000) / milliseconds)],
      ]),
    ],
    ['violations', tally(violations.map(({ rule }) => rule))],
  ]);
}

const isChange = ({ method, action }: Sent): boolean => method !== 'GET' && action !== 'revoke';

function kindOf({ sent }: Attempt): string {
  const headers = [
    sent.ifMatch && 'If-Match',
    sent.ifNoneMatch && 'If-None-Match',
    sent.baseVersion && 'Base-Version',
    sent.idempotencyKey && 'Idempotency-Key',
  ];
  return [sent.action ?? sent.method, ...headers.filter(Boolean)].join(' + ');
}

const responseOf = ({ response, aborted }: Attempt): string =>
  response
    ? [response.status, response.code, response.outcome].filter(Boolean).join(' ')
    : aborted
      ? 'none: the client hung up'
      : 'none';

/**
 * Returns the number of failures that clients saw, and how many of them no Worker can avoid, because the
 * database was down until the deadline of the request.
 */
function failures({ attempts, outages, cutOff }: History): Map<string, number> {
  const long = outages.filter(({ from, to }) => to - from > DEADLINE_MS);
  const lost = new Set(cutOff.map(({ requestId }) => requestId));
  const isAway = ({ requestId, began, ended }: Attempt) =>
    lost.has(requestId) || long.some(({ from, to }) => from < ended && began + DEADLINE_MS < to);
  const failed = attempts.filter(({ response }) => response && response.status >= 500);
  const unknown = failed.filter(({ response }) => response?.outcome === 'unknown');
  return new Map([
    ['5xx responses', failed.length],
    ['unknown outcomes', unknown.length],
    ['5xx responses while the database was down past the deadline', failed.filter(isAway).length],
    [
      'unknown outcomes while the database was down past the deadline',
      unknown.filter(isAway).length,
    ],
  ]);
}

/** Counts which writes without a final response took effect. */
function outcomes({ attempts, users }: History): Map<string, number> {
  const applied = new Set(
    users.flatMap(({ log, erasure }) => [
      ...log.map(({ requestId }) => requestId),
      erasure?.requestId,
    ]),
  );
  const uncertain = attempts.filter(
    ({ response, sent }) => isChange(sent) && (!response || response.outcome !== undefined),
  );
  return tally(
    uncertain.map(({ response, requestId }) => {
      const outcome = response?.outcome ?? 'no response';
      return `${outcome}: ${applied.has(requestId) ? 'took effect' : 'no effect'}`;
    }),
  );
}

/** Returns the tables as text. */
export const format = (summary: ReadonlyMap<string, ReadonlyMap<string, number>>): string =>
  [...summary]
    .map(([heading, counts]) => {
      const lines = [...counts].map(
        ([name, number]) => `  ${name.padEnd(58)}${`${number}`.padStart(10)}`,
      );
      return [heading, ...(lines.length > 0 ? lines : ['  none'])].join('\n');
    })
    .join('\n\n');
