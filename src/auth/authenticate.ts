import type { IRequest } from 'itty-router';
import { ApiError } from '../errors.ts';
import { hashApiKey, hasKeyPrefix, isWellFormedApiKey } from './api-key.ts';
import type { Credential } from './credential.ts';
import { openSession, requireSameOrigin } from './session.ts';

const HOW = 'Send ?api_key=…, or the header Authorization: Bearer …, or X-API-Key: ….';
const SAFE_METHODS = ['GET', 'HEAD'];

/** A request whose query the router has read. */
type Asking = Request & Partial<Pick<IRequest, 'query'>>;

/**
 * The credential that a request carries: one API key, or, if a secret is given to open it with, the
 * cookie of a session where there is no key. Throws missing_api_key, conflicting_credentials,
 * invalid_api_key or cross_origin_request; a key with a wrong checksum never reaches the database.
 */
export async function authenticate(request: Asking, sessionSecret?: string): Promise<Credential> {
  const [key, ...others] = new Set(presentedKeys(request));
  if (others.length > 0)
    throw new ApiError('conflicting_credentials', 'Send one API key, in one place.');
  if (key !== undefined) return { keyHash: await keyHash(key) };
  const session = sessionSecret && (await openSession(request, sessionSecret));
  if (!session) throw new ApiError('missing_api_key', HOW);
  if (!SAFE_METHODS.includes(request.method)) requireSameOrigin(request);
  return { sessionId: session.id };
}

function keyHash(key: string): Promise<Uint8Array> {
  if (isWellFormedApiKey(key)) return hashApiKey(key);
  throw new ApiError(
    'invalid_api_key',
    'This is not a key: compare it with the one you were given.',
  );
}

/** In all the places where a key may stand; RFC 6750, section 2.1, for the Bearer scheme. */
function presentedKeys({ query, headers }: Asking): string[] {
  const authorization = headers.get('Authorization') ?? '';
  // Not one regular expression for all of it, which could go over a long run of spaces again and again.
  const bearer = /^bearer /i.test(authorization) ? authorization.slice('bearer '.length) : '';
  const inQuery = trimmed([query?.['api_key'] ?? []].flat());
  const inHeaders = trimmed([bearer, headers.get('X-API-Key') ?? '']);
  // A header is not ours alone: what a gateway puts there, such as a JWT, is no second key.
  const keys = [...inQuery, ...inHeaders.filter(hasKeyPrefix)];
  return keys.length > 0 ? keys : inHeaders.slice(0, 1);
}

const trimmed = (texts: readonly string[]): string[] =>
  texts.map((text) => text.trim()).filter((text) => text !== '');
