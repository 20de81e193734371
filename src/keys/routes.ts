import { hashApiKey, isWellFormedApiKey } from '../auth/api-key.ts';
import type { Credential } from '../auth/credential.ts';
import { readJson } from '../http/body.ts';
import { fingerprintOf, type Idempotency } from '../http/idempotency.ts';
import { parseIdempotencyKey } from '../http/request-headers.ts';
import { checkId, throwIfAny } from '../http/validation.ts';
import { fieldsOf, type Scope } from '../permissions.ts';
import { type Context, envelope, type KeyRoute, type PublicRoute, type Route } from '../route.ts';
import { userFields } from '../users/fields.ts';
import { type Asker, issue, list, revoke, show, showOwn } from './operations.ts';
import { parseKeyDraft, parsePage, parseReport, parseRotation } from './requests.ts';
import { reportKey } from './statements.ts';

const MANAGE = ['keys:write'] as const satisfies Scope[];
/** Whatever its scopes, an active key may. */
const ANY: readonly Scope[] = [];

/** A route on which keys are managed: by a key that may, or by the person who is signed in. */
const managed = (
  method: KeyRoute['method'],
  path: string,
  handle: (request: Request, asker: Asker, keyId: string) => Promise<Response>,
): KeyRoute => ({
  method,
  path,
  scopes: MANAGE,
  session: true,
  handler: (request, context, credential) =>
    handle(request, askerOf(context, credential, MANAGE), context.params['key_id'] ?? ''),
});

const askerOf = (context: Context, credential: Credential, scopes: readonly Scope[]): Asker => ({
  ...context,
  access: { credential, scopes },
});

const createRoute = managed('POST', '/api/v1/keys', async (request, asker) => {
  const draft = parseKeyDraft(await readJson(request), new Date());
  const idempotency = await idempotencyOf(request, ['create'], draft);
  const { key } = await issue(asker, { draft }, idempotency);
  return envelope('Key created successfully', key, { status: 201 });
});

const listRoute = managed('GET', '/api/v1/keys', async (request, asker) => {
  const { keys, next } = await list(asker, parsePage(new URL(request.url).searchParams));
  return envelope('Data got successfully', keys, { meta: { next_cursor: next } });
});

/** What the key that asks may do, and until when. */
const selfRoute: KeyRoute = {
  method: 'GET',
  path: '/api/v1/keys/self',
  scopes: ANY,
  async handler(_, context, credential) {
    const key = await showOwn(askerOf(context, credential, ANY));
    const writable_fields = fieldsOf(key.scopes_now, userFields);
    return envelope('Data got successfully', { ...key, writable_fields });
  },
};

/**
 * Whoever holds a key could misuse it, so whoever posts one has it revoked, and need not say who they
 * are. The answer does not tell whether it was one.
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
      await query((db) => reportKey(db, hash, 'anyone', requestId));
    }
    return envelope('Thank you: if this was a live key, it is revoked now', null);
  },
};

const showRoute = managed('GET', '/api/v1/keys/:key_id', async (_, asker, keyId) => {
  throwIfAny(checkId('key_id', keyId));
  return envelope('Data got successfully', await show(asker, keyId));
});

const revokeRoute = managed('DELETE', '/api/v1/keys/:key_id', async (_, asker, keyId) => {
  throwIfAny(checkId('key_id', keyId));
  return envelope('Key revoked successfully', await revoke(asker, keyId));
});

const rotateRoute = managed('POST', '/api/v1/keys/:key_id/rotate', rotate);

/** A key can always be replaced by itself: what it gets is what it has. */
const rotateSelfRoute: KeyRoute = {
  method: 'POST',
  path: '/api/v1/keys/self/rotate',
  scopes: ANY,
  handler: (request, context, credential) =>
    rotate(request, askerOf(context, credential, ANY), 'self'),
};

async function rotate(request: Request, asker: Asker, keyId: string): Promise<Response> {
  const rotation = parseRotation(keyId, await readJson(request), new Date());
  const idempotency = await idempotencyOf(request, ['rotate', keyId.toLowerCase()], rotation);
  const { key, replaced } = await issue(asker, { rotation }, idempotency);
  return envelope('Key rotated successfully', key, { status: 201, meta: { replaced } });
}

/** The Idempotency-Key of a request, with what the request asks for. Throws malformed_header. */
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

/** The routes on which keys are made and ended. */
export const keyRoutes: readonly Route[] = [
  createRoute,
  listRoute,
  selfRoute,
  rotateSelfRoute,
  reportRoute,
  showRoute,
  revokeRoute,
  rotateRoute,
];
