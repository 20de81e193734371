import { ApiError } from '../errors.ts';

/** The error of a request header that cannot be understood; `detail` says what to send. */
export const malformedHeader = (header: string, detail: string): ApiError =>
  new ApiError('malformed_header', `Fix the ${header} header or leave it out.`, {
    errors: [{ header, code: 'invalid_format', detail }],
  });

/**
 * Which site's page caused a request, in the words of Sec-Fetch-Site, which no page can set: `none` is
 * the person themselves. For browsers that do not send it, `Origin` decides; undefined without either,
 * as of programs.
 */
export function siteOf({ headers, url }: Request): string | undefined {
  const site = headers.get('Sec-Fetch-Site');
  const origin = headers.get('Origin');
  if (site !== null || origin === null) return site ?? undefined;
  return origin === new URL(url).origin ? 'same-origin' : 'cross-site';
}

/** Headers, or what has the same by their names. */
type Readable = Pick<Headers, 'get'>;

/** A request header; undefined if it is absent or empty, as `Name: ${UNSET}` of a script leaves it. */
export const readHeader = (headers: Readable, name: string): string | undefined =>
  headers.get(name)?.trim() || undefined;

/** What the client prefers (RFC 7240); unknown preferences are ignored. */
export interface Preferences {
  /** `return=minimal`: no body (RFC 7240, section 4.2). */
  minimal: boolean;
  /** `validate-only`: a dry run. */
  validateOnly: boolean;
  /** `atomic`: of many items all or none. */
  atomic: boolean;
}

/**
 * What may follow `validate-only` and `atomic`, and whether it requests that; `?1` and `?0` are the Booleans
 * of RFC 9651. `validate-only=` is not among them: RFC 7240 takes it for `validate-only`, but a script with
 * an unset variable means the contrary, and would lose its writes.
 */
const SWITCH = new Map([
  ...['', '=true', '=1', '=?1'].map((yes) => [yes, true] as const),
  ...['=false', '=0', '=?0'].map((no) => [no, false] as const),
]);

/** They are there, but not as preferences: `return=minimal; validate-only`, `validate_only`. */
const MISPLACED = { 'validate-only': /validate[-_ ]?only/i, atomic: /\batomic\b/i };

/**
 * Reads Prefer. If a preference is named twice, the first counts (RFC 7240, section 2). Throws
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
  const unquoted = sent.replace(/"[^"]*"/g, '');
  const switchOf = (name: keyof typeof MISPLACED): boolean | undefined => {
    const asked = preferences.get(name);
    if (asked !== undefined) return SWITCH.get(asked);
    return MISPLACED[name].test(unquoted) ? undefined : false;
  };
  const validateOnly = switchOf('validate-only');
  if (validateOnly === undefined)
    throw malformedHeader(
      'Prefer',
      'Send validate-only for a dry run, or validate-only=false to apply the update.',
    );
  const atomic = switchOf('atomic');
  if (atomic === undefined)
    throw malformedHeader('Prefer', 'Send atomic to update all or none, or atomic=false.');
  return { minimal: preferences.get('return') === '=minimal', validateOnly, atomic };
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

/** The versions that entity tags stand for; `*`: any. A tag that is no version of ours is not in it. */
export type Versions = '*' | readonly number[];

/** What must hold of the user for a request to be carried out. */
export interface Conditions {
  /** RFC 9110, section 13.1.1: the user must be at one of them. */
  ifMatch?: Versions;
  /** RFC 9110, section 13.1.2: the user must be at none of them. */
  ifNoneMatch?: Versions;
  /** The version that the update was made from: no field in it may have been changed since. */
  baseVersion?: number;
}

/** Whether this version is one of them. */
export const isOneOf = (versions: Versions, version: number): boolean =>
  versions === '*' || versions.includes(version);

/** No user gets there. The largest `integer` of Postgres but one, since its ranges end one after. */
const MAX_VERSION = 2 ** 31 - 2;

/** The version of a user as a strong entity tag (RFC 9110, section 8.8.3). */
export const entityTag = (version: number): string => `"${version}"`;

/** Reads If-Match, If-None-Match and Base-Version of an update. Throws malformed_header. */
export function parseConditions(headers: Readable): Conditions {
  const ifMatch = readHeader(headers, 'If-Match');
  const ifNoneMatch = readHeader(headers, 'If-None-Match');
  const baseVersion = readHeader(headers, 'Base-Version');
  return {
    ...(ifMatch && { ifMatch: parseIfMatch(ifMatch) }),
    ...(ifNoneMatch && {
      ifNoneMatch: parseTags(ifNoneMatch, 'weak') ?? malformedTags('If-None-Match'),
    }),
    ...(baseVersion && { baseVersion: parseBaseVersion(baseVersion) }),
  };
}

/**
 * Reads If-Match and If-None-Match of a request that only reads. An If-None-Match that cannot be
 * understood matches nothing: at worst, the response is a whole one. Throws malformed_header.
 */
export function parseReadConditions(headers: Headers): Required<Omit<Conditions, 'baseVersion'>> {
  const ifMatch = readHeader(headers, 'If-Match');
  const ifNoneMatch = readHeader(headers, 'If-None-Match') ?? '';
  return {
    ifMatch: ifMatch ? parseIfMatch(ifMatch) : '*',
    ifNoneMatch: parseTags(ifNoneMatch, 'weak') ?? [],
  };
}

const parseIfMatch = (value: string): Versions =>
  parseTags(value, 'strong') ?? malformedTags('If-Match');

function malformedTags(header: string): never {
  throw malformedHeader(
    header,
    'Send one or more ETags in quotation marks, separated by commas, or *.',
  );
}

/** Stands for a tag; no header can hold it. */
const TAG = '\0';

/**
 * The versions of a list of entity tags; undefined if it is none. `comparison`: whether weak tags count
 * (RFC 9110, section 8.8.3.2).
 */
function parseTags(value: string, comparison: 'strong' | 'weak'): Versions | undefined {
  if (value === '*') return '*';
  const tags: string[] = [];
  // The runtime reads headers as UTF-8: what a tag of others holds beyond ASCII can be any character.
  const between = value.replace(/(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g, (tag) => {
    tags.push(tag);
    return TAG;
  });
  // Without a regular expression that could go over a long run of spaces again and again.
  const parts = between.replace(/[ \t]/g, '').split(',');
  if (tags.length === 0 || !parts.every((part) => part === '' || part === TAG)) return undefined;
  return tags
    .map((tag) => versionOf(comparison === 'weak' ? tag.replace(/^W\//, '') : tag))
    .filter((version) => version !== undefined && version <= MAX_VERSION) as number[];
}

function parseBaseVersion(value: string): number {
  const version = versionOf(value);
  if (version !== undefined) return Math.min(version, MAX_VERSION);
  throw malformedHeader(
    'Base-Version',
    'Send the ETag of the version that you edited, in quotation marks, such as "7".',
  );
}

function versionOf(tag: string): number | undefined {
  const digits = /^"([1-9]\d*)"$/.exec(tag)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * What a URI means the same with and without an escape (RFC 3986, section 2.3): letters, digits, -._~. Not
 * where it would complete another escape, which itty-router would decode in turn: `%%32e`, `%2e`, `.`.
 */
const ESCAPED_UNRESERVED = /(?<!%[\da-f]?)%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

/**
 * A path in its normal form (RFC 3986, section 6.2.2.2): words and parameters alike are compared as they
 * are. Any other escape stays; no route and no id has one.
 */
export const normalPath = (pathname: string): string =>
  pathname.replace(ESCAPED_UNRESERVED, decodeURIComponent);

/** The caller's own request id if it is safe to repeat in a header and a log, else a new UUID. */
export function requestIdOf(request: Request): string {
  const own = request.headers.get('X-Request-Id') ?? '';
  return /^[A-Za-z0-9._-]{1,128}$/.test(own) ? own : crypto.randomUUID();
}
