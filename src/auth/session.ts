import type { SessionSecrets } from '../env.ts';
import { ApiError } from '../errors.ts';
import { siteOf } from '../http/request.ts';
import { cleared, type SealedCookie, seal, unseal } from './sealed-cookie.ts';

/** Who is signed in, as the cookie says; that the session still lasts, only the database knows. */
export interface Session {
  readonly id: string;
  readonly userId: string;
}

/** How long a session lasts: 12 hours, in seconds. */
export const SESSION_SECONDS = 12 * 60 * 60;

const COOKIE: SealedCookie = { name: '__Host-session', lifetime: SESSION_SECONDS };

/** The `Set-Cookie` of a session that begins. */
export const sessionCookie = ({ id, userId }: Session, secrets: SessionSecrets): Promise<string> =>
  seal(COOKIE, { jti: id, sub: userId }, secrets);

/** The `Set-Cookie` of a session that ends. */
export const noSessionCookie = (): string => cleared(COOKIE.name);

/**
 * The session in the cookie of a request, or undefined. Only decrypts: the statement that serves the
 * request must also find the row in `sessions`, not expired, of an active user.
 */
export async function openSession(
  request: Request,
  secrets: SessionSecrets,
): Promise<Session | undefined> {
  const { jti: id, sub: userId } = (await unseal(COOKIE, request, secrets)) ?? {};
  return id && userId ? { id, userId } : undefined;
}

/** Refuses a request that a page of another origin may have caused; a cookie would come along with it. */
export function requireSameOrigin(request: Request): void {
  if (siteOf(request) !== 'same-origin')
    throw new ApiError(
      'cross_origin_request',
      'Send the request from a page of this origin, or use an API key.',
    );
}
