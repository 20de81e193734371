import { CompactEncrypt, compactDecrypt } from 'jose';

/**
 * A cookie that only this Worker can read or make: a JWE (RFC 7516). The prefix `__Host-` keeps
 * other hosts of the same domain, and plain http, from setting it.
 */
export interface SealedCookie {
  readonly name: `__Host-${string}`;
  /** In seconds; what is inside ends with the cookie. */
  readonly lifetime: number;
}

/** In seconds. */
const now = (): number => Math.floor(Date.now() / 1000);

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;

/** What a cookie says. */
export type Claims = Readonly<Record<string, string>>;

/** The `Set-Cookie` that carries these claims. */
export async function seal(
  { name, lifetime }: SealedCookie,
  claims: Claims,
  secret: string,
): Promise<string> {
  const content = JSON.stringify({ claims, ends: now() + lifetime });
  const value = await new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader(ALGORITHMS)
    .encrypt(await keyOf(name, secret));
  return `${name}=${value}; ${ATTRIBUTES}; Max-Age=${lifetime}`;
}

/** The claims in the cookie that a request carries; undefined if it is missing, foreign or expired. */
export async function unseal(
  { name }: SealedCookie,
  request: Request,
  secret: string,
): Promise<Claims | undefined> {
  const value = cookieIn(name, request);
  if (value === undefined) return undefined;
  try {
    const { plaintext } = await compactDecrypt(value, await keyOf(name, secret), {
      keyManagementAlgorithms: [ALGORITHMS.alg],
      contentEncryptionAlgorithms: [ALGORITHMS.enc],
    });
    const { claims, ends } = JSON.parse(new TextDecoder().decode(plaintext));
    return ends > now() ? claims : undefined;
  } catch {
    return undefined; // Why is of no use to anybody but a forger.
  }
}

/** The `Set-Cookie` that takes the cookie away. */
export const cleared = ({ name }: SealedCookie): string => `${name}=; ${ATTRIBUTES}; Max-Age=0`;

/** One key a cookie, so that one never passes for another. HKDF (RFC 5869) without a salt. */
async function keyOf(name: string, secret: string): Promise<CryptoKey> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const material = await crypto.subtle.importKey('raw', bytes(secret), 'HKDF', false, [
    'deriveKey',
  ]);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes(name) },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

/** RFC 6265, section 4.2. Cookies of this prefix cannot occur twice. */
const cookieIn = (name: string, request: Request): string | undefined =>
  (request.headers.get('Cookie') ?? '')
    .split(/; */)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
