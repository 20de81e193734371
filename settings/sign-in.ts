/** What to do when signing in came back without a session, by the reason that the API gives. */
const reasons = new Map([
  [
    'unknown_user',
    'Nobody here has your e-mail address. Signing in does not make an account: ask the operator of this service to add you with the address that you signed in with, then sign in again.',
  ],
  [
    'unverified_email',
    'Your identity provider has not verified your e-mail address. Verify it there, then sign in again.',
  ],
  [
    'inactive_user',
    'Your account is inactive. Ask the operator of this service to make it active, then sign in again.',
  ],
  ['cancelled', 'You cancelled signing in. Nothing has changed; sign in whenever you like.'],
  [
    'failed',
    'Signing in did not work; perhaps it took too long. Sign in again. If it fails again, tell the operator of this service.',
  ],
  [
    'unavailable',
    'Signing in does not work at the moment. Try again in a minute. If it lasts, tell the operator of this service.',
  ],
]);

/** Takes the reason out of the address bar, so that neither a reload nor a bookmark repeats it. */
export function takeSignInMessage(): string | undefined {
  const url = new URL(location.href);
  const reason = url.searchParams.get('sign_in');
  if (reason === null) return;
  url.searchParams.delete('sign_in');
  history.replaceState(null, '', url);
  return reasons.get(reason);
}
