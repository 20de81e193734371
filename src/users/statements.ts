import { sql } from 'drizzle-orm';
import { type Access, credentialMembers, type Guarded } from '../auth/authenticate.ts';
import { byteaText, type Database, resultOf } from '../db/client.ts';
import type { Attempt } from '../db/run.ts';
import { IDEMPOTENCY_HOURS, type Idempotency } from '../http/idempotency.ts';
import type { Conditions, Versions } from '../http/request.ts';
import { type Scope, scopeOfGroup } from '../permissions.ts';
import { type UserField, type UserRow, type UserUpdate, userFields } from './fields.ts';

/** How many versions an edit may be behind to be merged; also how many changes are looked at. */
export const MERGEABLE_VERSIONS = 100;

/** Who may do something to which user. */
export interface UserAccess extends Access {
  readonly userId: string;
}

/** A change of a user, the same in each attempt to make it. */
export interface UserChange {
  /** A UUIDv7, made for this request: by it the database knows the change. */
  readonly id: string;
  readonly update: UserUpdate;
  readonly conditions: Conditions;
  readonly idempotency: Idempotency | undefined;
  /** All is checked and nothing is written. */
  readonly validateOnly: boolean;
  readonly requestId: string;
}

/** What was changed in a field since the version that an edit was made from. */
export interface Clash {
  readonly field: UserField;
  /** The value then: JSON of Postgres, as is the date-time. */
  readonly base: unknown;
  readonly changed_at: string;
  readonly changed_by: string | null;
}

/** What update_user did; its source says when. */
export type UpdateResult = {
  /** It is what an earlier request under the same Idempotency-Key came to. */
  readonly replayed?: boolean;
} & (
  | { readonly verdict: 'updated'; readonly user: UserRow; readonly merged: boolean }
  | { readonly verdict: 'user_not_found' | 'too_late' | 'idempotency_key_reused' }
  | { readonly verdict: 'field_not_writable'; readonly fields: readonly UserField[] }
  | { readonly verdict: 'precondition_failed'; readonly user: UserRow }
  | {
      readonly verdict: 'edit_conflict';
      readonly user: UserRow;
      readonly conflicts: readonly Clash[];
    }
  | { readonly verdict: 'constraint_violated'; readonly constraint: string }
);

/** Changes a user; undefined if there is no such credential. One statement. */
export const updateUser = (
  db: Database,
  access: UserAccess,
  change: UserChange,
  attempt: Attempt,
): Promise<Guarded<UpdateResult> | undefined> =>
  resultOf(
    db,
    sql`select profile.update_user(${JSON.stringify(updateRequest(access, change, attempt))}) as result`,
  );

/** What update_user takes. */
function updateRequest(access: UserAccess, change: UserChange, attempt: Attempt) {
  const { update, conditions, idempotency } = change;
  const { ifMatch, ifNoneMatch, baseVersion } = conditions;
  return {
    ...credentialMembers(access),
    user_id: access.userId,
    lock: Object.keys(update).some((field) => changesRights(field as UserField)),
    update,
    scope_by_field: scopeByField(update),
    request_id: change.requestId,
    change_id: change.id,
    repeat: attempt.isRepeat,
    not_after: attempt.notAfter,
    lock_timeout: `${attempt.lockTimeoutMs}ms`,
    validate_only: change.validateOnly,
    if_match: ifMatch && multirange(ifMatch),
    if_none_match: ifNoneMatch && multirange(ifNoneMatch),
    base_version: baseVersion,
    mergeable_versions: MERGEABLE_VERSIONS,
    idempotency_key: idempotency?.key,
    fingerprint: idempotency && byteaText(idempotency.fingerprint),
    remembered: `${IDEMPOTENCY_HOURS} hours`,
  };
}

/**
 * Whether a field gives or takes rights for good. A request that was overtaken by a revocation or a
 * demotion must not, so the credential is judged by locked rows and not by the snapshot.
 */
const changesRights = (field: UserField): boolean => userFields[field].group === 'account';

/** The scope that changing each field of an update requires. */
const scopeByField = (update: UserUpdate): { [Field in UserField]?: Scope } =>
  Object.fromEntries(
    Object.keys(update).map((field) => [field, scopeOfGroup[userFields[field as UserField].group]]),
  );

/** Versions as an `int4multirange`, which can hold all of them. */
const multirange = (versions: Versions): string =>
  versions === '*' ? '{(,)}' : `{${versions.map((version) => `[${version},${version}]`)}}`;

/** What read_user found. */
export interface ReadResult {
  readonly user: UserRow | null;
}

/** Reads a user; undefined if there is no such credential. One statement. */
export const readUser = (
  db: Database,
  access: UserAccess,
): Promise<Guarded<ReadResult> | undefined> => {
  const request = { ...credentialMembers(access), user_id: access.userId };
  return resultOf(db, sql`select profile.read_user(${JSON.stringify(request)}) as result`);
};
