import { hashApiKey, isWellFormedApiKey } from '../api-key.ts';
import { readJson } from '../body.ts';
import { reportKey } from '../db/api-keys.ts';
import type { Credential } from '../db/credential.ts';
import { type Context, envelope, type KeyRoute, type PublicRoute, type Route } from '../http.ts';
import { type Asker, create, list, revoke, rotate, show, showOwn } from '../key-operations.ts';
import { parseKeyDraft, parsePage, parseReport, parseRotation } from '../key-requests.ts';
import { fieldsOf, type Scope, scopes } from '../permissions.ts';
import { userFields } from '../user-fields.ts';
import { checkId, demandNone } from '../validation.ts';

const MANAGE = ['keys:write'] as const satisfies Scope[];
const ANY = Object.keys(scopes) as Scope[];

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
  return envelope('Key created successfully', await create(asker, draft), { status: 201 });
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
      await query((db) => reportKey(db, hash, requestId));
    }
    return envelope('Thank you: if this was a live key, it is revoked now', null);
  },
};

const showRoute = managed('GET', '/api/v1/keys/:key_id', async (_, asker, keyId) => {
  demandNone(checkId('key_id', keyId));
  return envelope('Data got successfully', await show(asker, keyId));
});

const revokeRoute = managed('DELETE', '/api/v1/keys/:key_id', async (_, asker, keyId) => {
  demandNone(checkId('key_id', keyId));
  return envelope('Key revoked successfully', await revoke(asker, keyId));
});

const rotateRoute = managed(
  'POST',
  '/api/v1/keys/:key_id/rotate',
  async (request, asker, keyId) => {
    const rotation = parseRotation(keyId, await readJson(request), new Date());
    return envelope('Key rotated successfully', await rotate(asker, rotation), { status: 201 });
  },
);

/** The routes on which keys are made and ended. */
export const keyRoutes: readonly Route[] = [
  createRoute,
  listRoute,
  selfRoute,
  reportRoute,
  showRoute,
  revokeRoute,
  rotateRoute,
];
