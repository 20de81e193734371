import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';
import { addReferences, newCast } from './cast.ts';
import { commands } from './commands.ts';
import { Coverage } from './coverage.ts';
import { requireDatabase, requireFeed } from './database.ts';
import type { Play } from './play.ts';

const stack = useStack();

/** So many runs cover everything. */
const ENOUGH = 140;

/** Set MODEL_RUNS=1000 to search longer. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? ENOUGH);

test(
  'for any sequence of requests, the Worker returns and stores the same as the model',
  async () => {
    await addReferences(stack);
    const coverage = new Coverage();
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const model: Play = { cast: await newCast(stack), history: [], count: 0 };
        await fc.asyncModelRun(async () => ({ model, real: { stack, coverage } }), sequence);
        await requireDatabase(stack, model.cast.world);
        await requireFeed(stack, model.cast.world);
      }),
      { numRuns: RUNS },
    );
    if (RUNS >= ENOUGH) expect(coverage.missing).toEqual([]);
  },
  RUNS * 3_000,
);
