import { expect, test } from 'vitest';
import { type Attempt, run } from '../../src/db/run.ts';

/** The attempt that a statement gets when a request has so many milliseconds left. */
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

test('a first attempt gets a third of the time, and less of it to wait for a lock', async () => {
  expect(await attemptWithin(9000)).toMatchObject({ isRepeat: false, lockTimeoutMs: 1800 });
});

test('without any time left a lock timeout is still one, for 0 would be no limit', async () => {
  expect(await attemptWithin(0)).toMatchObject({ lockTimeoutMs: 1 });
});
