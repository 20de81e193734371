import { sql } from 'drizzle-orm';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { toFeedCursor } from '../changes/routes.ts';
import type { FeedCursor } from '../changes/statements.ts';
import { type Database, resultOf } from '../db/client.ts';
import type { Attempt } from '../db/run.ts';
import type { BlockingEvent, webhookAttempts, webhooks } from '../db/schema.ts';
import { fromPostgres } from '../http/values.ts';
import { MAX_WEBHOOKS, type Replay } from './requests.ts';

/** How many of the latest attempts are kept of a webhook, and how many skipped events. */
export const ATTEMPTS_KEPT = 100;

/** A webhook as JSON of Postgres, which has date-times in another form. */
type WebhookRow = Omit<typeof webhooks.$inferSelect, 'cursor'> & { readonly cursor: FeedCursor };

/** The members of a webhook that people see and that are shown as they are. */
type PlainMember =
  | 'id'
  | 'url'
  | 'description'
  | 'types'
  | 'fields'
  | 'all_users'
  | 'state'
  | 'paused_reason';

/** A webhook as it is shown: without its secrets. */
export interface ShownWebhook extends Pick<WebhookRow, PlainMember> {
  readonly blocked_by: BlockingEvent | null;
  readonly cursor: string;
  readonly previous_secret_ends_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Brings a webhook into the form in which it is shown. */
export async function toShownWebhook(row: WebhookRow): Promise<ShownWebhook> {
  const { id, url, description, types, fields, all_users, state, paused_reason } = row;
  const { blocked_by: blocked, previous_secret_ends_at: ends } = row;
  return {
    id,
    url,
    description,
    types,
    fields,
    all_users,
    state,
    paused_reason,
    blocked_by: blocked && {
      id: blocked.id,
      type: blocked.type,
      user_id: blocked.user_id,
      version: blocked.version,
      since: blocked.since,
      attempts: blocked.attempts,
    },
    cursor: await toFeedCursor(row.cursor),
    previous_secret_ends_at: ends && fromPostgres(ends),
    created_at: fromPostgres(row.created_at),
    updated_at: fromPostgres(row.updated_at),
  };
}

/** An attempt to deliver an event. `user_id` and `version` are null in a test, which is about no user. */
export interface ShownAttempt
  extends Omit<
    typeof webhookAttempts.$inferSelect,
    'number' | 'webhook_id' | 'user_id' | 'version'
  > {
  readonly user_id: string | null;
  readonly version: number | null;
}

/** Brings an attempt into the form in which it is shown. */
export const toShownAttempt = (row: ShownAttempt): ShownAttempt => ({
  ...row,
  attempted_at: fromPostgres(row.attempted_at),
  skipped_at: row.skipped_at && fromPostgres(row.skipped_at),
});

/** A webhook to be created, the same in each attempt. */
export interface NewWebhook {
  readonly id: string;
  readonly secret: string;
  readonly url: string;
  readonly description: string;
  readonly types: readonly string[] | null;
  readonly fields: readonly string[] | null;
}

const NOT_FOUND = 'webhook_not_found';

/** What create_webhook did; its source says when. */
export type CreateResult =
  | { readonly verdict: 'created'; readonly webhook: WebhookRow }
  | { readonly verdict: 'too_many_webhooks' };

/** Creates a webhook; undefined if there is no such credential. */
export function createWebhook(
  db: Database,
  access: Access,
  webhook: NewWebhook,
  { lockTimeoutMs }: Attempt,
): Promise<Guarded<CreateResult> | undefined> {
  const lock_timeout = `${lockTimeoutMs}ms`;
  const request = {
    ...credentialMembers(access),
    ...webhook,
    most_webhooks: MAX_WEBHOOKS,
    lock_timeout,
  };
  return resultOf(db, sql`select profile.create_webhook(${JSON.stringify(request)}) as result`);
}

/** Lists the webhooks of the credential's owner that it may see. */
export const listWebhooks = (
  db: Database,
  access: Access,
): Promise<Guarded<{ readonly webhooks: readonly WebhookRow[] }> | undefined> =>
  resultOf(
    db,
    sql`select profile.list_webhooks(${JSON.stringify(credentialMembers(access))}) as result`,
  );

/** What find_webhook finds beside the webhook: what signs, or its latest attempts. */
export type Wanted = { sign: true } | { attempts: number; skipped?: true };

/** What find_webhook found. */
export type FindResult =
  | {
      readonly verdict: 'found';
      readonly webhook: WebhookRow;
      readonly secrets?: readonly string[];
      readonly attempts?: readonly ShownAttempt[];
    }
  | { readonly verdict: typeof NOT_FOUND };

/** Finds a webhook of the credential's owner. */
export function findWebhook(
  db: Database,
  access: Access,
  id: string,
  wanted?: Wanted,
): Promise<Guarded<FindResult> | undefined> {
  const request = { ...credentialMembers(access), id, ...wanted };
  return resultOf(db, sql`select profile.find_webhook(${JSON.stringify(request)}) as result`);
}

/** A change of a webhook. */
export type WebhookChange =
  | { readonly values: object }
  | { readonly secret: string; readonly grace: number }
  | { readonly replay: Replay };

/** What change_webhook did; its source says when. */
export type ChangeResult =
  | { readonly verdict: 'changed'; readonly webhook: WebhookRow }
  | { readonly verdict: typeof NOT_FOUND | 'cursor_expired' };

/** Changes a webhook of the credential's owner. */
export function changeWebhook(
  db: Database,
  access: Access,
  id: string,
  change: WebhookChange,
  { lockTimeoutMs }: Attempt,
): Promise<Guarded<ChangeResult> | undefined> {
  const lock_timeout = `${lockTimeoutMs}ms`;
  const request = { ...credentialMembers(access), id, ...change, lock_timeout };
  return resultOf(db, sql`select profile.change_webhook(${JSON.stringify(request)}) as result`);
}

/** Deletes a webhook of the credential's owner. */
export function deleteWebhook(
  db: Database,
  access: Access,
  id: string,
  { lockTimeoutMs }: Attempt,
): Promise<Guarded<{ readonly verdict: 'deleted' | typeof NOT_FOUND }> | undefined> {
  const request = { ...credentialMembers(access), id, lock_timeout: `${lockTimeoutMs}ms` };
  return resultOf(db, sql`select profile.delete_webhook(${JSON.stringify(request)}) as result`);
}
