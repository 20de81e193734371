import { sql } from 'drizzle-orm';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { type Database, resultOf } from '../db/client.ts';
import type { ChangeRow } from '../users/queries.ts';

/** For how long a cursor of the feed is good, in days. */
export const FEED_DAYS = 90;

export const changeTypes = ['user.created', 'user.updated', 'user.erased'] as const;

export type ChangeType = (typeof changeTypes)[number];

/** Where the feed goes on: its epoch; then position, user and version of a change. */
export type FeedCursor = readonly [
  epoch: number,
  position: string,
  userId: string,
  version: number,
];

/** Which changes of the feed, and how many at most. */
export interface FeedQuery {
  /** Undefined: from the oldest that are kept. `latest`: none but those to come. */
  readonly after: FeedCursor | 'latest' | undefined;
  readonly limit: number;
  readonly userId: string | undefined;
  readonly types?: readonly string[];
  readonly fields?: readonly string[];
}

/** A change in the feed: JSON of Postgres. */
export interface FeedRow extends ChangeRow {
  readonly change_id: string;
  readonly type: ChangeType;
  readonly user_id: string;
  /** Of its cursor. */
  readonly position: string;
}

/** What changes_after returns; its source says what the members are. */
export type FeedResult =
  | { readonly expired: true }
  | {
      readonly expired?: undefined;
      readonly changes: readonly FeedRow[];
      readonly cursor: FeedCursor;
      readonly has_more: boolean;
      readonly lag_seconds: number;
    };

/** Lists changes of users, in the order of the feed; undefined if there is no such credential. One statement. */
export function listFeed(
  db: Database,
  access: Access,
  { after, limit, userId, types, fields }: FeedQuery,
): Promise<Guarded<FeedResult> | undefined> {
  const cursor = after === 'latest' ? { latest: true } : cursorMembers(after);
  const request = {
    ...credentialMembers(access),
    ...cursor,
    limit,
    only_user: userId,
    types,
    fields,
  };
  return resultOf(db, sql`select profile.list_feed(${JSON.stringify(request)}) as result`);
}

function cursorMembers(cursor: FeedCursor | undefined) {
  if (cursor === undefined) return {};
  const [epoch, position, user_id, version] = cursor;
  return { epoch, position, user_id, version };
}
