import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  type PgTableFn,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { fromPostgres } from '../http/values.ts';
import type { KeyRole, Scope } from '../permissions.ts';
import { byteaText } from './client.ts';

/** `timestamptz`, as an RFC 3339 string in UTC with microseconds where there are any. */
const timestamptz = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: fromPostgres,
});

/** `bytea`, which is written and never read. */
const bytea = customType<{ data: Uint8Array; driverData: string }>({
  dataType: () => 'bytea',
  toDriver: byteaText,
});

/** `cidr`, a range of addresses, as text. */
const cidr = customType<{ data: string }>({ dataType: () => 'cidr' });

/** `xid8`, the id of a transaction, as text. */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** All tables and functions live in this schema, so that they can share a database with others. */
export const SCHEMA = 'profile';

/** drizzle's pgSchema would bring views, enums and sequences along: 0.8 KiB of the gzipped bundle. */
const table = ((name: string, columns: never, indexes: never) =>
  Object.assign(pgTable(name, columns, indexes), {
    [Symbol.for('drizzle:Schema')]: SCHEMA,
  })) as unknown as PgTableFn<typeof SCHEMA>;

const now = (): SQL => sql`now()`;

/**
 * The position of a change in the feed: after all earlier changes of the same user, and after all positions
 * that were read while its transaction ran. The id of the transaction alone would ensure neither, because a
 * transaction has it before it waits for a lock.
 */
const position = () => xid8().notNull().default(sql`pg_current_xact_id()`);

/** What a user's `role_id` may point to. */
export const roles = table(
  'roles',
  {
    id: uuid().notNull().defaultRandom(),
    name: varchar({ length: 100 }).notNull(),
  },
  (t) => [primaryKey({ name: 'roles_pkey', columns: [t.id] }), unique('roles_name_key').on(t.name)],
);

/** What a user's `active_billing_plan_id` and `next_billing_plan_id` may point to. */
export const billingPlans = table(
  'billing_plans',
  {
    id: uuid().notNull().defaultRandom(),
    name: varchar({ length: 100 }).notNull(),
  },
  (t) => [
    primaryKey({ name: 'billing_plans_pkey', columns: [t.id] }),
    unique('billing_plans_name_key').on(t.name),
  ],
);

/** A user's profile: one row a user, columns in the order in which the API returns them. */
export const users = table(
  'users',
  {
    first_name: varchar({ length: 255 }),
    last_name: varchar({ length: 255 }),
    email: varchar({ length: 254 }).notNull(),
    id: uuid().notNull().defaultRandom(),
    is_active: boolean().notNull().default(true),
    is_superuser: boolean().notNull().default(false),
    birthdate: timestamptz(),
    is_enterprise: boolean().notNull().default(false),
    role_id: uuid(),
    phone: varchar({ length: 50 }),
    state: varchar({ length: 255 }),
    country: varchar({ length: 255 }),
    address: varchar({ length: 1000 }),
    active_billing_plan_id: uuid(),
    next_billing_plan_id: uuid(),
    stripe_customer_id: varchar({ length: 255 }),
    stripe_subscription_id: varchar({ length: 255 }),
    stripe_subscription_status: varchar({ length: 255 }),
    stripe_has_payment_method: boolean().notNull().default(false),
    is_trial: boolean().notNull().default(false),
    used_trial: boolean().notNull().default(false),
    is_paying: boolean().notNull().default(false),
    stripe_last_payment_date: timestamptz(),
    billing_updated_at: timestamptz(),
    last_credits_refresh: timestamptz(),
    next_credits_refresh: timestamptz(),
    follower_count: integer().notNull().default(0),
    following_count: integer().notNull().default(0),
    /** Counts the changes, from 1; the `ETag` of the API. */
    version: integer().notNull().default(1),
    created_at: timestamptz().notNull().default(now()),
    updated_at: timestamptz().notNull().default(now()),
  },
  (t) => [
    primaryKey({ name: 'users_pkey', columns: [t.id] }),
    uniqueIndex('users_email_key').on(sql`lower(${t.email})`),
    foreignKey({ name: 'users_role_id_fkey', columns: [t.role_id], foreignColumns: [roles.id] }),
    foreignKey({
      name: 'users_active_billing_plan_id_fkey',
      columns: [t.active_billing_plan_id],
      foreignColumns: [billingPlans.id],
    }),
    foreignKey({
      name: 'users_next_billing_plan_id_fkey',
      columns: [t.next_billing_plan_id],
      foreignColumns: [billingPlans.id],
    }),
    index('users_stripe_customer_id_idx')
      .on(t.stripe_customer_id, t.id)
      .where(sql`${t.stripe_customer_id} is not null`),
    index('users_superusers_idx').on(t.id).where(sql`${t.is_superuser} and ${t.is_active}`),
    check('users_version_check', sql`${t.version} >= 1`),
  ],
);

/** An API key: never the key itself, only its SHA-256 and the first characters for display. */
export const apiKeys = table(
  'api_keys',
  {
    id: uuid().notNull().defaultRandom(),
    owner_id: uuid().notNull(),
    name: varchar({ length: 100 }).notNull(),
    description: varchar({ length: 1000 }).notNull().default(''),
    /** The preset that the key was made from; `scopes` says what it may do. */
    role: varchar({ length: 50 }).$type<KeyRole>(),
    scopes: text().array().$type<Scope[]>().notNull(),
    hash: bytea().notNull(),
    prefix: varchar({ length: 16 }).notNull(),
    created_at: timestamptz().notNull().default(now()),
    expires_at: timestamptz(),
    revoked_at: timestamptz(),
    /** To the minute, so that a busy key is written at most once a minute. */
    last_used_at: timestamptz(),
    /** Where that use came from: ISO 3166-1, `T1` for Tor. No address, which would be personal. */
    last_used_country: varchar({ length: 2 }),
    /** Whose network that was, such as a provider's. */
    last_used_network: varchar({ length: 100 }),
    /** Whether an update with this key must name what it was made from: 428 without a condition. */
    require_precondition: boolean().notNull().default(false),
    /** The addresses that requests may come from; null: any. */
    allowed_ips: cidr().array(),
    /** The fields of users that it may write, of those that its scopes open; null: all. */
    fields: text().array(),
    /** Whether it is for an app: it does not count among the keys of its owner, and its row goes when it has ended. */
    short_lived: boolean().notNull().default(false),
    /** The key that created this one, if it is short-lived and one did; with that, this one ends. */
    made_by: uuid(),
    /** The same for a key and all that it is rotated to, and for the short-lived keys of a user by one lineage. */
    lineage_id: uuid().notNull().defaultRandom(),
    /** The key that this one replaced in a rotation. */
    replaces: uuid(),
    /** The key that replaced this one. */
    replaced_by: uuid(),
    /** When this one would have expired by itself; null: never. */
    original_expires_at: timestamptz(),
    /** Whether the first use of that key ends this one. */
    until_first_use: boolean().notNull().default(false),
    /** The request that created this key had it: a repeat gets this key with a new secret. */
    idempotency_key: varchar({ length: 255 }),
    /** SHA-256 of what that request requested. */
    fingerprint: bytea(),
    /** SHA-256 of the ID token that an app exchanged for this key, without its signature. */
    id_token_hash: bytea(),
  },
  (t) => [
    primaryKey({ name: 'api_keys_pkey', columns: [t.id] }),
    unique('api_keys_hash_key').on(t.hash),
    // A page of the list, and the count of active keys, cost the same however many have ended.
    index('api_keys_page_idx').on(t.owner_id, t.created_at, t.id),
    index('api_keys_active_idx')
      .on(t.owner_id, sql`coalesce(${t.expires_at}, 'infinity')`)
      .where(sql`${t.revoked_at} is null`),
    index('api_keys_ended_idx').on(t.short_lived, sql`least(${t.revoked_at}, ${t.expires_at})`),
    index('api_keys_idempotency_key_idx')
      .on(t.owner_id, t.idempotency_key)
      .where(sql`${t.idempotency_key} is not null`),
    // An ID token gets one key, however often it is exchanged.
    uniqueIndex('api_keys_id_token_hash_key')
      .on(t.id_token_hash)
      .where(sql`${t.id_token_hash} is not null`),
    foreignKey({
      name: 'api_keys_owner_id_fkey',
      columns: [t.owner_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
    check('api_keys_hash_check', sql`octet_length(${t.hash}) = 32`),
  ],
);

/** Back to a version, or back from one change. */
export type Revert = { readonly version: number } | { readonly undo: number };

/** Per changed field, its value before and after, as JSON. */
export type Changes = Record<string, { before: unknown; after: unknown }>;

/**
 * The change log: one row a version of a user, written by the statement that made the version; the first
 * by log_creation.
 * No foreign key leads to `api_keys`: its check would lock the key's row in every request and
 * make a busy key a hot row. Deleting a user deletes their log, which holds personal data.
 */
export const userChanges = table(
  'user_changes',
  {
    user_id: uuid().notNull(),
    version: integer().notNull(),
    /** Made by the Worker, one a request: by it a repeat finds what an earlier attempt has done. */
    change_id: uuid().notNull().defaultRandom(),
    /** Null: the operator made it, in SQL or by the command line. */
    api_key_id: uuid(),
    /** The first characters of that key, which stay when the key is deleted. */
    api_key_prefix: varchar({ length: 16 }),
    request_id: varchar({ length: 128 }).notNull(),
    changed_at: timestamptz().notNull(),
    changes: jsonb().$type<Changes>().notNull(),
    /** What it reverted, if it did. */
    reverts: jsonb().$type<Revert>(),
    is_creation: boolean().notNull().default(false),
    position: position(),
  },
  (t) => [
    index('user_changes_position_idx').on(t.position, t.user_id, t.version),
    primaryKey({ name: 'user_changes_pkey', columns: [t.user_id, t.version] }),
    unique('user_changes_change_id_key').on(t.change_id),
    // By this the users that have changed are found: an index of theirs would make each update write all.
    index('user_changes_changed_at_idx').on(t.changed_at, t.user_id),
    foreignKey({
      name: 'user_changes_user_id_fkey',
      columns: [t.user_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
  ],
);

/**
 * The results of requests with an `Idempotency-Key`, and of repeats that changed nothing; written by the
 * statement that carried each out. The primary key lets only one of two twins through.
 */
export const idempotencyRecords = table(
  'idempotency_records',
  {
    /** The lineage of the API key: the same for a key and all that it was rotated to. */
    lineage_id: uuid().notNull(),
    /** The Idempotency-Key; without one the id of the change. */
    key: varchar({ length: 255 }).notNull(),
    /** SHA-256 of what was requested, to recognize another request with the same key. */
    fingerprint: bytea(),
    /** Whose data the result has; null: nobody's. */
    user_id: uuid(),
    created_at: timestamptz().notNull().default(now()),
    /** What the function returned that carried the request out. */
    result: jsonb().notNull(),
  },
  (t) => [
    primaryKey({ name: 'idempotency_records_pkey', columns: [t.lineage_id, t.key] }),
    index('idempotency_records_created_at_idx').on(t.created_at),
    index('idempotency_records_user_id_idx').on(t.user_id),
    foreignKey({
      name: 'idempotency_records_user_id_fkey',
      columns: [t.user_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
  ],
);

/** The users who were erased: nobody gets their id again, and the feed says that they were. Nothing personal. */
export const erasedUsers = table(
  'erased_users',
  {
    id: uuid().notNull(),
    erased_at: timestamptz().notNull().default(now()),
    /** The id of the erasure, by which a repeat finds its own work. */
    change_id: uuid().notNull(),
    /** Null: the operator did. */
    api_key_id: uuid(),
    api_key_prefix: varchar({ length: 16 }),
    request_id: varchar({ length: 128 }).notNull(),
    /** The one after their last. */
    version: integer().notNull(),
    position: position(),
  },
  (t) => [
    primaryKey({ name: 'erased_users_pkey', columns: [t.id] }),
    unique('erased_users_change_id_key').on(t.change_id),
    index('erased_users_position_idx').on(t.position, t.id, t.version),
  ],
);

/** Which cursors of the feed are good; at most one row, and none means the defaults. */
export const feed = table(
  'feed',
  {
    is_only: boolean().notNull().default(true),
    /** Raised by the operator when the database was restored: cursors from before are invalid. */
    epoch: integer().notNull().default(1),
    /** Cursors of earlier positions have expired. */
    kept_from: xid8().notNull().default('0'),
  },
  (t) => [
    primaryKey({ name: 'feed_pkey', columns: [t.is_only] }),
    check('feed_is_only_check', sql`${t.is_only}`),
  ],
);

/** What happened to keys: who did what to which key, when, in which request. Never changed, only added to. */
export const keyEvents = table(
  'key_events',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    key_id: uuid().notNull(),
    owner_id: uuid().notNull(),
    action: varchar({ length: 20 }).$type<KeyAction>().notNull(),
    /** Who requested it. The request id does not show it, because callers choose it. */
    actor: varchar({ length: 20 }).$type<KeyActor>().notNull(),
    /** The key that requested it, if one did. */
    actor_key_id: uuid(),
    /** The user who requested it, by a key or on the Settings page. */
    actor_user_id: uuid(),
    request_id: varchar({ length: 128 }).notNull(),
    occurred_at: timestamptz().notNull().default(now()),
  },
  (t) => [
    primaryKey({ name: 'key_events_pkey', columns: [t.id] }),
    index('key_events_key_id_idx').on(t.key_id),
    index('key_events_owner_id_idx').on(t.owner_id),
    foreignKey({
      name: 'key_events_owner_id_fkey',
      columns: [t.owner_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
  ],
);

/** What can happen to a key. `renewed`: a repeated request received it with a new secret. `reported`: someone who had it posted it to have it revoked. */
export type KeyAction = 'created' | 'edited' | 'renewed' | 'rotated' | 'revoked' | 'reported';

/** `person`: signed in at the OpenID provider, on the Settings page or in an app. `operator`: by the command line. `anyone`: without a credential. */
export type KeyActor = 'key' | 'person' | 'operator' | 'anyone';

/** The sign-ins that have not ended; the cookie has the id. Signing out deletes the row. */
export const sessions = table(
  'sessions',
  {
    id: uuid().notNull(),
    user_id: uuid().notNull(),
    created_at: timestamptz().notNull().default(now()),
    expires_at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'sessions_pkey', columns: [t.id] }),
    index('sessions_user_id_idx').on(t.user_id),
    index('sessions_expires_at_idx').on(t.expires_at),
    foreignKey({
      name: 'sessions_user_id_fkey',
      columns: [t.user_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
  ],
);

/**
 * Which user each identity of an OpenID provider is, from the first sign-in on. After that, the e-mail
 * address does not count, because a key that may write the profile can change it.
 */
export const identities = table(
  'identities',
  {
    issuer: varchar({ length: 255 }).notNull(),
    subject: varchar({ length: 255 }).notNull(),
    user_id: uuid().notNull(),
    created_at: timestamptz().notNull().default(now()),
  },
  (t) => [
    primaryKey({ name: 'identities_pkey', columns: [t.issuer, t.subject] }),
    unique('identities_user_id_key').on(t.user_id, t.issuer),
    foreignKey({
      name: 'identities_user_id_fkey',
      columns: [t.user_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
  ],
);

/** What readers of the documentation said of its pages; nothing of who they are. */
export const feedback = table(
  'feedback',
  {
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** The path of the page: `/docs/errors/edit_conflict`. */
    page: varchar({ length: 100 }).notNull(),
    helpful: boolean().notNull(),
    created_at: timestamptz().notNull().default(now()),
  },
  (t) => [
    primaryKey({ name: 'feedback_pkey', columns: [t.id] }),
    index('feedback_created_at_idx').on(t.created_at),
  ],
);

/** What an endpoint waits for, if it does: the event that keeps failing. JSON of Postgres. */
export interface BlockingEvent {
  readonly id: string;
  readonly type: string;
  readonly user_id: string;
  readonly version: number;
  /** Of its first attempt. */
  readonly since: string;
  readonly attempts: number;
}

/** Where the changes of users are sent: each endpoint reads the feed from its own cursor on. */
export const webhooks = table(
  'webhooks',
  {
    id: uuid().notNull(),
    owner_id: uuid().notNull(),
    url: varchar({ length: 2048 }).notNull(),
    description: varchar({ length: 1000 }).notNull().default(''),
    /** Null: all. */
    types: text().array(),
    /** The fields of which at least one must have changed; null: any. */
    fields: text().array(),
    /** Whether it gets the changes of all users, and not only those of its owner. */
    all_users: boolean().notNull(),
    state: varchar({ length: 20 }).$type<WebhookState>().notNull().default('active'),
    paused_reason: varchar({ length: 30 }).$type<PauseReason>(),
    /** Not hashed, because it signs what is sent. */
    secret: varchar({ length: 60 }).notNull(),
    /** Signs too, until `previous_secret_ends_at`. */
    previous_secret: varchar({ length: 60 }),
    previous_secret_ends_at: timestamptz(),
    /** The place in the feed of the last change that was delivered or skipped. */
    cursor: jsonb().$type<readonly [number, string, string, number]>().notNull(),
    blocked_by: jsonb().$type<BlockingEvent>(),
    /** Since when no attempt has succeeded. */
    failing_since: timestamptz(),
    /** Not read before. */
    next_attempt_at: timestamptz().notNull().default(now()),
    /** The run that has this token delivers, until `lease_until`. */
    lease_token: uuid(),
    lease_until: timestamptz().notNull().default(sql`'-infinity'`),
    created_at: timestamptz().notNull().default(now()),
    updated_at: timestamptz().notNull().default(now()),
  },
  (t) => [
    primaryKey({ name: 'webhooks_pkey', columns: [t.id] }),
    index('webhooks_owner_id_idx').on(t.owner_id, t.created_at),
    // Each change looks here whether there is anybody to wake.
    index('webhooks_active_idx').on(t.id).where(sql`${t.state} = 'active'`),
    foreignKey({
      name: 'webhooks_owner_id_fkey',
      columns: [t.owner_id],
      foreignColumns: [users.id],
    }).onDelete('cascade'),
  ],
);

export type WebhookState = 'active' | 'paused';

/** Why an endpoint is paused. `requested`: by its owner. `gone`: it returned 410. */
export type PauseReason =
  | 'requested'
  | 'gone'
  | 'failing'
  | 'owner_inactive'
  | 'owner_not_superuser'
  | 'cursor_expired';

/** The latest attempts to deliver events to an endpoint. */
export const webhookAttempts = table(
  'webhook_attempts',
  {
    number: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    webhook_id: uuid().notNull(),
    /** The id of the event, which is that of the change. */
    id: uuid().notNull(),
    type: varchar({ length: 20 }).notNull(),
    /** Not a foreign key: an erasure is an event, too. */
    user_id: uuid().notNull(),
    version: integer().notNull(),
    /** From 1, of this event. */
    attempt: integer().notNull(),
    attempted_at: timestamptz().notNull(),
    duration_ms: integer().notNull(),
    status: integer(),
    /** Why it failed; null: it succeeded. */
    error: varchar({ length: 200 }),
    /** The beginning of the body of the response. */
    response: varchar({ length: 1024 }),
    /** Set if the event was skipped after this attempt. */
    skipped_at: timestamptz(),
  },
  (t) => [
    primaryKey({ name: 'webhook_attempts_pkey', columns: [t.number] }),
    index('webhook_attempts_webhook_id_idx').on(t.webhook_id, t.number),
    index('webhook_attempts_user_id_idx').on(t.user_id),
    foreignKey({
      name: 'webhook_attempts_webhook_id_fkey',
      columns: [t.webhook_id],
      foreignColumns: [webhooks.id],
    }).onDelete('cascade'),
  ],
);
