import * as v from 'valibot';
import { refusalOf } from '../auth/authenticate.ts';
import { revokedIdToken, unknownIdentity, verifyIdToken } from '../auth/id-token.ts';
import { canSignInAt } from '../auth/openid.ts';
import type { Env, SignInSettings } from '../env.ts';
import { ApiError } from '../errors.ts';
import { MAX_BODY_BYTES, readForm } from '../http/body.ts';
import { checkBody, type Values } from '../http/validation.ts';
import { keyRoles } from '../permissions.ts';
import type { PublicRoute } from '../route.ts';
import { exchangeIdToken } from './app-key-statements.ts';
import { tooManyAppKeys } from './problems.ts';
import { APP_KEY_SECONDS } from './requests.ts';
import { newSecret } from './statements.ts';

// Token exchange (RFC 8693): an app sends the ID token of its user and gets a short-lived key of theirs.

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** How long the key works: longer than its ID token can be exchanged (ID_TOKEN_MINUTES). */
export const LIFETIME_SECONDS = APP_KEY_SECONDS.most;

const READ = keyRoles.read_only.join(' ');
const WRITE = keyRoles.profile.join(' ');
/** The order of scopes means nothing (RFC 6749, section 3.3). */
const WRITE_TOO = keyRoles.profile.toReversed().join(' ');

const only = <Value extends string>(...values: readonly Value[]) =>
  v.picklist(values, `must be ${values.join(' or ')}`);

/** The parameters of a request for a token. */
export const tokenMembers = {
  grant_type: only(GRANT_TYPE),
  subject_token: v.pipe(
    v.string(),
    v.maxLength(MAX_BODY_BYTES),
    v.regex(/^[A-Za-z0-9_.-]+$/, 'must be an ID token'),
  ),
  subject_token_type: only(ID_TOKEN),
  requested_token_type: v.optional(only(ACCESS_TOKEN), ACCESS_TOKEN),
  scope: v.optional(only(WRITE, WRITE_TOO, READ), WRITE),
  nonce: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(255, 'must be at most 255 characters long'),
      v.regex(/^[ -~]+$/, 'must be ASCII'),
    ),
  ),
};

type TokenRequest = Values<typeof tokenMembers>;

/** Gives an app a key. The key of the same ID token is replaced, so that a lost response locks nobody out. */
export const tokenRoute: PublicRoute = {
  method: 'POST',
  path: '/api/v1/token',
  scopes: null,
  limited: true,
  async handler(request, { env, query, requestId }) {
    const settings = settingsFor(request, env);
    const { subject_token: idToken, scope, nonce } = parseTokenRequest(await readForm(request));
    const { identity, clientId } = await verifyIdToken(settings, idToken, nonce);
    const exchange = {
      identity,
      clientId,
      createsUsers: settings.createsUsers,
      idTokenHash: await hashOfSigned(idToken),
      role: scope === READ ? ('read_only' as const) : ('profile' as const),
      lifetimeSeconds: LIFETIME_SECONDS,
      secret: await newSecret(),
      requestId,
    };
    // Each attempt leaves the same key with the same secret.
    const effect = { settles: (result: Exchanged) => result?.verdict === 'issued' };
    const result = await query((db, attempt) => exchangeIdToken(db, exchange, attempt), effect);
    const key = keyOf(result);
    return Response.json({
      access_token: exchange.secret.key,
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      scope: key.scopes.join(' '),
      user_id: key.owner_id,
    });
  },
};

type Exchanged = Awaited<ReturnType<typeof exchangeIdToken>>;

/** The key that was issued. Throws the error if none was. */
function keyOf(result: Exchanged) {
  switch (result?.verdict) {
    case 'issued':
      return result.key;
    case 'token_revoked':
      throw revokedIdToken();
    case 'unknown_user':
      throw unknownIdentity();
    case 'inactive_user':
      throw refusalOf('owner_inactive');
    case 'too_many_keys':
      throw tooManyAppKeys();
    default:
      result satisfies undefined;
      throw new TypeError('unknown verdict of exchange_id_token');
  }
}

/** Throws token_exchange_disabled unless apps can sign in where the request was sent to. */
function settingsFor(request: Request, { signIn }: Env): SignInSettings {
  if (!signIn?.appClientIds.length || !canSignInAt(new URL(request.url), signIn))
    throw exchangeDisabled();
  return signIn;
}

export const exchangeDisabled = (): ApiError =>
  new ApiError('token_exchange_disabled', 'Ask the operator to set OIDC_APP_CLIENT_IDS.');

/**
 * Checks a request for a token. What is unknown is ignored, and what is empty is absent (RFC 6749, section 3.2).
 * Throws invalid_token_request.
 */
export function parseTokenRequest(form: URLSearchParams): TokenRequest {
  const names = Object.keys(tokenMembers);
  const sent = names.filter((name) => form.getAll(name).some((value) => value !== ''));
  const { values, violations } = checkBody(
    Object.fromEntries(sent.map((name) => [name, form.get(name)])),
    tokenMembers,
  );
  for (const name of names)
    if (form.getAll(name).length > 1)
      violations.push({
        pointer: `/${name}`,
        code: 'invalid_format',
        detail: `Send ${name} once.`,
      });
  // It would mean that another party acts for the user, which the key could not show.
  if (form.get('actor_token'))
    violations.push({
      pointer: '/actor_token',
      code: 'unknown_field',
      detail: 'Delegation is not supported.',
    });
  if (violations.length === 0) return values as TokenRequest;
  const wrong = (name: string) =>
    sent.includes(name) &&
    violations.some((fault) => 'pointer' in fault && fault.pointer === `/${name}`);
  throw new ApiError(
    'invalid_token_request',
    'Fix the parameters listed in errors and try again.',
    {
      error: wrong('grant_type')
        ? 'unsupported_grant_type'
        : wrong('scope')
          ? 'invalid_scope'
          : 'invalid_request',
      errors: violations,
    },
  );
}

/** SHA-256 of the header and the payload of a token. Its signature is left out: it can be written in several ways. */
async function hashOfSigned(token: string): Promise<Uint8Array> {
  const signed = token.slice(0, token.lastIndexOf('.'));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(signed)));
}
