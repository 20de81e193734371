import { expect } from 'vitest';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { Command } from './actions.ts';
import type { KeyName } from './cast.ts';
import type { Choice } from './choices.ts';
import { expectMatch } from './compare.ts';
import { respond } from './model.ts';
import { type Play, remember, type Subject } from './play.ts';
import { type Draft, draft, shownDraft } from './requests.ts';
import type { ModelResponse } from './world.ts';

/** A result of an item, as the response has it. */
interface Result {
  status: number;
  etag?: string;
  merged_from?: number;
  replayed?: boolean;
  problem?: object;
}

/** Sends updates as one batch, which must have the results that they would have one after another. */
export class Batch implements Command {
  readonly #choices: readonly Choice[];
  readonly #isAtomic: boolean;
  #shown = 'a batch';

  constructor(choices: readonly Choice[], who: KeyName, isAtomic: boolean) {
    this.#choices = choices.map((choice): Choice => ({ ...choice, ...PLAIN, who }));
    this.#isAtomic = isAtomic;
  }

  check(): boolean {
    return true;
  }

  async run(play: Play, subject: Subject): Promise<void> {
    const drafts = this.#choices
      .map((choice) => draft(choice, play.cast, play.count))
      .filter(isItem);
    if (drafts.every(({ request }) => request.flaws.length > 0)) return;
    const name = this.#isAtomic ? 'atomic batch' : 'batch';
    this.#shown = `${name}: ${drafts.map((each) => shownDraft(each, play.cast)).join(' and ')}`;
    await perform(play, subject, drafts, this.#isAtomic);
  }

  toString(): string {
    return this.#shown;
  }
}

/** What an item does not have. */
const PLAIN = {
  ...({ method: 'PUT', place: 'header', type: 'usual' } as const),
  ...{ ifNoneMatch: null, prefer: null, timeout: null },
};

/**
 * Whether it can be an item: a body of JSON, an id that is one, a readable key. The credential is judged
 * once for all items, so none may change its rights.
 */
function isItem({ request, headers, body }: Draft): boolean {
  const { idempotencyKey, update, user } = request;
  return (
    /^\{.*\}$/s.test(body) &&
    isJson(body) &&
    user !== 'me' &&
    !('is_superuser' in update || 'is_active' in update) &&
    (idempotencyKey !== undefined || !headers['Idempotency-Key']?.trim())
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** In the form of an item; an empty header is none. */
const itemOf = ({ request, headers, body }: Draft): object => ({
  id: request.user,
  fields: JSON.parse(body),
  if_match: headers['If-Match']?.trim() || undefined,
  base_version: headers['Base-Version']?.trim() || undefined,
  idempotency_key: request.idempotencyKey,
});

async function perform(
  play: Play,
  { stack, coverage }: Subject,
  drafts: readonly Draft[],
  isAtomic: boolean,
): Promise<void> {
  const { key, requestId } = (drafts[0] as Draft).request;
  const before = stack.database.requests;
  const real = await stack.call('PATCH', '/user', key, drafts.map(itemOf), {
    'x-request-id': requestId,
    ...(isAtomic && { prefer: 'atomic' }),
  });
  expect(stack.database.requests - before, 'database requests').toBe(1);
  const world = structuredClone(play.cast.world);
  const expected = drafts.map(({ request }) => respond(world, request));
  const results = resultsOf(real, expected);
  const isUndone = isAtomic && expected.some(([one]) => one?.status !== 200);
  if (results) {
    for (const [i, { request }] of drafts.entries()) {
      const [one] = expected[i] ?? [];
      const seen = asResponse(results[i] ?? { status: 200 }, real, one);
      if (isUndone && one?.status === 200) expect(results[i]).toBeUndefined();
      else expectMatch(request, seen, expected[i] ?? []);
      coverage.note(request, seen);
    }
    expect(real.status).toBe(isUndone ? 409 : 200);
    coverage.count(isUndone ? 'atomic batch that failed' : isAtomic ? 'atomic batch' : 'batch');
  }
  if (isUndone) {
    const used = play.cast.world.keys.get(key);
    if (used && used.used === 'never') used.used = 'perhaps';
  } else play.cast.world = world;
  for (const each of drafts) remember(play, each);
}

/** Returns the results by their places; undefined if the key was refused, as for each of them. */
function resultsOf(
  { status, body }: Real,
  expected: readonly ModelResponse[][],
): (Result | undefined)[] | undefined {
  if (status === 200) return body.data;
  if (body.code !== 'batch_failed') {
    expect(expected.map(([one]) => one?.code)).toContain(body.code);
    expect(body.status).toBe(status);
    return undefined;
  }
  const results: (Result | undefined)[] = [];
  for (const { index, ...result } of body.items) results[index] = result;
  return results;
}

/** The response that a PUT would have got. The user is not in a result, so that is not compared. */
function asResponse(result: Result, { headers }: Real, expected?: ModelResponse): Real {
  const { status, etag, merged_from, replayed, problem } = result;
  const meta = merged_from === undefined ? {} : { merged_from };
  return {
    status,
    headers: new Headers({
      ...(etag && { etag }),
      ...(replayed && { 'idempotency-replayed': 'true' }),
    }),
    text: '',
    body: problem
      ? { ...problem, request_id: headers.get('x-request-id') }
      : { message: 'Data updated successfully', meta, data: expected?.data },
  };
}
