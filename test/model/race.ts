import { expect } from 'vitest';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { Stack } from '../support/stack.ts';
import { expectMatch, matches } from './compare.ts';
import { respond } from './model.ts';
import { type Play, remember, type Subject } from './play.ts';
import { type Draft, send } from './requests.ts';
import type { World } from './world.ts';

/**
 * Sends two requests at once. The responses must match one of the two orders. Only the second of two
 * requests under one Idempotency-Key may make an additional database request.
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
 * Whether two requests at once have the same result as one after the other. They may not if one changes
 * account fields, because a request is decided by these fields as they are when its statement begins.
 * Nor may a dry run and its twin, because the dry run may see either the twin's effect or its record.
 */
export const isSerial = (a: Draft, b: Draft): boolean =>
  [a, b].every((draft) => isPlain(draft) && !changesAccountField(draft)) &&
  !(areTwins(a, b) && (a.request.validateOnly || b.request.validateOnly));

const isPlain = ({ request: { action } }: Draft): boolean =>
  action === 'read' || action === 'update';

const changesAccountField = ({ request: { update } }: Draft): boolean =>
  'is_superuser' in update || 'is_active' in update;

const areTwins = ({ request: a }: Draft, { request: b }: Draft): boolean =>
  a.idempotencyKey !== undefined && a.idempotencyKey === b.idempotencyKey && a.key === b.key;

/** Returns the world after both requests, in the order that matches the responses. */
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
      expectMatch(request, reals[i] as Real, forward.expected[i] ?? []);
  return (one ?? forward).world;
}

function inOrder(before: World, drafts: [Draft, Draft], order: [0 | 1, 0 | 1]) {
  const world = structuredClone(before);
  const expected: ReturnType<typeof respond>[] = [];
  for (const i of order) expected[i] = respond(world, drafts[i].request);
  return { world, expected };
}

/** Whether the log has the last change of a world. This shows which of two equal changes was made. */
async function isLogged(stack: Stack, world: World): Promise<boolean> {
  const last = world.log.at(-1);
  const [row] = await stack.query<{ request_id: string }>(
    'select request_id from user_changes where user_id = $1 and version = $2',
    [last?.user, last?.version],
  );
  return row === undefined || row.request_id === last?.requestId;
}
