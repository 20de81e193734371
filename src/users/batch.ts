import { v7 as uuidV7 } from 'uuid';
import * as v from 'valibot';
import { admit, type Credential, nameOf, refusalOf } from '../auth/authenticate.ts';
import { DatabaseFault } from '../db/faults.ts';
import type { Effect } from '../db/run.ts';
import { ApiError, describeError, type FailedItem, type Problem } from '../errors.ts';
import { asApiError, reasonOf } from '../failures.ts';
import { ITEMS, NDJSON, readItems } from '../http/body.ts';
import { fingerprintOf } from '../http/idempotency.ts';
import {
  entityTag,
  MAX_KEY_LENGTH,
  malformedHeader,
  parseConditions,
  parsePreferences,
  readHeader,
} from '../http/request.ts';
import { envelope } from '../http/response.ts';
import { invalidBody, isObject, parseMembers } from '../http/validation.ts';
import { isUuid, plainText, uuid } from '../http/values.ts';
import { countTimes } from '../rate-limits.ts';
import type { Context, KeyRoute, RequestLog } from '../route.ts';
import { parseUserUpdate } from './fields.ts';
import { requireUpdated, UNRECORDED, WRITE } from './routes.ts';
import * as statements from './statements.ts';

// Many updates in one request: each is judged and reported as a PUT of its own would be.

/** How many updates a request can have at most. */
export const MAX_ITEMS = 1000;
/** How many of them count as one request against the limit of the key. */
export const ITEMS_PER_REQUEST = 100;

const header = v.optional(v.pipe(plainText(1000), v.nonEmpty('must not be empty')));

/** The members of an item. Those that a PUT has as headers hold the same text. */
export const itemMembers = {
  id: uuid,
  fields: v.custom<object>(isObject, 'must be a JSON object'),
  if_match: header,
  base_version: header,
  /** Not as in the header: JSON has quotation marks of its own. */
  idempotency_key: v.optional(
    v.pipe(
      v.string('must be a string'),
      v.maxCodePoints(MAX_KEY_LENGTH, `must be at most ${MAX_KEY_LENGTH} characters long`),
      v.regex(/^[ -~]+$/, 'must be ASCII characters'),
    ),
  ),
};

/** How the items of a request are carried out. */
interface Mode {
  readonly atomic: boolean;
  readonly validateOnly: boolean;
}

/** Updates many users. One statement, one database request. */
export const updateUsers: KeyRoute = {
  method: 'PATCH',
  path: '/api/v1/user',
  scopes: WRITE,
  patchTypes: ITEMS,
  async handler(request, context, credential) {
    refuseItemHeaders(request.headers);
    const mode = parsePreferences(request.headers);
    const { items, isLines } = await readItems(request, MAX_ITEMS);
    // The request itself has been counted.
    const more = Math.ceil(items.length / ITEMS_PER_REQUEST) - 1;
    await countTimes(context.env.limits.key, nameOf(credential), more);
    const wanted = await Promise.all(items.map((item) => parseItem(item, context.requestId)));
    const results = await carryOut(wanted, mode, context, credential);
    const { origin } = new URL(request.url);
    const outcomes = results.map((result) => outcomeOf(result, origin, context.log));
    const failed = outcomes.flatMap((outcome, index) =>
      isFailure(outcome) ? [{ index, ...outcome }] : [],
    );
    if (mode.atomic && failed.length > 0) throw batchFailed(failed);
    return isLines ? linesOf(outcomes, mode) : arrayOf(outcomes, mode, failed.length);
  },
};

/** An item of the request, and the update that it asks for; or what is wrong with it. */
type Wanted = { readonly id: string | null } & (
  | { readonly update: statements.BatchItem; readonly error?: undefined }
  | { readonly update?: undefined; readonly error: unknown }
);

/** Checks an item as a PUT of its own would be checked. */
async function parseItem(item: unknown, requestId: string): Promise<Wanted> {
  const named = isObject(item) && 'id' in item ? item.id : undefined;
  const id = typeof named === 'string' && isUuid(named) ? named : null;
  try {
    return { id, update: await parseUpdate(item, requestId) };
  } catch (error) {
    return { id, error };
  }
}

async function parseUpdate(item: unknown, requestId: string): Promise<statements.BatchItem> {
  if (!isObject(item)) throw invalidBody('invalid_type', 'Each item must be a JSON object.');
  const { id: userId, fields, idempotency_key: key, ...texts } = parseMembers(item, itemMembers);
  const headers: Readonly<Record<string, string | undefined>> = {
    'If-Match': texts.if_match,
    'Base-Version': texts.base_version,
  };
  const conditions = parseConditions({ get: (name) => headers[name] ?? null });
  const update = parseUserUpdate(userId, fields);
  // The same as that of a PUT, so that the two recognize each other.
  const operation = [userId.toLowerCase(), conditions];
  const idempotency =
    key === undefined ? undefined : { key, fingerprint: await fingerprintOf(operation, update) };
  return { id: uuidV7(), userId, update, conditions, idempotency, validateOnly: false, requestId };
}

/** The result of an item, or why there is none. */
type Result =
  | { readonly id: string | null; readonly error: unknown }
  | (Extract<Wanted, { error?: undefined }> & {
      readonly result: statements.ItemResult;
      /** An earlier attempt may yet have another result. */
      readonly isDoubtful: boolean;
    });

/** Runs the statement. If an item of an atomic batch is invalid, it only looks what else would fail. */
async function carryOut(
  wanted: readonly Wanted[],
  { atomic, validateOnly }: Mode,
  { requestId, caller, query }: Context,
  credential: Credential,
): Promise<Result[]> {
  const items = wanted.flatMap(({ update }) => update ?? []);
  const isDry = validateOnly || (atomic && items.length < wanted.length);
  const batch = { items, atomic, validateOnly: isDry, requestId };
  const effect: Effect<statements.BatchResult | undefined> = isDry
    ? 'repeatable'
    : {
        // Nothing is recorded of a batch that was rolled back.
        settles: (result) =>
          result?.refusal === null && !(atomic && result.results.some(hasFailed)),
      };
  let isRepeat = false;
  const guarded = await query((db, attempt) => {
    isRepeat = attempt.isRepeat;
    return statements.updateUsers(db, { credential, scopes: WRITE }, batch, attempt);
  }, effect);
  const results = admit(guarded, credential, caller).results.values();
  return wanted.map((item) => {
    if (!item.update) return item;
    const result = results.next().value;
    if (!result) throw new TypeError('too few results of update_users');
    return { ...item, result, isDoubtful: isRepeat && !isRecorded(result) };
  });
}

const hasFailed = ({ verdict }: statements.ItemResult): boolean => verdict !== 'updated';

/** Whether an attempt that arrives later finds this result. */
const isRecorded = ({ verdict }: statements.ItemResult): boolean =>
  verdict !== undefined && ![...UNRECORDED, 'constraint_violated'].includes(verdict);

/** What the response says of an item. */
type Outcome = { readonly id: string | null; readonly status: number; readonly etag?: string } & (
  | {
      readonly problem?: undefined;
      /** The version of the update, if it was merged with later changes. */
      readonly merged_from?: number | undefined;
      /** It is the result of an earlier request with the same Idempotency-Key. */
      readonly replayed?: true;
    }
  | { readonly problem: Problem }
);

const isFailure = (outcome: Outcome): outcome is Outcome & { problem: Problem } =>
  outcome.problem !== undefined;

function outcomeOf(item: Result, origin: string, log: RequestLog): Outcome {
  const { id } = item;
  try {
    const { user, merged, replayed } = requireDone(item);
    return {
      id,
      status: 200,
      etag: entityTag(user.version),
      ...(merged && 'update' in item && { merged_from: item.update.conditions.baseVersion }),
      ...(replayed && { replayed }),
    };
  } catch (error) {
    const shown = asApiError(error, 1);
    const problem = describeError(shown, origin);
    const etag = shown.extras.headers?.['ETag'];
    log.fault ??= reasonOf(error);
    return { id, status: problem.status, ...(etag && { etag }), problem };
  }
}

/** Returns the result of an update that was made. Throws what a PUT would have thrown. */
function requireDone(item: Result) {
  if ('error' in item) throw item.error;
  const { update, result, isDoubtful } = item;
  if (isDoubtful) throw new DatabaseFault('interrupted', 'unknown', 'an earlier attempt was lost');
  if (result.refusal) throw refusalOf(result.refusal);
  return requireUpdated(result, update);
}

/** Of an atomic batch. */
export const batchFailed = (items: readonly FailedItem[]) =>
  new ApiError('batch_failed', 'Fix or remove the items listed in items; none was updated.', {
    items,
  });

function arrayOf(outcomes: readonly Outcome[], mode: Mode, failed: number): Response {
  const { validateOnly } = mode;
  const counts = { updated: outcomes.length - failed, failed };
  return envelope(validateOnly ? 'Batch validated' : 'Batch processed', outcomes, {
    meta: { ...counts, ...(validateOnly && { validate_only: true }) },
    headers: appliedOf(mode),
  });
}

/** A line for each item, so that neither side need hold all of them. */
const linesOf = (outcomes: readonly Outcome[], mode: Mode): Response =>
  new Response(outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''), {
    headers: { 'Content-Type': NDJSON, ...appliedOf(mode) },
  });

function appliedOf({ atomic, validateOnly }: Mode): Record<string, string> {
  const applied = [...(atomic ? ['atomic'] : []), ...(validateOnly ? ['validate-only'] : [])];
  return applied.length > 0 ? { 'Preference-Applied': applied.join(', ') } : {};
}

/** The headers that a request about many items has in each of them instead. */
const OF_ITEMS = ['If-Match', 'If-None-Match', 'Base-Version', 'Idempotency-Key'];

/** Throws malformed_header for a header that would have to be about each item: no guess which one it means. */
function refuseItemHeaders(headers: Headers): void {
  const header = OF_ITEMS.find((name) => readHeader(headers, name) !== undefined);
  if (header) throw malformedHeader(header, `Send it in each item of the body instead.`);
}
