import * as v from 'valibot';

// What a value of a body may be. The messages follow the name of the field in a sentence.

/** No C0 control characters, U+0000 to U+001F; Postgres cannot store the first of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it keeps out
export const ONE_LINE = /^[^\u0000-\u001f]*$/;
/** The same, but for tab, line feed and carriage return: forms and Windows end lines with both. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it keeps out
export const LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$/;

/** Text of at most `max` code points, which is how JSON Schema and Postgres count. */
export const plainText = (max: number, allowed = ONE_LINE) =>
  v.pipe(
    v.string('must be a string'),
    v.maxCodePoints(max, `must be at most ${max} characters long`),
    v.check((s) => s.isWellFormed(), 'must be valid Unicode, without a lone surrogate'),
    v.regex(
      allowed,
      allowed === ONE_LINE
        ? 'must not contain a control character (U+0000 to U+001F)'
        : 'must not contain a control character (U+0000 to U+001F) except tab, line feed and carriage return',
    ),
  );

/** RFC 3339 with an offset; the output is in UTC. */
export const dateTime = v.pipe(
  v.string('must be a string with a date-time'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const utc = parseRfc3339(dataset.value);
    if (utc !== undefined) return utc;
    addIssue({
      message:
        'must be an RFC 3339 date-time with an offset, such as 2023-11-07T05:31:56Z, of the years 0001 to 9999',
    });
    return NEVER;
  }),
);

export const uuid = v.pipe(
  v.string('must be a string with a UUID'),
  v.uuid('must be a UUID, such as 3c90c3cc-0d44-4b50-8888-8dd25736052a'),
);

/** Whether a text is a UUID, of any version and in any case. */
export const isUuid = (text: string): boolean => v.is(uuid, text);

export const boolean = v.boolean('must be true or false; it cannot be cleared');

/** RFC 5321, section 4.5.3.1.1; HTML's pattern of an address leaves it out. */
const LOCAL_PART = /^[^@]{1,64}@/;

export const email = v.pipe(
  v.string('must be a string with an e-mail address; it cannot be cleared'),
  v.maxCodePoints(254, 'must be at most 254 characters long'),
  v.rfcEmail('must be an e-mail address, such as jsmith@example.com'),
  // A schema in between: what has failed so far is not looked at again.
  v.string(),
  v.regex(LOCAL_PART, 'must have at most 64 characters before the @'),
);

/** Whether a text is an e-mail address that a user can have. */
export const isEmail = (text: string): boolean => v.is(email, text);

/** `date-time` of RFC 3339, section 5.6; its `T` and `Z` may be lower case. */
const RFC_3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))t((?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60))(?:\.(\d+))?(?:z|([+-](?:[01]\d|2[0-3]):[0-5]\d))$/i;

/**
 * What Postgres writes with `DateStyle ISO`, in any time zone, `2023-11-07 05:31:56.25+00`, and as JSON,
 * with a T. In some zones the year 1 begins before Christ and the year 9999 ends in the next.
 */
const POSTGRES =
  /^(\d{4,5}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?([+-]\d\d(?::\d\d)?(?::\d\d)?)( BC)?$/;

/**
 * Reads an RFC 3339 date-time and returns the same instant in UTC, cut to the microsecond. Undefined if it is
 * malformed, on a day that the calendar does not have, or a leap second elsewhere than at the end of a UTC
 * day. Undefined also outside the years 0001 to 9999, because such an instant has no RFC 3339 form in UTC.
 */
export const parseRfc3339 = (text: string): string | undefined => toUtc(RFC_3339.exec(text));

/**
 * The same in UTC, in which Neon's sessions are, on a day that every month has: there is nothing to
 * compute, so these go through as they are.
 */
const POSTGRES_UTC =
  /^(?!0000)(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]))[ T]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,5}[1-9])?)\+00(?::00)?$/;

/** Reads a `timestamptz` in Postgres's text form and returns it as RFC 3339 in UTC. */
export function fromPostgres(text: string): string {
  const [, date, time] = POSTGRES_UTC.exec(text) ?? [];
  if (date) return `${date}T${time}Z`;
  const utc = toUtc(POSTGRES.exec(text));
  if (utc === undefined) throw new TypeError('not a timestamptz of the years 0001 to 9999');
  return utc;
}

function toUtc(match: RegExpExecArray | null): string | undefined {
  if (match === null) return undefined;
  const [, date = '', time = '', fraction = '', offset = '+00:00', bc] = match;
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const midnight = new Date(0);
  midnight.setUTCFullYear(bc ? 1 - year : year, month - 1, day);
  if (midnight.getUTCDate() !== day) return undefined;
  const instant = new Date(midnight.getTime() + milliseconds(time) - signedMilliseconds(offset));
  const utc = instant.toISOString();
  if (!/^(?!0000)\d{4}-/.test(utc)) return undefined;
  if (time.endsWith(':60') && utc.slice(11, 19) !== '00:00:00') return undefined;
  const micros = fraction.slice(0, 6).replace(/0+$/, '');
  return `${utc.slice(0, 19)}${micros && `.${micros}`}Z`;
}

/** `hh:mm:ss`, or less of it, in milliseconds. */
function milliseconds(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

const signedMilliseconds = (offset: string): number =>
  (offset.startsWith('-') ? -1 : 1) * milliseconds(offset.slice(1));
