import { expect, test } from 'vitest';
import { type Attempt, run } from '../../src/db/run.ts';

/** Returns the attempt of a statement when a request has this many milliseconds left. */
async function attemptWithin(timeoutMs: number): Promise<Attempt | undefined> {
  let seen: Attempt | undefined;
  const database = { url: 'postgresql://u:p@db.example.com/d', endpoint: undefined, timeoutMs };
  await run(
    database,
    () => {},
    async (_, attempt) => {
      seen = attempt;
    },
    'repeatable',
  );
  return seen;
}

test('the first attempt gets a third of the time, and part of it to wait for a lock', async () => {
  expect(await attemptWithin(9000)).toMatchObject({ isRepeat: false, lockTimeoutMs: 1800 });
});

test('the lock timeout is never 0, which would be no limit', async () => {
  expect(await attemptWithin(0)).toMatchObject({ lockTimeoutMs: 1 });
});
