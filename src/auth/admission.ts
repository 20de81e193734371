import { ApiError } from '../errors.ts';
import type { Caller } from '../route.ts';
import type { CredentialFacts, Refusal } from './credential.ts';

const REFUSALS: Record<Refusal, string> = {
  expired_api_key: 'Make a new key.',
  revoked_api_key: 'Make a new key.',
  owner_inactive: 'Nothing can be done for an inactive user until they are active again.',
  insufficient_scope: 'Use a key whose scopes, and whose owner, allow this.',
  precondition_required:
    'This key demands that an update names the version that it was made from: send If-Match or Base-Version with the ETag.',
};

/**
 * Lets a request pass whose statement accepted the credential, and notes whose it is. Throws the
 * error of the refusal; `absent` if there is no such credential.
 */
export function admit<Facts extends CredentialFacts>(
  facts: Facts | undefined,
  caller: Caller,
  absent: 'invalid_api_key' | 'not_signed_in' = 'invalid_api_key',
): Facts {
  if (!facts)
    throw absent === 'invalid_api_key'
      ? new ApiError(absent, 'There is no such key; make a new one.')
      : new ApiError(absent, 'The session has ended; sign in again.');
  const { keyId, sunset, refusal } = facts;
  if (keyId !== null) caller.keyId = keyId;
  if (sunset !== null) caller.sunset = sunset;
  if (refusal) throw new ApiError(refusal, REFUSALS[refusal]);
  caller.accepted = true;
  return facts;
}
