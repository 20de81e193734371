// The signature of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 of id, time and body.

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** Returns a new secret: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string =>
  SECRET_PREFIX +
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))));

/** What is signed: `time` in seconds since 1970. */
export interface Signed {
  readonly id: string;
  readonly time: number;
  readonly body: string;
}

/** Returns the headers of a message that is signed with each of the secrets. */
export async function signatureHeaders(
  { id, time, body }: Signed,
  secrets: readonly string[],
): Promise<Record<string, string>> {
  const signatures = await Promise.all(
    secrets.map((secret) => signatureOf(`${id}.${time}.${body}`, secret)),
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': `${time}`,
    'webhook-signature': signatures.join(' '),
  };
}

async function signatureOf(text: string, secret: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.slice(SECRET_PREFIX.length)), (c) => c.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  const hmac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(hmac)))}`;
}
