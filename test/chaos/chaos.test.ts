import { beforeAll, describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { faultKinds } from './fault-kinds.ts';
import { type Outcome, play } from './play.ts';
import { summaryOf } from './report.ts';

/** More than 2,000: some send nothing, such as a repetition when there is nothing yet to repeat. */
const OPERATIONS = 2100;
const PATIENCE_MS = 500_000;

describe('16 clients on 8 users while the database fails in every way:', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    const shape = { operations: OPERATIONS, seed: 1, clients: 16, users: 8 };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    outcome = await play({ ...shape, bundle: 'dist/index.js', signal });
  }, PATIENCE_MS + 30_000);

  /** One table of the summary. */
  const counts = (heading: string) =>
    summaryOf(outcome, []).get(heading) ?? new Map<string, number>();

  test('all that clients were told is what happened', () => {
    expect(check(outcome.history).slice(0, 3)).toEqual([]);
  });

  test('every kind of fault was injected', () => {
    expect([...outcome.injected.keys()].sort()).toEqual(faultKinds.toSorted());
  });

  test.each([
    '200',
    '204',
    '304',
    '401 revoked_api_key',
    '403 field_not_writable',
    '409 edit_conflict',
    '412 precondition_failed',
    '422 idempotency_key_reused',
    '428 precondition_required',
    '503 database_unavailable not_applied',
    '503 database_unavailable unknown',
    '504 outcome_unknown unknown',
    'none: the client hung up',
  ])('some were answered: %s', (response) => {
    expect(counts('answers').get(response)).toBeGreaterThan(1);
  });

  test.each([
    'unknown: had taken effect',
    'unknown: had not',
    'no answer: had taken effect',
    'no answer: had not',
    'not_applied: had not',
  ])('some writes came to this: %s', (fate) => {
    expect(counts('what became of it').get(fate)).toBeGreaterThan(1);
  });

  test.each([
    ['operations', 2000],
    ['repeated by the Worker', 50],
    ['replays', 50],
    ['merges', 20],
    ['without a fault near', 100],
    ['revocations and restorings', 50],
    ['changes in the log', 300],
  ])('%s: at least %i', (name, least) => {
    expect(counts('in all').get(name)).toBeGreaterThanOrEqual(least);
  });
});
