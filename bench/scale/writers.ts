import { lineOf, type Measured, measureLoad } from '../load.ts';
import { type Person, populate } from '../population.ts';
import type { ScaleBench } from './plan.ts';

/**
 * What the writers have in common. `nothing`: each has its own user and its own key. `user`: all change
 * one user, each with its own key. `key`: all use one key, each for its own user.
 */
export type Shared = 'nothing' | 'user' | 'key';

/** What was measured with this number of simultaneous writers. */
export interface WritersCell extends Measured {
  writers: number;
  shared: Shared;
  round: number;
}

/** Measures competing writers round by round, every other round in the opposite order. */
export async function measureWriters(bench: ScaleBench): Promise<WritersCell[]> {
  const { plan, stack, loader, worker, say, signal } = bench;
  // Superusers with full_access keys: each may change any user.
  const people = await populate(stack.pool, Math.max(...plan.writers));
  const [{ userId, key }] = people as [Person];
  const peopleBy: Record<Shared, Person[]> = {
    nothing: people,
    user: people.map((person) => ({ ...person, userId })),
    key: people.map((person) => ({ ...person, key })),
  };
  const order = Object.keys(peopleBy) as Shared[];
  const cells: WritersCell[] = [];
  for (let round = 0; round < plan.rounds; round++)
    for (const writers of plan.writers)
      for (const shared of round % 2 === 0 ? order : order.toReversed()) {
        signal.throwIfAborted();
        const measured = await measureLoad(loader, stack, worker, {
          operation: 'put',
          people: peopleBy[shared].slice(0, writers),
          connections: writers,
          warmupSeconds: plan.warmup,
          seconds: plan.writerSeconds,
        });
        cells.push({ writers, shared, round, ...measured });
        say(`round ${round + 1}, ${writers} writers share ${shared}: ${lineOf(measured)}`);
      }
  return cells;
}
