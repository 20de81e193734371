import { hashApiKey, isWellFormedApiKey } from './api-key.ts';
import { ApiError } from './errors.ts';

const HOW = 'Send ?api_key=…, or the header Authorization: Bearer …, or X-API-Key: ….';

/**
 * The SHA-256 of the one API key that a request carries. Throws missing_api_key,
 * conflicting_credentials or invalid_api_key; a key with a wrong checksum never reaches the database.
 */
export async function authenticate(request: Request): Promise<Uint8Array> {
  const [key, ...others] = new Set(presentedKeys(request));
  if (key === undefined) throw new ApiError('missing_api_key', HOW);
  if (others.length > 0)
    throw new ApiError('conflicting_credentials', 'Send one API key, in one place.');
  if (!isWellFormedApiKey(key))
    throw new ApiError(
      'invalid_api_key',
      'This is not a key: compare it with the one that you were given.',
    );
  return hashApiKey(key);
}

/** In all the places where a key may stand; RFC 6750, section 2.1, for the Bearer scheme. */
function presentedKeys(request: Request): string[] {
  const bearer = /^bearer +(.*)$/i.exec(request.headers.get('Authorization') ?? '')?.[1];
  return [
    ...new URL(request.url).searchParams.getAll('api_key'),
    bearer ?? '',
    request.headers.get('X-API-Key') ?? '',
  ].filter((key) => key !== '');
}
