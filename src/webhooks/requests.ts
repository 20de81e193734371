import * as v from 'valibot';
import { readFeedCursor } from '../changes/routes.ts';
import { changeTypes, type FeedCursor } from '../changes/statements.ts';
import { MAX_CURSOR_LENGTH } from '../http/page.ts';
import { parseMembers, validationFailed } from '../http/validation.ts';
import { dateTime, LINES, plainText, uuid } from '../http/values.ts';
import { userFields } from '../users/fields.ts';
import { MAX_URL_LENGTH } from './address.ts';

/** How many webhooks a user can have. */
export const MAX_WEBHOOKS = 10;

/** For how long the old secret signs too after a rotation if the request does not say, in hours, and at most, in days. */
export const GRACE_HOURS = 24;
const MAX_GRACE_DAYS = 7;
const MAX_GRACE_SECONDS = MAX_GRACE_DAYS * 24 * 60 * 60;

const names = <Name extends string>(known: readonly Name[], noun: string) =>
  v.nullable(
    v.pipe(
      v.array(v.unknown(), `must be a list of ${noun}, or null for all`),
      v.nonEmpty('must not be empty; null means all'),
      v.maxLength(known.length, `must name at most ${known.length}`),
      v.array(v.picklist(known, `must be one of ${known.join(', ')}`)),
      v.transform((list) => [...new Set(list)]),
    ),
  );

const url = plainText(MAX_URL_LENGTH);
const description = plainText(1000, LINES);
const types = names(changeTypes, 'types of changes');
const fields = names(Object.keys(userFields), 'fields');

/** The members of a body that requests a new webhook. */
export const webhookMembers = {
  url,
  description: v.optional(description, ''),
  types: v.optional(types, null),
  fields: v.optional(fields, null),
};

/** The members of a body that changes a webhook: those that are there. */
export const webhookChangeMembers = {
  url: v.optional(url),
  description: v.optional(description),
  types: v.optional(types),
  fields: v.optional(fields),
  state: v.optional(v.picklist(['active', 'paused'], 'must be one of active, paused')),
};

/** The members of a body that rotates a secret. */
export const secretRotationMembers = {
  grace: v.optional(
    v.pipe(
      v.number('must be a number of seconds'),
      v.integer('must be a whole number of seconds'),
      v.minValue(0, 'must not be negative'),
      v.maxValue(
        MAX_GRACE_SECONDS,
        `must be at most ${MAX_GRACE_SECONDS} seconds (${MAX_GRACE_DAYS} days)`,
      ),
    ),
    GRACE_HOURS * 60 * 60,
  ),
};

/** The members of a body that sends a webhook elsewhere in the feed; one of them. */
export const replayMembers = {
  after: v.optional(
    v.pipe(
      v.string('must be a string with a cursor'),
      v.maxLength(MAX_CURSOR_LENGTH, `must be at most ${MAX_CURSOR_LENGTH} characters long`),
    ),
  ),
  since: v.optional(dateTime),
  skip: v.optional(uuid),
};

/** Where a webhook goes on: after a cursor of the feed, with the changes since a time, or past the event that blocks it. */
export type Replay =
  | { readonly after: FeedCursor }
  | { readonly since: string }
  | { readonly skip: string };

/** Checks a body that requests a replay. Throws validation_failed. */
export async function parseReplay(body: unknown): Promise<Replay> {
  const { after, since, skip } = parseMembers(body, replayMembers);
  if ([after, since, skip].filter((member) => member !== undefined).length !== 1)
    throw validationFailed([
      { pointer: '', code: 'required', detail: 'Send one of after, since and skip.' },
    ]);
  if (since !== undefined) return { since };
  if (skip !== undefined) return { skip: skip.toLowerCase() };
  const cursor = await readFeedCursor(after ?? '');
  if (cursor) return { after: cursor };
  const detail = 'after must be the cursor of a webhook, or a next_cursor of the changes feed.';
  throw validationFailed([{ pointer: '/after', code: 'invalid_format', detail }]);
}
