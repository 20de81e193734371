import { CLOCKS_MS, isRecorded, type Rule, twinKey } from '../evidence.ts';
import type { Attempt, LogRow } from '../history.ts';

/**
 * A change never takes effect after its final response. Under an Idempotency-Key, it does not take effect
 * after the final response of another request with that key, either.
 */
export const finality: Rule = function* ({ effects, twins }) {
  for (const { attempt, row } of effects) {
    const recordedTwins = twins.get(twinKey(attempt))?.filter(isRecorded) ?? [];
    const earlier = [attempt, ...recordedTwins].find((one) => isFinal(one) && isLater(row, one));
    if (earlier)
      yield {
        rule: 'applied-after-response',
        says: `version ${row.version} was created after the final response`,
        evidence: [earlier, row, attempt],
      };
  }
};

const isFinal = ({ response }: Attempt): boolean => !!response && response.outcome !== 'unknown';

/** Whether a row was created after a response, by the version in the response or by the clock. */
const isLater = (row: LogRow, { response, ended }: Attempt): boolean =>
  row.version > (response?.version ?? Number.POSITIVE_INFINITY) ||
  row.changedAt > ended + CLOCKS_MS;

/** A statement that reaches the database after its not_after has no effect. */
export const punctuality: Rule = function* ({ history, rows }) {
  for (const { requestId, overdueAt = Number.POSITIVE_INFINITY } of history.cutOff)
    for (const row of rows.get(requestId) ?? [])
      if (row.changedAt > overdueAt - CLOCKS_MS)
        yield {
          rule: 'applied-overdue',
          says: 'the change took effect after its not_after',
          evidence: [row, overdueAt],
        };
};
