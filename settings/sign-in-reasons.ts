/** What to do when signing in came back without a session, by the reason that the API gives. Loaded then. */
export const reasons = new Map([
  [
    'unknown_user',
    'No user has your e-mail address. Signing in does not create an account: ask the operator of this service to add you, then sign in again.',
  ],
  [
    'unverified_email',
    'Your identity provider has not verified your e-mail address. Verify it there, then sign in again.',
  ],
  [
    'inactive_user',
    'Your account is inactive. Ask the operator of this service to reactivate it, then sign in again.',
  ],
  ['cancelled', 'You cancelled the sign-in. Nothing was changed.'],
  [
    'failed',
    'The sign-in failed or took too long. Sign in again. If it fails again, contact the operator of this service.',
  ],
  [
    'unavailable',
    'Sign-in is unavailable. Try again in a minute. If it is still unavailable, contact the operator of this service.',
  ],
]);
