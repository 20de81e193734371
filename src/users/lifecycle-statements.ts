import { sql } from 'drizzle-orm';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { type Database, resultOf } from '../db/client.ts';
import type { Attempt } from '../db/run.ts';
import { manageUsersScope, scopeOfGroup } from '../permissions.ts';
import type { UserField, UserRow, UserUpdate } from './fields.ts';
import {
  type Change,
  changeMembers,
  changesRights,
  scopeByField,
  type UserAccess,
} from './statements.ts';

/** A user to be created. */
export type Creation = Change & {
  readonly userId: string;
  readonly update: UserUpdate;
  /** Whether the id may be that of a user who was erased. */
  readonly restore?: boolean;
};

/** What create_user did; its source says when. */
export type CreateResult = { readonly replayed?: boolean } & (
  | { readonly verdict: 'created'; readonly user: UserRow }
  | { readonly verdict: 'too_late' | 'idempotency_key_reused' }
  | { readonly verdict: 'field_not_writable'; readonly fields: readonly UserField[] }
  | { readonly verdict: 'constraint_violated'; readonly constraint: string }
);

/** Who creates a user may write their profile. */
const SCOPES_AT_CREATION = { ...scopeOfGroup, profile: manageUsersScope };

/** Creates a user; undefined if there is no such credential. One statement. */
export function createUser(
  db: Database,
  access: Access,
  creation: Creation,
  attempt: Attempt,
): Promise<Guarded<CreateResult> | undefined> {
  const request = {
    ...credentialMembers(access),
    ...changeMembers(creation, attempt),
    id: creation.userId,
    lock: (Object.keys(creation.update) as UserField[]).some(changesRights),
    values: creation.update,
    scope_by_field: scopeByField(Object.keys(creation.update) as UserField[], SCOPES_AT_CREATION),
    restore: creation.restore,
  };
  return resultOf(db, sql`select profile.create_user(${JSON.stringify(request)}) as result`);
}

/** What erase_user did; its source says when. */
export type EraseResult = { readonly replayed?: boolean } & (
  | {
      readonly verdict:
        | 'erased'
        | 'user_not_found'
        | 'too_late'
        | 'idempotency_key_reused'
        | 'last_superuser';
    }
  | { readonly verdict: 'precondition_failed'; readonly version: number }
);

/** Erases a user; undefined if there is no such credential. One statement. */
export function eraseUser(
  db: Database,
  access: UserAccess,
  change: Change,
  attempt: Attempt,
): Promise<Guarded<EraseResult> | undefined> {
  const request = {
    ...credentialMembers(access),
    ...changeMembers(change, attempt),
    user_id: access.userId,
  };
  return resultOf(db, sql`select profile.erase_user(${JSON.stringify(request)}) as result`);
}
