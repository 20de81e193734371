import type { SessionSecrets } from '../env.ts';
import { ShortMemory } from '../rate-limits.ts';
import { cleared, namesOfCookies, type SealedCookie, seal, unseal } from './sealed-cookie.ts';

/** What a sign-in that has begun must know again when the provider sends the browser back. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: only who has it can redeem the code. */
  readonly verifier: string;
}

/** How many sign-ins can be under way in one browser; each costs 500 bytes in every request. */
const MAX_ATTEMPTS = 5;

/**
 * Tabs sign in independently of each other, so each attempt has a cookie of its own, named by the
 * beginning of its state. Ten minutes to find the password.
 */
const cookieFor = (state: string): SealedCookie => ({
  name: `__Host-sign-in-${state.slice(0, 8)}`,
  lifetime: 600,
});
const NAME = /^__Host-sign-in-[\w-]{8}$/;

/**
 * The `Set-Cookie`s that bind an attempt to the browser in which it begins. If there are too many
 * attempts then, they remove the oldest: browsers list older cookies first (RFC 6265, section 5.4).
 */
export async function attemptCookies(
  attempt: SignInAttempt,
  request: Request,
  secrets: SessionSecrets,
): Promise<string[]> {
  const others = namesOfCookies(request).filter((name) => NAME.test(name));
  return [
    await seal(cookieFor(attempt.state), { ...attempt }, secrets),
    ...others.slice(0, 1 - MAX_ATTEMPTS).map(cleared),
  ];
}

/** The `Set-Cookie` of an attempt that is over; those of other tabs stay. */
export const noAttemptCookie = ({ state }: SignInAttempt): string => cleared(cookieFor(state).name);

/** The attempts that have come back, by their state. In this isolate only; elsewhere the provider refuses. */
const used = new ShortMemory(10_000);

/** The attempt with this state, if it began in the browser of a request; each only once. */
export async function takeAttempt(
  state: string,
  request: Request,
  secrets: SessionSecrets,
): Promise<SignInAttempt | undefined> {
  const cookie = cookieFor(state);
  const { nonce, verifier, ...attempt } = (await unseal(cookie, request, secrets)) ?? {};
  // The name has only the beginning of the state.
  if (attempt['state'] !== state || !nonce || !verifier) return undefined;
  const now = Date.now();
  if (used.has(state, now)) return undefined;
  used.remember(state, now + cookie.lifetime * 1000);
  return { state, nonce, verifier };
}
