import { expect } from 'vitest';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { Stack } from '../support/stack.ts';
import { demand, matches } from './compare.ts';
import { ask } from './model.ts';
import { type Play, remember, type Subject } from './play.ts';
import { type Draft, send } from './requests.ts';
import type { World } from './world.ts';

/**
 * Sends two requests at once. They must be answered as in one of the two orders, whichever that is;
 * only the second of two under one Idempotency-Key may cost the database one request more.
 */
export async function race(play: Play, { stack, coverage }: Subject, a: Draft, b: Draft) {
  const before = stack.database.requests;
  const reals = await Promise.all([send(stack, a), send(stack, b)]);
  const requests = stack.database.requests - before;
  const fewest = [a, b].filter(({ request }) => request.flaws.length === 0).length;
  expect(requests, 'database requests').toBeGreaterThanOrEqual(fewest);
  expect(requests, 'database requests').toBeLessThanOrEqual(fewest + (areTwins(a, b) ? 1 : 0));
  play.cast.world = await after(stack, play.cast.world, [a, b], reals);
  for (const draft of [a, b]) remember(play, draft);
  coverage.noteRace(...reals, requests > fewest);
}

/**
 * Whether two requests at once come to what they would one after the other. A request is judged by the
 * standing with which its statement began, so not if one changes that. And who only validates leaves
 * no record in the way of a twin: such a one may be judged by what the twin did, or by its record.
 */
export const isSerial = (a: Draft, b: Draft): boolean =>
  !changesStanding(a) &&
  !changesStanding(b) &&
  !(areTwins(a, b) && (a.request.validateOnly || b.request.validateOnly));

const changesStanding = ({ request: { update } }: Draft): boolean =>
  'is_superuser' in update || 'is_active' in update;

const areTwins = ({ request: a }: Draft, { request: b }: Draft): boolean =>
  a.idempotencyKey !== undefined && a.idempotencyKey === b.idempotencyKey && a.key === b.key;

/** The world after the order that the answers tell of. */
async function after(
  stack: Stack,
  world: World,
  drafts: [Draft, Draft],
  reals: [Real, Real],
): Promise<World> {
  const [forward, backward] = [inOrder(world, drafts, [0, 1]), inOrder(world, drafts, [1, 0])];
  const [one, other] = [forward, backward].filter(({ expected }) =>
    drafts.every(({ request }, i) => matches(request, reals[i] as Real, expected[i] ?? [])),
  );
  if (one && other) return (await isLogged(stack, one.world)) ? one.world : other.world;
  if (!one)
    for (const [i, { request }] of drafts.entries())
      demand(request, reals[i] as Real, forward.expected[i] ?? []);
  return (one ?? forward).world;
}

function inOrder(before: World, drafts: [Draft, Draft], order: [0 | 1, 0 | 1]) {
  const world = structuredClone(before);
  const expected: ReturnType<typeof ask>[] = [];
  for (const i of order) expected[i] = ask(world, drafts[i].request);
  return { world, expected };
}

/** Of two who make the same change the first did it; the answers are the same whoever that was. */
async function isLogged(stack: Stack, world: World): Promise<boolean> {
  const last = world.log.at(-1);
  const [row] = await stack.query<{ request_id: string }>(
    'select request_id from user_changes where user_id = $1 and version = $2',
    [last?.user, last?.version],
  );
  return row === undefined || row.request_id === last?.requestId;
}
