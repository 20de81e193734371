import { beforeAll, describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { faultKinds } from './fault-kinds.ts';
import { type Outcome, play } from './play.ts';
import { summaryOf } from './report.ts';

/**
 * Planned operations, enough for the rarest outcome to occur about ten times. Some send nothing, such as a
 * repeat when there is nothing to repeat.
 */
const OPERATIONS = 3100;
const PATIENCE_MS = 500_000;

describe('16 clients on 8 users while the database fails in every way:', () => {
  let run: Outcome;
  beforeAll(async () => {
    const shape = { operations: OPERATIONS, seed: 1, clients: 16, users: 8 };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    run = await play({ ...shape, bundle: 'dist/index.js', signal });
  }, PATIENCE_MS + 30_000);

  /** Returns a table of the summary. */
  const counts = (heading: string) => summaryOf(run, []).get(heading) ?? new Map<string, number>();

  test('every response agrees with the database', () => {
    expect(check(run.history).slice(0, 3)).toEqual([]);
  });

  test('every kind of fault was injected', () => {
    expect([...run.injected.keys()].sort()).toEqual(faultKinds.toSorted());
  });

  test.each([
    '200',
    '201',
    '204',
    '304',
    '401 revoked_api_key',
    '403 field_not_writable',
    '404 user_not_found',
    '409 edit_conflict',
    '412 precondition_failed',
    '422 idempotency_key_reused',
    '428 precondition_required',
    '503 database_unavailable not_applied',
    '503 database_unavailable unknown',
    '504 outcome_unknown unknown',
    'none: the client hung up',
  ])('more than one response was: %s', (response) => {
    expect(counts('responses').get(response)).toBeGreaterThan(1);
  });

  test.each([
    'unknown: took effect',
    'unknown: no effect',
    'no response: took effect',
    'no response: no effect',
    'not_applied: no effect',
  ])('more than one write had this outcome: %s', (outcome) => {
    expect(counts('writes without a final response').get(outcome)).toBeGreaterThan(1);
  });

  test.each([
    ['operations', 2000],
    ['repeated by the Worker', 50],
    ['replays', 50],
    ['merges', 20],
    ['while no faults were injected', 100],
    ['revocations and restorations', 50],
    ['users created', 30],
    ['users erased', 10],
    ['reverts in the log', 15],
    ['changes in the log', 300],
  ])('%s: at least %i', (name, least) => {
    expect(counts('totals').get(name)).toBeGreaterThanOrEqual(least);
  });
});
