import { sql } from 'drizzle-orm';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { type Database, resultOf } from '../db/client.ts';
import type { Changes, Revert } from '../db/schema.ts';
import type { UserRow } from './fields.ts';
import { REACHABLE_VERSIONS, type UserAccess } from './statements.ts';

// The statements that read.

/** A user in the list; in the order of changes with the time of the last one, as JSON of Postgres. */
export interface ListedUser {
  readonly user: UserRow;
  readonly changed_at?: string;
}

/** Lists users, after a place in the list; undefined if there is no such credential. One statement. */
export function listUsers(
  db: Database,
  access: Access,
  page: {
    readonly limit: number;
    readonly after_id?: string | undefined;
    readonly after_changed_at?: string | undefined;
    readonly email?: string;
    readonly stripe_customer_id?: string;
    readonly updated_since?: string;
  },
): Promise<Guarded<{ readonly users: readonly ListedUser[] }> | undefined> {
  const request = { ...credentialMembers(access), ...page };
  return resultOf(db, sql`select profile.list_users(${JSON.stringify(request)}) as result`);
}

/** A row of the log as people see it: JSON of Postgres. */
export interface ChangeRow {
  readonly version: number;
  readonly changed_at: string;
  /** The first characters of the API key; null: the operator. */
  readonly changed_by: string | null;
  readonly request_id: string;
  readonly reverts: Revert | null;
  readonly fields: Changes;
}

/** What a function returns that reads a user. */
export type OrNoUser<Result> =
  | ({ readonly verdict: 'found' } & Result)
  | { readonly verdict: 'user_not_found' };

/** Lists changes of a user, newest first; undefined if there is no such credential. One statement. */
export function listChanges(
  db: Database,
  access: UserAccess,
  page: { readonly limit: number; readonly before: number | undefined },
): Promise<Guarded<OrNoUser<{ readonly changes: readonly ChangeRow[] }>> | undefined> {
  const request = { ...credentialMembers(access), user_id: access.userId, ...page };
  return resultOf(db, sql`select profile.list_changes(${JSON.stringify(request)}) as result`);
}

type Rows = readonly Readonly<Record<string, unknown>>[] | null;

/** All that is stored of a user. */
export interface Everything {
  readonly user: UserRow;
  readonly changes: readonly ChangeRow[] | null;
  readonly keys: Rows;
  readonly key_events: Rows;
  readonly identities: Rows;
  readonly sessions: Rows;
  readonly webhooks: Rows;
}

/** How many changes an export has at most. */
export const EXPORTED_CHANGES = 10_000;

/** Reads all that is stored of a user; undefined if there is no such credential. One statement. */
export function exportUser(
  db: Database,
  access: UserAccess,
): Promise<Guarded<OrNoUser<Everything>> | undefined> {
  const request = {
    ...credentialMembers(access),
    user_id: access.userId,
    most_changes: EXPORTED_CHANGES,
  };
  return resultOf(db, sql`select profile.export_user(${JSON.stringify(request)}) as result`);
}

/** What read_user found. */
export type ReadResult =
  | { readonly verdict: 'found'; readonly user: UserRow }
  | { readonly verdict: 'user_not_found' | 'version_not_found' };

/** Reads a user, as of a version if there is one; undefined if there is no such credential. One statement. */
export function readUser(
  db: Database,
  access: UserAccess,
  version?: number,
): Promise<Guarded<ReadResult> | undefined> {
  const request = {
    ...credentialMembers(access),
    user_id: access.userId,
    version,
    reachable_versions: REACHABLE_VERSIONS,
  };
  return resultOf(db, sql`select profile.read_user(${JSON.stringify(request)}) as result`);
}
