import { factsOf } from './attempt.ts';
import type { Calls } from './calls.ts';
import {
  ApiProblem,
  CallError,
  type NetworkError,
  type ProblemBody,
  type TimeoutError,
  UnexpectedResponse,
} from './errors.ts';
import type { CallOptions } from './options.ts';
import { backoff, mayRepeat } from './retry.ts';
import type { Schemas, UserUpdate, Version } from './types.ts';

/** The most that a request can have: items, and bytes. */
const MAX_ITEMS = 1000;
const MAX_BYTES = 1024 * 1024;

/** The options of a batch. */
export interface BatchOptions extends CallOptions {
  /** A dry run: checks everything and writes nothing. */
  validateOnly?: boolean | undefined;
}

/** An update of one of many users. */
export interface BatchUpdate {
  id: string;
  fields: UserUpdate;
  /** Updates only if the user still has this version; otherwise the error is `precondition_failed`. */
  version?: Version | undefined;
  /** The version that the update was made from; see `updateUserFrom`. */
  baseVersion?: Version | undefined;
  /** Your own, to retry even after a restart; see `WriteOptions`. A random one if left out. */
  idempotencyKey?: string | undefined;
}

/** The result of the update of one of many users. It failed if it has an `error`. */
export type BatchResult = { id: string } & (
  | {
      error?: undefined;
      version: Version;
      /** The version that the update was made from, if it was merged with later changes of others. */
      mergedFrom: number | null;
      /** Whether an earlier attempt had already taken effect, and this is its result. */
      replayed: boolean;
    }
  | {
      /** What `setUser` would have thrown; or why its whole request failed. */
      error:
        | ApiProblem<'updateUser' | 'updateUsers'>
        | UnexpectedResponse
        | NetworkError
        | TimeoutError;
    }
);

type Failure = NonNullable<BatchResult['error']>;
type Item = Schemas['BatchItem'];

/** An update, and its place among all of them. */
interface Place {
  index: number;
  item: Item;
}

/** Sends updates in as many requests as they need, one after another. Returns a result for each. @internal */
export async function updateAll(
  calls: Calls,
  updates: readonly BatchUpdate[],
  options: BatchOptions,
): Promise<BatchResult[]> {
  const results: BatchResult[] = [];
  const places = updates.map((update, index) => ({ index, item: itemOf(update, calls, options) }));
  let failure: Failure | undefined;
  for (const batch of cut(places)) {
    if (failure === undefined)
      try {
        await sendUntilSettled(calls, batch, options, results);
        continue;
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        failure = error as Failure;
      }
    // What has ended this request would end the next ones too.
    for (const { index, item } of batch) results[index] ??= { id: item.id, error: failure };
  }
  return results;
}

/** All attempts of an update have one Idempotency-Key, so that it takes effect once. */
function itemOf(
  { id, fields, version, baseVersion, idempotencyKey }: BatchUpdate,
  calls: Calls,
  { validateOnly }: BatchOptions,
): Item {
  return {
    id,
    fields,
    ...(version !== undefined && { if_match: version }),
    ...(baseVersion !== undefined && { base_version: baseVersion }),
    ...(!validateOnly && { idempotency_key: idempotencyKey ?? calls.newKey() }),
  };
}

/** Cuts the updates into batches that are small enough, as far as that is possible. */
function* cut(places: readonly Place[]): Generator<Place[]> {
  let batch: Place[] = [];
  let bytes = 2;
  for (const place of places) {
    const size = bytesOf(JSON.stringify(place.item)) + 1;
    if (batch.length === MAX_ITEMS || (batch.length > 0 && bytes + size > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 2;
    }
    batch.push(place);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** How many bytes a text has at most. React Native has no TextEncoder everywhere. */
const bytesOf = (text: string): number => text.length + 2 * text.replace(/[ -~]/g, '').length;

/** Sends a batch, and again those of its updates that may succeed then. */
async function sendUntilSettled(
  calls: Calls,
  batch: readonly Place[],
  options: BatchOptions,
  results: BatchResult[],
): Promise<void> {
  const { runtime } = calls;
  const { retries = calls.options.retries ?? 3, signal } = options;
  let rest = batch;
  for (let repeats = 0; rest.length > 0; repeats++) {
    const sent = rest;
    const received = await send(calls, sent, options);
    sent.forEach(({ index }, i) => {
      results[index] = received[i] as BatchResult;
    });
    rest = sent.filter((_, i) => mayRepeat(received[i]?.error));
    if (repeats >= retries) return;
    if (rest.length > 0) await runtime.sleep(backoff(repeats, runtime.random), signal);
  }
}

async function send(
  calls: Calls,
  batch: readonly Place[],
  options: BatchOptions,
): Promise<BatchResult[]> {
  const header = options.validateOnly ? { Prefer: 'validate-only' } : {};
  const { data, headers } = await calls.call({
    operation: 'updateUsers',
    options,
    send: (api, sending) =>
      api.PATCH('/api/v1/user', {
        ...sending,
        params: { header },
        body: batch.map(({ item }) => item),
      }),
  });
  return batch.map(({ item }, i) => resultOf(item, data.data[i], headers));
}

function resultOf(
  { id }: Item,
  result: Schemas['BatchResult'] | undefined,
  headers: Headers,
): BatchResult {
  if (result?.problem) {
    const facts = { ...factsOf(result.status, headers), version: result.etag };
    return {
      id,
      error: new ApiProblem('updateUser', facts, result.problem as ProblemBody<'updateUser'>),
    };
  }
  if (result?.etag === undefined)
    throw new UnexpectedResponse('updateUsers', factsOf(200, headers), 'a result is missing');
  return {
    id,
    version: result.etag,
    mergedFrom: result.merged_from ?? null,
    replayed: result.replayed ?? false,
  };
}
