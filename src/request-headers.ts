import { ApiError } from './errors.ts';

/** The error of a request header that cannot be understood; `detail` says what to send. */
export const malformedHeader = (header: string, detail: string): ApiError =>
  new ApiError('malformed_header', `Mend the header ${header}, or leave it out.`, {
    errors: [{ header, code: 'invalid_format', detail }],
  });

/**
 * Which site's page caused a request, in the words of Sec-Fetch-Site, which no page can set: `none` is
 * the person themselves. Of browsers that do not send it `Origin` tells; undefined if neither is there,
 * as of programs.
 */
export function siteOf({ headers, url }: Request): string | undefined {
  const site = headers.get('Sec-Fetch-Site');
  const origin = headers.get('Origin');
  if (site !== null || origin === null) return site ?? undefined;
  return origin === new URL(url).origin ? 'same-origin' : 'cross-site';
}

/** What the client would like of the answer (RFC 7240); what is not known is passed over. */
export interface Preferences {
  /** `return=minimal`: no body (RFC 7240, section 4.2). */
  minimal: boolean;
  /** `validate-only`, whatever its value: to be told what would happen, without its happening. */
  validateOnly: boolean;
}

/** Reads Prefer. Of a preference that is named twice, the first counts (RFC 7240, section 2). */
export function parsePreferences(headers: Headers): Preferences {
  const preferences = new Map<string, string>();
  // A quoted value is taken for its text, in which a comma ends nothing.
  const header = (headers.get('Prefer') ?? '').replace(/"[^"]*"/g, (quoted) =>
    quoted.replace(/[",;=]/g, ''),
  );
  for (const preference of header.split(',')) {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=');
    const key = name.trim().toLowerCase();
    if (!preferences.has(key)) preferences.set(key, value.trim());
  }
  return {
    minimal: preferences.get('return') === 'minimal',
    validateOnly: preferences.has('validate-only'),
  };
}

export const MAX_TIMEOUT_SECONDS = 30;

/**
 * Reads Request-Timeout, whole seconds; answers milliseconds, or undefined if it is not there.
 * Throws malformed_header.
 */
export function parseRequestTimeout(headers: Headers): number | undefined {
  const value = headers.get('Request-Timeout');
  if (value === null) return undefined;
  const seconds = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  if (seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS) return seconds * 1000;
  throw malformedHeader(
    'Request-Timeout',
    `Send a whole number of seconds from 1 to ${MAX_TIMEOUT_SECONDS}.`,
  );
}

/** A String of Structured Fields (RFC 9651, section 3.3.3). */
const STRING = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
export const MAX_KEY_LENGTH = 255;

/**
 * Reads Idempotency-Key (draft-ietf-httpapi-idempotency-key-header, section 2.1); undefined if it is
 * not there. Throws malformed_header.
 */
export function parseIdempotencyKey(headers: Headers): string | undefined {
  const value = headers.get('Idempotency-Key');
  if (value === null) return undefined;
  const key = STRING.exec(value.trim())?.[1]?.replace(/\\(.)/g, '$1') ?? '';
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return key;
  throw malformedHeader(
    'Idempotency-Key',
    `Send 1 to ${MAX_KEY_LENGTH} ASCII characters in quotation marks, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
  );
}
