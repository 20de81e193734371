import { hashApiKey, isWellFormedApiKey } from '../auth/api-key.ts';
import { type Credential, nameOf } from '../auth/authenticate.ts';
import { MERGE_PATCH, readJson } from '../http/body.ts';
import { fingerprintOf, type Idempotency } from '../http/idempotency.ts';
import { cursorCheck, cursorOf, limitCheck, parsePage, parseQuery } from '../http/page.ts';
import { parseIdempotencyKey } from '../http/request.ts';
import { envelope } from '../http/response.ts';
import { checkId, parseMembers, throwIfAny } from '../http/validation.ts';
import { isUuid } from '../http/values.ts';
import type { Scope } from '../permissions.ts';
import type { Context, KeyRoute, PublicRoute, Route } from '../route.ts';
import { parseUserId, writableFields } from '../users/fields.ts';
import { type Actor, edit, issue, issueForApp, list, revoke, show, showOwn } from './operations.ts';
import {
  appKeyMembers,
  editMembers,
  keyFilters,
  parseKeyDraft,
  parseReport,
  parseRotation,
} from './requests.ts';
import { reportKey } from './statements.ts';

const MANAGE = ['keys:write'] as const satisfies Scope[];
/** An active key may, whatever its scopes. */
const ANY: readonly Scope[] = [];

/** A route on which keys are managed: by a key with that scope, or by the person who is signed in. */
const managed = (
  method: KeyRoute['method'],
  path: string,
  handle: (request: Request, actor: Actor, keyId: string) => Promise<Response>,
  patchTypes?: readonly string[],
): KeyRoute => ({
  method,
  ...(patchTypes && { patchTypes }),
  path,
  scopes: MANAGE,
  session: true,
  handler: (request, context, credential) =>
    handle(request, actorOf(context, credential, MANAGE), context.params['key_id'] ?? ''),
});

const actorOf = (context: Context, credential: Credential, scopes: readonly Scope[]): Actor => ({
  ...context,
  access: { credential, scopes },
});

const createRoute = managed('POST', '/api/v1/keys', async (request, actor) => {
  const draft = parseKeyDraft(await readJson(request), new Date());
  const idempotency = await idempotencyOf(request, ['create'], draft);
  const { key } = await issue(actor, { draft }, idempotency);
  return envelope('Key created successfully', key, { status: 201 });
});

/** A key of a user for an app, created by a backend that may, or by a key of the user. Not on the Settings page. */
const appKeyRoute: KeyRoute = {
  method: 'POST',
  path: '/api/v1/user/:user_id/keys',
  scopes: MANAGE,
  async handler(request, context, credential) {
    const userId = parseUserId(context.params['user_id']);
    const draft = parseMembers(await readJson(request), appKeyMembers);
    const operation = ['create for an app', userId.toLowerCase()];
    const idempotency = await idempotencyOf(request, operation, draft);
    const actor = actorOf(context, credential, MANAGE);
    const key = await issueForApp(actor, userId, draft, idempotency);
    return envelope('Key created successfully', key, { status: 201 });
  },
};

const isKeyId = (position: readonly unknown[]): position is [string] =>
  position.length === 1 && typeof position[0] === 'string' && isUuid(position[0]);

const listRoute = managed('GET', '/api/v1/keys', async (request, actor) => {
  const parameters = parseQuery(request, {
    limit: limitCheck,
    cursor: cursorCheck,
    ...keyFilters,
  });
  const { state } = parameters;
  const place = ['keys', nameOf(actor.access.credential), ...(state ? [state] : [])];
  const { limit, after } = await parsePage(parameters, place, isKeyId);
  const { keys, next } = await list(actor, { limit, after: after?.[0], state });
  const next_cursor = await cursorOf(place, next === null ? undefined : [next]);
  return envelope('Data retrieved successfully', keys, { meta: { next_cursor } });
});

/** What the caller's key may do, and until when. */
const selfRoute: KeyRoute = {
  method: 'GET',
  path: '/api/v1/keys/self',
  scopes: ANY,
  async handler(_, context, credential) {
    const key = await showOwn(actorOf(context, credential, ANY));
    const writable_fields = writableFields(key.scopes_now).filter(
      (field) => key.fields?.includes(field) ?? true,
    );
    return envelope('Data retrieved successfully', { ...key, writable_fields });
  },
};

/**
 * Anyone who has a key could misuse it, so anyone can have it revoked by posting it. The response does
 * not show whether it was one.
 */
const reportRoute: PublicRoute = {
  method: 'POST',
  path: '/api/v1/keys/report',
  scopes: null,
  limited: true,
  async handler(request, { query, requestId }) {
    const key = parseReport(await readJson(request));
    if (isWellFormedApiKey(key)) {
      const hash = await hashApiKey(key);
      const report = { actor: 'anyone', requestId } as const;
      // To revoke a key twice is to revoke it once.
      const effect = { settles: () => true };
      await query((db, attempt) => reportKey(db, hash, report, attempt), effect);
    }
    return envelope('If this was an active key, it has been revoked', null);
  },
};

const showRoute = managed('GET', '/api/v1/keys/:key_id', async (_, actor, keyId) => {
  throwIfAny(checkId('key_id', keyId));
  return envelope('Data retrieved successfully', await show(actor, keyId));
});

const editRoute = managed(
  'PATCH',
  '/api/v1/keys/:key_id',
  async (request, actor, keyId) => {
    throwIfAny(checkId('key_id', keyId));
    const values = parseMembers(await readJson(request, MERGE_PATCH), editMembers);
    return envelope('Key updated successfully', await edit(actor, keyId, values));
  },
  MERGE_PATCH,
);

const revokeRoute = managed('DELETE', '/api/v1/keys/:key_id', async (_, actor, keyId) => {
  throwIfAny(checkId('key_id', keyId));
  return envelope('Key revoked successfully', await revoke(actor, keyId));
});

const rotateRoute = managed('POST', '/api/v1/keys/:key_id/rotate', rotate);

/** A key can always replace itself: the new one gets what it has. */
const rotateSelfRoute: KeyRoute = {
  method: 'POST',
  path: '/api/v1/keys/self/rotate',
  scopes: ANY,
  handler: (request, context, credential) =>
    rotate(request, actorOf(context, credential, ANY), 'self'),
};

async function rotate(request: Request, actor: Actor, keyId: string): Promise<Response> {
  const rotation = parseRotation(keyId, await readJson(request), new Date());
  const idempotency = await idempotencyOf(request, ['rotate', keyId.toLowerCase()], rotation);
  const { key, replaced } = await issue(actor, { rotation }, idempotency);
  return envelope('Key rotated successfully', key, { status: 201, meta: { replaced } });
}

/** The Idempotency-Key of a request, with a fingerprint of what is requested. Throws malformed_header. */
async function idempotencyOf(
  { headers }: Request,
  operation: readonly string[],
  values: object,
): Promise<Idempotency | undefined> {
  const key = parseIdempotencyKey(headers);
  return key === undefined
    ? undefined
    : { key, fingerprint: await fingerprintOf(operation, values) };
}

/** The routes on which keys are created and revoked. */
export const keyRoutes: readonly Route[] = [
  createRoute,
  appKeyRoute,
  listRoute,
  selfRoute,
  rotateSelfRoute,
  reportRoute,
  showRoute,
  editRoute,
  revokeRoute,
  rotateRoute,
];
