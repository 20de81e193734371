import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';

/** How a sign-in can end without a session. The Settings page has words for each. */
export type SignInFailureKind =
  | 'unknown_user'
  | 'unverified_email'
  | 'inactive_user'
  | 'cancelled'
  | 'failed'
  | 'unavailable';

/** A sign-in that failed. The message is a reason for the log and has nothing that was received. */
export class SignInFailure extends Error {
  readonly kind: SignInFailureKind;

  constructor(kind: SignInFailureKind, reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/** What any error on the way to the provider and back means. */
export function asSignInFailure(error: unknown): SignInFailure {
  if (error instanceof SignInFailure) return error;
  if (error instanceof AuthorizationResponseError && error.error === 'access_denied')
    return new SignInFailure('cancelled', 'cancelled at the provider');
  return new SignInFailure('failed', reasonOf(error));
}

/** The log has only words of this file or of the library, no text that the provider sent. */
function reasonOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError) return 'the provider refused the sign-in';
  if (error instanceof WWWAuthenticateChallengeError) return 'the provider refused our credentials';
  if (error instanceof ResponseBodyError) {
    const known = TOKEN_ERRORS.find((word) => word === error.error);
    return `the provider refused the code: ${known ?? 'another error'}`;
  }
  if (error instanceof OperationProcessingError || error instanceof UnsupportedOperationError)
    return `invalid response from the provider: ${error.code}`;
  return error instanceof DOMException && error.name === 'TimeoutError'
    ? 'the provider did not respond in time'
    : 'the provider cannot be reached';
}

/** RFC 6749, section 5.2. */
const TOKEN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];
