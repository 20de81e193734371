import { cleared, type SealedCookie, seal, unseal } from '../sealed-cookie.ts';

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

/** The attempt that began in the browser of a request, if there is one. */
export async function openAttempt(
  request: Request,
  secret: string,
): Promise<SignInAttempt | undefined> {
  const { state, nonce, verifier } = (await unseal(COOKIE, request, secret)) ?? {};
  return typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string'
    ? { state, nonce, verifier }
    : undefined;
}
