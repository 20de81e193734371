import { type Person, populate } from '../population.ts';
import { lineOf, type Measured, measure, type ScaleBench } from './bench.ts';

/**
 * What the writers have in common. `nothing`: each has a user and a key of its own. `user`: one user,
 * whom each reaches with a key of its own. `key`: one key, which changes a user for each.
 */
export type Shared = 'nothing' | 'user' | 'key';

/** So many writers at once. */
export interface WritersCell extends Measured {
  writers: number;
  shared: Shared;
  round: number;
}

/** Lets writers get in each other's way, round by round; every other one goes the other way round. */
export async function measureWriters(bench: ScaleBench): Promise<WritersCell[]> {
  const { plan, stack, say } = bench;
  // Superusers with full_access keys: each may change any user.
  const people = await populate(stack.pool, Math.max(...plan.writers));
  const [{ userId, key }] = people as [Person];
  const casts: Record<Shared, Person[]> = {
    nothing: people,
    user: people.map((person) => ({ ...person, userId })),
    key: people.map((person) => ({ ...person, key })),
  };
  const order = Object.keys(casts) as Shared[];
  const cells: WritersCell[] = [];
  for (let round = 0; round < plan.rounds; round++)
    for (const writers of plan.writers)
      for (const shared of round % 2 === 0 ? order : order.toReversed()) {
        const chosen = casts[shared].slice(0, writers);
        const measured = await measure(bench, 'put', chosen, writers, plan.writerSeconds);
        cells.push({ writers, shared, round, ...measured });
        say(`round ${round + 1}, ${writers} writers share ${shared}: ${lineOf(measured)}`);
      }
  return cells;
}
