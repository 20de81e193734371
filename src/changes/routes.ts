import { admit } from '../auth/authenticate.ts';
import { ApiError } from '../errors.ts';
import {
  cursorCheck,
  cursorOf,
  DEFAULT_PAGE,
  limitCheck,
  parseQuery,
  readCursor,
} from '../http/page.ts';
import { envelope } from '../http/response.ts';
import { bySchema, type Check, validationFailed } from '../http/validation.ts';
import { isUuid, uuid } from '../http/values.ts';
import type { KeyRoute } from '../route.ts';
import { isVersionNumber, userFields } from '../users/fields.ts';
import { toShownChange } from '../users/history.ts';
import { READ } from '../users/routes.ts';
import {
  changeTypes,
  type FeedCursor,
  type FeedQuery,
  type FeedRow,
  listFeed,
} from './statements.ts';

/** The value of `after` for a reader that wants none of what was. */
export const LATEST = 'latest';

/** What the cursors of the feed belong to. Not the key and not the filters, because a reader may change both. */
const FEED = ['feed'];

/** A list of names in a query, with commas between them. */
const namesCheck =
  (parameter: string, known: readonly string[]): Check<string[]> =>
  (value) => {
    const names = String(value).split(',');
    const unknown = names.find((name) => !known.includes(name));
    if (unknown === undefined) return { value: names };
    const detail = `${parameter} must be a list, with commas, of ${known.join(', ')}.`;
    return { violations: [{ pointer: `/${parameter}`, code: 'unknown_value', detail }] };
  };

/** By what the feed can be narrowed. */
const filters = {
  user_id: bySchema('user_id', uuid),
  types: namesCheck('types', changeTypes),
  fields: namesCheck('fields', Object.keys(userFields)),
};

const isFeedCursor = (
  position: readonly unknown[],
): position is [number, string, string, number] => {
  const [epoch, at, userId, version, ...others] = position;
  return (
    isVersionNumber(epoch) &&
    typeof at === 'string' &&
    /^\d{1,19}$/.test(at) &&
    typeof userId === 'string' &&
    isUuid(userId) &&
    (version === 0 || isVersionNumber(version)) &&
    others.length === 0
  );
};

/** The text of a cursor of the feed. */
export const toFeedCursor = async (cursor: FeedCursor): Promise<string> =>
  (await cursorOf(FEED, cursor)) ?? '';

/** The cursor of the feed in a text; undefined if there is none. */
export const readFeedCursor = (text: string): Promise<FeedCursor | undefined> =>
  readCursor<FeedCursor>(text, FEED, isFeedCursor);

/** Reads where a reader goes on. Throws validation_failed. */
async function parseAfter(after: string | undefined): Promise<FeedQuery['after']> {
  if (after === undefined || after === LATEST) return after;
  const cursor = await readFeedCursor(after);
  if (cursor) return cursor;
  const detail = `after must be a next_cursor of this list, or ${LATEST}.`;
  throw validationFailed([{ parameter: 'after', code: 'invalid_format', detail }]);
}

/** The changes before the cursor were not kept, so some may be missing. */
export const cursorExpired = () =>
  new ApiError('cursor_expired', `Get after=${LATEST}, list all users, then go on from there.`);

/** Lists the changes of users, of each in the order of versions, exactly once. */
export const getFeed: KeyRoute = {
  method: 'GET',
  path: '/api/v1/changes',
  scopes: READ,
  async handler(request, { caller, query }, credential) {
    const parameters = parseQuery(request, { limit: limitCheck, after: cursorCheck, ...filters });
    const { limit = DEFAULT_PAGE, user_id: userId, ...others } = parameters;
    const page = { ...others, limit, userId, after: await parseAfter(parameters.after) };
    const access = { credential, scopes: READ };
    const guarded = await query((db) => listFeed(db, access, page), 'repeatable');
    const result = admit(guarded, credential, caller);
    if (result.expired) throw cursorExpired();
    const { changes, cursor, has_more, lag_seconds } = result;
    const next_cursor = await toFeedCursor(cursor);
    return envelope('Data retrieved successfully', changes.map(toFeedItem), {
      meta: { next_cursor, has_more, lag_seconds },
    });
  },
};

/** A change as readers of the feed see it, in the form of Standard Webhooks. */
export function toFeedItem({ change_id, type, user_id, position: _, ...change }: FeedRow) {
  const shown = toShownChange(change);
  return { id: change_id, type, timestamp: shown.changed_at, data: { user_id, ...shown } };
}
