import { sql } from 'drizzle-orm';
import {
  type Access,
  credentialMembers,
  type Guarded,
  type Refusal,
} from '../auth/authenticate.ts';
import { byteaText, type Database, resultOf } from '../db/client.ts';
import type { Attempt } from '../db/run.ts';
import type { Revert } from '../db/schema.ts';
import { IDEMPOTENCY_HOURS, type Idempotency } from '../http/idempotency.ts';
import type { Conditions, Versions } from '../http/request.ts';
import { type FieldGroup, type Scope, scopeOfGroup } from '../permissions.ts';
import { type UserField, type UserRow, type UserUpdate, userFields } from './fields.ts';

/** How many versions an edit may be behind to be merged; also how many changes are looked at. */
export const MERGEABLE_VERSIONS = 100;

/** How many versions back a user can be seen and reverted. */
export const REACHABLE_VERSIONS = 1000;

/** Who may do something to which user. */
export interface UserAccess extends Access {
  readonly userId: string;
}

/** A request that changes something, the same in each attempt to carry it out. */
export interface Change {
  /** A UUIDv7, made for this request: by it the database knows the change. */
  readonly id: string;
  readonly conditions: Conditions;
  readonly idempotency: Idempotency | undefined;
  /** All is checked and nothing is written. */
  readonly validateOnly: boolean;
  readonly requestId: string;
}

/** A change of a user: to new values, or back. */
export type UserChange = Change &
  (
    | { readonly update: UserUpdate; readonly revert?: undefined }
    | { readonly revert: Revert; readonly update?: undefined }
  );

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
  /** It is the result of an earlier request with the same Idempotency-Key. */
  readonly replayed?: boolean;
} & (
  | { readonly verdict: 'updated'; readonly user: UserRow; readonly merged: boolean }
  | {
      readonly verdict:
        | 'user_not_found'
        | 'version_not_found'
        | 'too_late'
        | 'idempotency_key_reused';
    }
  | { readonly verdict: 'field_not_writable'; readonly fields: readonly UserField[] }
  | { readonly verdict: 'precondition_failed'; readonly user: UserRow }
  | {
      readonly verdict: 'edit_conflict';
      readonly user: UserRow;
      readonly conflicts: readonly Clash[];
      /** The new values: JSON of Postgres. */
      readonly update: Readonly<Record<string, unknown>>;
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
  const fields = Object.keys(change.update ?? userFields) as UserField[];
  return {
    ...credentialMembers(access),
    ...changeMembers(change, attempt),
    user_id: access.userId,
    // What a revert changes is not known before.
    lock: change.revert !== undefined || fields.some(changesRights),
    update: change.update ?? {},
    revert: change.revert,
    scope_by_field: scopeByField(fields),
    mergeable_versions: change.revert ? REACHABLE_VERSIONS : MERGEABLE_VERSIONS,
  };
}

/** What each function takes that changes something. */
export const changeMembers = (change: Change, attempt: Attempt) => ({
  ...attemptMembers(change.requestId, attempt),
  ...ownMembers(change),
  lock_timeout: `${attempt.lockTimeoutMs}ms`,
  validate_only: change.validateOnly,
});

/** Those that are the same for all changes of a request. */
const attemptMembers = (requestId: string, { isRepeat, notAfter }: Attempt) => ({
  request_id: requestId,
  repeat: isRepeat,
  not_after: notAfter,
  remembered: `${IDEMPOTENCY_HOURS} hours`,
});

/** Those that each change has for itself. */
function ownMembers({ id, conditions, idempotency }: Change) {
  const { ifMatch, ifNoneMatch, baseVersion } = conditions;
  return {
    change_id: id,
    if_match: ifMatch && multirange(ifMatch),
    if_none_match: ifNoneMatch && multirange(ifNoneMatch),
    base_version: baseVersion,
    idempotency_key: idempotency?.key,
    fingerprint: idempotency && byteaText(idempotency.fingerprint),
  };
}

/** Updates of many users, which a request makes in one statement. */
export interface Batch {
  readonly items: readonly BatchItem[];
  /** Whether none is written if one fails. */
  readonly atomic: boolean;
  readonly validateOnly: boolean;
  readonly requestId: string;
}

/** One of the updates of a batch. */
export type BatchItem = UserChange & { readonly userId: string; readonly update: UserUpdate };

/** The result of an item. The user has only the version, except in a conflict. */
export type ItemResult =
  | { readonly refusal: Refusal; readonly verdict?: undefined }
  | (UpdateResult & { readonly refusal?: undefined });

export type BatchResult = Guarded<{ readonly results: readonly ItemResult[] }>;

/** Changes users; undefined if there is no such credential. One statement. */
export function updateUsers(
  db: Database,
  access: Access,
  { items, atomic, validateOnly, requestId }: Batch,
  attempt: Attempt,
): Promise<BatchResult | undefined> {
  const fields = new Set(items.flatMap(({ update }) => Object.keys(update) as UserField[]));
  const request = {
    ...credentialMembers(access),
    lock: [...fields].some(changesRights),
    lock_timeout: `${attempt.lockTimeoutMs}ms`,
    validate_only: validateOnly,
    atomic,
    each: {
      ...attemptMembers(requestId, attempt),
      scope_by_field: scopeByField([...fields]),
      mergeable_versions: MERGEABLE_VERSIONS,
      judge_constraints: true,
    },
    items: items.map((item) => ({
      ...ownMembers(item),
      user_id: item.userId,
      update: item.update,
    })),
  };
  return resultOf(db, sql`select profile.update_users(${JSON.stringify(request)}) as result`);
}

/**
 * Whether a field gives or takes rights for good. A request that was overtaken by a revocation or a
 * demotion must not, so the credential is judged by locked rows and not by the snapshot.
 */
export const changesRights = (field: UserField): boolean => userFields[field].group === 'account';

/** The scope that changing each field requires. */
export const scopeByField = (
  fields: readonly UserField[],
  scopes: Readonly<Record<FieldGroup, Scope>> = scopeOfGroup,
): { [Field in UserField]?: Scope } =>
  Object.fromEntries(fields.map((field) => [field, scopes[userFields[field].group]]));

/** Versions as an `int4multirange`, which can hold all of them. */
const multirange = (versions: Versions): string =>
  versions === '*' ? '{(,)}' : `{${versions.map((version) => `[${version},${version}]`)}}`;
