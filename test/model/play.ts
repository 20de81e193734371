import { expect } from 'vitest';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { Stack } from '../support/stack.ts';
import type { Cast } from './cast.ts';
import { expectMatch } from './compare.ts';
import type { Coverage } from './coverage.ts';
import { respond } from './model.ts';
import { type Draft, send } from './requests.ts';
import type { ModelResponse } from './world.ts';

/** The state of the model during a sequence. */
export interface Play {
  cast: Cast;
  /** The requests with an Idempotency-Key so far, for repeats. */
  history: Draft[];
  /** The number of requests so far. */
  count: number;
}

/** The Worker under test. */
export interface Subject {
  stack: Stack;
  coverage: Coverage;
}

/** Sends one request, and compares the response and its database requests with the model. */
export async function perform(play: Play, { stack, coverage }: Subject, draft: Draft) {
  const before = stack.database.requests;
  const real = await send(stack, draft);
  const requests = stack.database.requests - before;
  const expected = respond(play.cast.world, draft.request);
  expectMatch(draft.request, real, expected);
  expect(requests, 'database requests').toBe(draft.request.flaws.length > 0 ? 0 : 1);
  expect(real.headers.get('server-timing')).toContain(`db_requests;desc="${requests}"`);
  await requireTimes(stack, draft, real, expected[0] as ModelResponse);
  remember(play, draft);
  coverage.note(draft.request, real);
}

/** Counts a request, and stores it if it can be repeated. */
export function remember(play: Play, draft: Draft): void {
  play.count++;
  if (draft.request.idempotencyKey !== undefined && draft.request.flaws.length === 0)
    play.history.push(draft);
}

/** Compares the time of a conflict with the log, if the row still exists. */
async function requireTimes(stack: Stack, { request }: Draft, real: Real, response: ModelResponse) {
  const conflicts: { pointer: string; changed_at: string }[] = real.body?.conflicts ?? [];
  for (const { field, changedIn } of response.conflicts ?? []) {
    const [row] = await stack.query<{ changed_at: Date }>(
      'select changed_at from user_changes where user_id = $1 and version = $2',
      [request.user, changedIn],
    );
    const reported = String(conflicts.find(({ pointer }) => pointer === `/${field}`)?.changed_at);
    expect(reported).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    if (row) expect(new Date(reported)).toEqual(row.changed_at);
  }
}
