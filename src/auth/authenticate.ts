import { byteaText } from '../db/client.ts';
import type { SessionSecrets } from '../env.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import { addressOf } from '../http/ip-address.ts';
import { fromPostgres } from '../http/values.ts';
import { allUsersScope, type Scope, scopes, superuserScopes } from '../permissions.ts';
import { hashApiKey, hasKeyPrefix, isWellFormedApiKey } from './api-key.ts';
import { openSession, requireSameOrigin } from './session.ts';

// The credential of a request: where the request has it, what the database receives, and what the
// database returns. Its other half is find_credential.sql.

/** The caller: an API key, a person who is signed in, or the operator, on behalf of a user or of nobody. */
export type Credential =
  /** `hash`: SHA-256 of the key, as Postgres writes bytes: `\x…`. `source`: where the request comes from. */
  | { readonly type: 'key'; readonly hash: string; readonly source?: Source }
  | { readonly type: 'person'; readonly sessionId: string }
  | { readonly type: 'operator'; readonly userId: string | null };

/** Where a request comes from, as far as the platform says. */
interface Source {
  readonly address: string | undefined;
  /** ISO 3166-1, or `T1` for Tor. */
  readonly country: string | undefined;
  /** Whose network it is, such as a provider's. */
  readonly network: string | undefined;
}

/** Who may do something: this credential, if it has one of the scopes, or if there are none. */
export interface Access {
  readonly credential: Credential;
  readonly scopes: readonly Scope[];
  /** The scope that opens other users than the owner, if it is another than usual. */
  readonly opensOthers?: Scope;
}

const HOW = 'Send the API key as ?api_key=…, Authorization: Bearer … or X-API-Key: ….';
const SAFE_METHODS = ['GET', 'HEAD'];

/**
 * Returns the credential of a request: one API key, or, if secrets are given to open it with, the
 * cookie of a session where there is no key. `inQuery`: what the query has as `api_key`. Throws
 * missing_api_key, conflicting_credentials, invalid_api_key or cross_origin_request; a key with a wrong
 * checksum never reaches the database.
 */
export async function authenticate(
  request: Request,
  inQuery: readonly string[],
  sessionSecrets?: SessionSecrets,
): Promise<Credential> {
  const [key, ...others] = new Set(presentedKeys(inQuery, request.headers));
  if (others.length > 0) throw new ApiError('conflicting_credentials', 'Send only one API key.');
  if (key !== undefined)
    return { type: 'key', hash: byteaText(await hashOf(key)), source: sourceOf(request) };
  const session = sessionSecrets && (await openSession(request, sessionSecrets));
  if (!session) throw new ApiError('missing_api_key', HOW);
  if (!SAFE_METHODS.includes(request.method)) requireSameOrigin(request);
  return { type: 'person', sessionId: session.id };
}

function hashOf(key: string): Promise<Uint8Array> {
  if (isWellFormedApiKey(key)) return hashApiKey(key);
  throw new ApiError('invalid_api_key', 'Check the API key for missing or changed characters.');
}

/** The longest name of a network that is kept. */
const MAX_NETWORK = 100;

/** What Cloudflare adds to a request. */
type CloudflareRequest = Request & { readonly cf?: { country?: string; asOrganization?: string } };

/** Returns where a request comes from. Locally only the address is known. */
function sourceOf(request: CloudflareRequest): Source {
  const { country, asOrganization } = request.cf ?? {};
  return {
    address: addressOf(request),
    // XX: unknown.
    country: country !== 'XX' && /^[A-Z][A-Z\d]$/.test(country ?? '') ? country : undefined,
    network: asOrganization?.slice(0, MAX_NETWORK).toWellFormed() || undefined,
  };
}

/** Everything in the places where a key can be; RFC 6750, section 2.1, for the Bearer scheme. */
function presentedKeys(inQuery: readonly string[], headers: Headers): string[] {
  const authorization = headers.get('Authorization') ?? '';
  // Not one regular expression for all of it, which could go over a long run of spaces again and again.
  const bearer = /^bearer /i.test(authorization) ? authorization.slice('bearer '.length) : '';
  const inHeaders = trimmed([bearer, headers.get('X-API-Key') ?? '']);
  // A header is not ours alone: what a gateway puts there, such as a JWT, is no second key.
  const keys = [...trimmed(inQuery), ...inHeaders.filter(hasKeyPrefix)];
  return keys.length > 0 ? keys : inHeaders.slice(0, 1);
}

const trimmed = (texts: readonly string[]): string[] =>
  texts.map((text) => text.trim()).filter((text) => text !== '');

/** A name for a credential, the same for each of its requests: the hash of the key, or an id. */
export function nameOf(credential: Credential): string {
  switch (credential.type) {
    case 'key':
      return credential.hash;
    case 'person':
      return credential.sessionId;
    case 'operator':
      return credential.userId ?? 'operator';
  }
}

/** The members of a request to the database that find_credential reads. */
export function credentialMembers({ credential, scopes: accepted, opensOthers }: Access) {
  return {
    ...identityMembers(credential),
    accepted_scopes: accepted,
    superuser_scopes: superuserScopes,
    all_users_scope: opensOthers ?? allUsersScope,
  };
}

/** A person and the operator have all scopes. `actor`: what key_events calls them. */
function identityMembers(credential: Credential) {
  const { type: actor } = credential;
  switch (credential.type) {
    case 'key':
      return {
        actor,
        key_hash: credential.hash,
        client_address: credential.source?.address,
        client_country: credential.source?.country,
        client_network: credential.source?.network,
      };
    case 'person':
      return { actor, session_id: credential.sessionId, person_scopes: scopes };
    case 'operator':
      return credential.userId === null
        ? { actor, operator: true, person_scopes: scopes }
        : { actor, operator_for: credential.userId, person_scopes: scopes };
  }
}

/** The errors with which find_credential refuses a credential that it found. */
export type Refusal = Extract<
  ErrorCode,
  | 'expired_api_key'
  | 'revoked_api_key'
  | 'address_not_allowed'
  | 'owner_inactive'
  | 'insufficient_scope'
  | 'precondition_required'
>;

const REFUSALS: Record<Refusal, string> = {
  expired_api_key: 'Create a new key.',
  revoked_api_key: 'Create a new key.',
  address_not_allowed: 'Send the request from an address in allowed_ips of the key.',
  owner_inactive: 'Ask the operator to reactivate this user.',
  insufficient_scope: 'Use a key whose scopes and owner allow this request.',
  precondition_required:
    'Send the ETag of the version that you edited as If-Match or Base-Version.',
};

/** What a function of the database returns: of the credential, and, unless that is refused, of its work. */
export type Guarded<Result> = {
  /** Null unless the credential is a key. */
  readonly key_id: string | null;
  /** When the key expires: a timestamptz as JSON of Postgres. */
  readonly ends_at: string | null;
} & ({ readonly refusal: Refusal } | ({ readonly refusal: null } & Result));

/** Whether a repeat had this verdict, so that an earlier attempt cannot have another. */
export const isVerdict =
  (verdict: string) =>
  (result: Guarded<{ readonly verdict: string }> | undefined): boolean =>
    result?.refusal === null && result.verdict === verdict;

/** What is known of the API key or session of a request, once the database has recognised it. */
export interface Caller {
  /** The database has let the request pass. */
  accepted?: true;
  keyId?: string;
  /** When the key stops working, if that is soon: RFC 3339. */
  sunset?: string | undefined;
}

/** How long before its expiry a key announces it in the header Sunset, in days. */
export const SUNSET_DAYS = 14;

/**
 * Returns what a function of the database did for a credential, and notes whose it is. Throws the
 * error of the refusal; invalid_api_key or not_signed_in if there is no such credential (`undefined`).
 */
export function admit<Result>(
  result: Guarded<Result> | undefined,
  { type }: Credential,
  caller: Caller,
): { refusal: null } & Result {
  if (!result)
    throw type === 'key'
      ? new ApiError(
          'invalid_api_key',
          'Check that the key belongs to this server, or create a new one.',
        )
      : new ApiError('not_signed_in', 'Sign in again at /auth/login.');
  if (result.key_id !== null) caller.keyId = result.key_id;
  caller.sunset = sunsetOf(result.ends_at);
  if (result.refusal !== null) throw refusalOf(result.refusal);
  caller.accepted = true;
  return result;
}

/** Returns the error of a refusal. */
export function refusalOf(refusal: Refusal): Error {
  const detail = Object.hasOwn(REFUSALS, refusal) ? REFUSALS[refusal] : undefined;
  return detail === undefined
    ? new TypeError('unknown refusal of find_credential')
    : new ApiError(refusal, detail);
}

/** When a key stops working, if that is soon: RFC 3339. */
function sunsetOf(endsAt: string | null): string | undefined {
  const sunset = endsAt === null ? undefined : fromPostgres(endsAt);
  const soon = Date.now() + SUNSET_DAYS * 24 * 60 * 60 * 1000;
  return sunset !== undefined && Date.parse(sunset) < soon ? sunset : undefined;
}
