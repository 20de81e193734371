import {
  type Access,
  type CredentialFacts,
  type CredentialRow,
  credentialFacts,
  keyArguments,
} from '../auth/credential.ts';
import { answerOf } from '../db/call.ts';
import type { Database } from '../db/client.ts';
import { byteaText, type Verdict } from '../db/schema.ts';
import type { Conditions, Versions } from '../http/conditions.ts';
import { IDEMPOTENCY_HOURS, type Idempotency } from '../http/idempotency.ts';
import { type Scope, scopeOfGroup } from '../permissions.ts';
import { type UserField, type UserUpdate, userFields } from './fields.ts';
import { type FoundUser, toUser, type UserRow } from './user-row.ts';

/** What is asked for. */
export interface UserChange {
  update: UserUpdate;
  conditions: Conditions;
  idempotency?: Idempotency;
  /** All is checked and nothing is written. */
  validateOnly: boolean;
  requestId: string;
}

/** What the statement found and did, beside the credential and the user. */
interface Decision {
  /** The code of the error that refuses the update; then nothing changed. */
  error: Verdict | null;
  /** Of field_not_writable the names of the fields; of edit_conflict what was changed meanwhile. */
  details: unknown;
  /** Whether the update went on top of a later version than its Base-Version. */
  merged: boolean;
  /** Whether this is what an earlier request under the same Idempotency-Key came to. */
  replayed: boolean;
  /** The constraint that an update which is only validated would violate. */
  violated: string | null;
}

/** What the statement found and did. */
export interface UpdateFacts extends CredentialFacts, Decision {
  /** The user as it stands after the statement; null if there is none or the key is refused. */
  found: FoundUser | null;
}

/**
 * Authenticates, authorises, locks, updates, logs and answers: one statement, the function update_user
 * in the database. Answers undefined if there is no such key.
 */
export async function updateUser(
  db: Database,
  access: Access & { userId: string },
  change: UserChange,
): Promise<UpdateFacts | undefined> {
  const row = await answerOf<CredentialRow & Decision & { user: UserRow | null }>(
    db,
    'update_user',
    updateArguments(access, change),
  );
  if (!row) return undefined;
  const { error, details, merged, replayed, violated, user } = row;
  return {
    ...credentialFacts(row),
    ...{ error, details, merged, replayed, violated },
    found: user && toUser(user),
  };
}

/** The arguments of the function. */
export function updateArguments(
  access: Access & { userId: string },
  { update, conditions, idempotency, validateOnly, requestId }: UserChange,
) {
  const { ifMatch, ifNoneMatch, baseVersion } = conditions;
  return {
    ...keyArguments(access),
    lock: access.lock ?? false,
    sent: JSON.stringify(update),
    needs: JSON.stringify(fieldsByScope(update)),
    request_id: requestId,
    validate_only: validateOnly,
    unconditional: Object.keys(conditions).length === 0,
    if_match: ifMatch && multirange(ifMatch),
    if_none_match: ifNoneMatch && multirange(ifNoneMatch),
    base_version: baseVersion,
    idempotency_key: idempotency?.key,
    fingerprint: idempotency && byteaText(idempotency.fingerprint),
    remembered: `${IDEMPOTENCY_HOURS} hours`,
  };
}

/** The fields of an update by the scope that changing them needs. */
function fieldsByScope(update: UserUpdate): { [S in Scope]?: UserField[] } {
  const fields = Object.keys(update) as UserField[];
  return Object.groupBy(fields, (field) => scopeOfGroup[userFields[field].group]);
}

/** Versions as an `int4multirange`, which can hold all of them. */
const multirange = (versions: Versions): string =>
  versions === '*' ? '{(,)}' : `{${versions.map((version) => `[${version},${version}]`)}}`;
