import * as v from 'valibot';
import { parseRfc3339 } from './timestamp.ts';

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
