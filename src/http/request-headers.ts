import { ApiError } from '../errors.ts';

/** The error of a request header that cannot be understood; `detail` says what to send. */
export const malformedHeader = (header: string, detail: string): ApiError =>
  new ApiError('malformed_header', `Fix the ${header} header or leave it out.`, {
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

/** A request header; undefined if it is absent or empty, as `Name: ${UNSET}` of a script leaves it. */
export const readHeader = (headers: Headers, name: string): string | undefined =>
  headers.get(name)?.trim() || undefined;

/** What the client prefers (RFC 7240); unknown preferences are ignored. */
export interface Preferences {
  /** `return=minimal`: no body (RFC 7240, section 4.2). */
  minimal: boolean;
  /** `validate-only`: a dry run. */
  validateOnly: boolean;
}

/**
 * What may follow `validate-only`, and whether it asks for a dry run; `?1` and `?0` are the Booleans of
 * RFC 9651. `validate-only=` is not among them: RFC 7240 takes it for `validate-only`, but a script with
 * an unset variable means the contrary, and would lose its writes.
 */
const VALIDATE_ONLY = new Map([
  ...['', '=true', '=1', '=?1'].map((yes) => [yes, true] as const),
  ...['=false', '=0', '=?0'].map((no) => [no, false] as const),
]);

/** It is there, but not as a preference: `return=minimal; validate-only`, `validate_only`. */
const MISPLACED = /validate[-_ ]?only/i;

/**
 * Reads Prefer. Of a preference that is named twice, the first counts (RFC 7240, section 2). Throws
 * malformed_header.
 */
export function parsePreferences(headers: Headers): Preferences {
  const preferences = new Map<string, string>();
  const sent = (readHeader(headers, 'Prefer') ?? '').replace(/\\./g, '_');
  // A quoted value is taken for its text, in which a comma ends nothing.
  const header = sent.replace(/"[^"]*"/g, (quoted) => quoted.slice(1, -1).replace(/[,;=]/g, '_'));
  for (const preference of header.split(',')) {
    const [text = ''] = preference.split(';');
    const [, name = '', value = ''] = /^\s*([\w!#$%&'*+.^`|~-]*)\s*(.*)$/s.exec(text) ?? [];
    const key = name.toLowerCase();
    if (!preferences.has(key))
      preferences.set(key, value.replace(/^=\s+/, '=').trimEnd().toLowerCase());
  }
  const asked = preferences.get('validate-only');
  const absent = MISPLACED.test(sent.replace(/"[^"]*"/g, '')) ? undefined : false;
  const validateOnly = asked === undefined ? absent : VALIDATE_ONLY.get(asked);
  if (validateOnly === undefined)
    throw malformedHeader(
      'Prefer',
      'Send validate-only for a dry run, or validate-only=false to apply the update.',
    );
  return { minimal: preferences.get('return') === '=minimal', validateOnly };
}

export const MAX_TIMEOUT_SECONDS = 30;

/**
 * Reads Request-Timeout in whole seconds. Returns milliseconds, or undefined if it is absent.
 * Throws malformed_header.
 */
export function parseRequestTimeout(headers: Headers): number | undefined {
  const value = readHeader(headers, 'Request-Timeout');
  if (value === undefined) return undefined;
  const seconds = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  if (seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS) return seconds * 1000;
  throw malformedHeader(
    'Request-Timeout',
    `Send a whole number of seconds from 1 to ${MAX_TIMEOUT_SECONDS}.`,
  );
}

export const MAX_KEY_LENGTH = 255;

const QUOTABLE = String.raw`(?:[ !#-\[\]-~]|\\["\\])`;
/** Visible, and neither a quotation mark nor what separates keys or begins a parameter. */
const BARE = String.raw`[!#-+\--:<-~]`;
/** Nor the other quotation mark: who sends 'a' may mean a. */
const FIRST_BARE = String.raw`[!#-&(-+\--:<-~]`;
const PARAMETER = String.raw`[ \t]*;[ \t]*[a-z*][a-z0-9_.*-]*(?:=(?:%?"${QUOTABLE}*"|${BARE}+))?`;

/**
 * The pattern of an Idempotency-Key: in quotation marks, as the draft has it (a String of RFC 9651,
 * section 3.3.3, which parameters may follow), or bare, as most send it.
 */
const IDEMPOTENCY_KEY = `^(?:"(${QUOTABLE}{1,${MAX_KEY_LENGTH}})"(?:${PARAMETER})*|(${FIRST_BARE}${BARE}{0,${MAX_KEY_LENGTH - 1}}))$`;
const idempotencyKey = new RegExp(IDEMPOTENCY_KEY);

/**
 * Reads Idempotency-Key (draft-ietf-httpapi-idempotency-key-header, section 2.1): its text, the same in
 * quotation marks and without; undefined if it is not there. Throws malformed_header.
 */
export function parseIdempotencyKey(headers: Headers): string | undefined {
  const value = readHeader(headers, 'Idempotency-Key');
  if (value === undefined) return undefined;
  const [, quoted, bare] = idempotencyKey.exec(value) ?? [];
  const key = bare ?? quoted?.replace(/\\(.)/g, '$1');
  if (key !== undefined) return key;
  throw malformedHeader(
    'Idempotency-Key',
    `Send 1 to ${MAX_KEY_LENGTH} ASCII characters, such as 8e03978e-40d5-43dd-bc93-6894a57f9324, in quotation marks if they include a space, a comma or a semicolon.`,
  );
}
