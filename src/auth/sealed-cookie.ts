import * as Iron from 'iron-webcrypto';
import type { SessionSecrets } from '../env.ts';

/**
 * A cookie that only this Worker can read or make: encrypted, then signed (iron). The prefix `__Host-`
 * keeps other hosts of the same domain, and plain http, from setting it.
 */
export interface SealedCookie {
  readonly name: `__Host-${string}`;
  /** In seconds; what is inside ends with the cookie. */
  readonly lifetime: number;
}

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** What a cookie says. */
export type Claims = Readonly<Record<string, string>>;

/** The `Set-Cookie` that carries these claims. */
export async function seal(
  { name, lifetime }: SealedCookie,
  claims: Claims,
  [secret]: SessionSecrets,
): Promise<string> {
  const options = { ...OPTIONS, ttl: lifetime * 1000 };
  const sealed = await Iron.seal(claims, passwordOf(name, secret), options);
  const value = sealed.slice(VERSION.length).replaceAll('*', '.');
  return `${name}=${value}; ${ATTRIBUTES}; Max-Age=${lifetime}`;
}

/** The claims in the cookie that a request carries; undefined if it is missing, foreign or expired. */
export async function unseal(
  { name }: SealedCookie,
  request: Request,
  secrets: SessionSecrets,
): Promise<Claims | undefined> {
  const value = cookieIn(name, request);
  if (value === undefined) return undefined;
  const sealed = VERSION + value.replaceAll('.', '*');
  for (const secret of secrets)
    try {
      return (await Iron.unseal(sealed, passwordOf(name, secret), OPTIONS)) as Claims;
    } catch {
      // Why is of no use to anybody but a forger.
    }
  return undefined;
}

/** The `Set-Cookie` that takes the cookie of this name away. */
export const cleared = (name: string): string => `${name}=; ${ATTRIBUTES}; Max-Age=0`;

/** One a cookie, so that one never passes for another. The keys are derived from it, with a salt. */
const passwordOf = (name: string, secret: string): string => `${name} ${secret}`;

/** What every seal begins with is left out, and its asterisks are dots, as the document has cookies. */
const VERSION = `${Iron.macPrefix}**`;

/** To the second: the lifetime counts by our own clock alone. */
const OPTIONS = { ...Iron.defaults, timestampSkewSec: 0 };

/** RFC 6265, section 4.2. */
const cookiesIn = (request: Request): string[] =>
  (request.headers.get('Cookie') ?? '').split(/; */);

/** The names of the cookies that a request carries, in its order. */
export const namesOfCookies = (request: Request): string[] =>
  cookiesIn(request).map((pair) => pair.split('=', 1)[0] ?? '');

/** Cookies of this prefix cannot occur twice. */
const cookieIn = (name: string, request: Request): string | undefined =>
  cookiesIn(request)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
