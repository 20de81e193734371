import { CLOCKS_MS, isRecorded, type Rule, twinKey } from '../evidence.ts';
import type { Attempt, LogRow } from '../history.ts';

/**
 * A change never takes effect after its final answer. Under an Idempotency-Key that is also what any
 * other request under it was told for good.
 */
export const finality: Rule = function* ({ effects, twins }) {
  for (const { attempt, row } of effects) {
    const twinsTold = twins.get(twinKey(attempt))?.filter(isRecorded) ?? [];
    const told = [attempt, ...twinsTold].find((one) => isFinal(one) && isLater(row, one));
    if (told)
      yield {
        rule: 'applied-after-answer',
        says: `version ${row.version} came after its own final answer`,
        evidence: [told, row, attempt],
      };
  }
};

const isFinal = ({ response }: Attempt): boolean => !!response && response.outcome !== 'unknown';

/** Whether a row was made after an answer, by the version that it names or by the clock. */
const isLater = (row: LogRow, { response, ended }: Attempt): boolean =>
  row.version > (response?.version ?? Number.POSITIVE_INFINITY) ||
  row.changedAt > ended + CLOCKS_MS;

/** What reaches the database after its time does nothing, even where nobody knows what became of it. */
export const punctuality: Rule = function* ({ history, rows }) {
  for (const { requestId, overdueAt = Number.POSITIVE_INFINITY } of history.cutOff)
    for (const row of rows.get(requestId) ?? [])
      if (row.changedAt > overdueAt - CLOCKS_MS)
        yield {
          rule: 'applied-overdue',
          says: 'it took effect after its not_after',
          evidence: [row, overdueAt],
        };
};
