import { cleared, type SealedCookie, seal, unseal } from '../sealed-cookie.ts';
import { ShortMemory } from '../short-memory.ts';

/** What a sign-in that has begun must know again when the provider sends the browser back. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: only who has it can redeem the code. */
  readonly verifier: string;
}

/** Ten minutes to find the password. */
const COOKIE: SealedCookie = { name: '__Host-sign-in', lifetime: 600 };

/** The `Set-Cookie` that binds an attempt to the browser in which it began. */
export const attemptCookie = (attempt: SignInAttempt, secret: string): Promise<string> =>
  seal(COOKIE, { ...attempt }, secret);

/** The `Set-Cookie` of an attempt that is over. */
export const noAttemptCookie = (): string => cleared(COOKIE);

/** The attempts that have come back, by their state. In this isolate only; elsewhere the provider refuses. */
const used = new ShortMemory(10_000);

/**
 * The attempt that began in the browser of a request and that the provider sends back with `state`, if
 * there is one; each only once.
 */
export async function takeAttempt(
  request: Request,
  secret: string,
  returned: string | null,
): Promise<SignInAttempt | undefined> {
  const { state, nonce, verifier } = (await unseal(COOKIE, request, secret)) ?? {};
  if (!state || !nonce || !verifier || state !== returned) return undefined;
  const now = Date.now();
  if (used.has(state, now)) return undefined;
  used.remember(state, now + COOKIE.lifetime * 1000);
  return { state, nonce, verifier };
}
