import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Conditions } from '../conditions.ts';
import type { Idempotency } from '../idempotency.ts';
import type { UserUpdate } from '../user-fields.ts';
import type { Database } from './client.ts';
import { type Access, type CredentialFacts, credentialFor, touchedKey } from './credential.ts';
import { earlierRecord, forgottenRecord, newRecord, recordedUser } from './idempotency.ts';
import type { PublicUser } from './read-user.ts';
import { users, type Verdict } from './schema.ts';
import {
  changes,
  columnsOf,
  lockedUser,
  logRow,
  proposal,
  rowInThought,
  updatedRow,
  violatedConstraint,
} from './update-steps.ts';
import { changesSince, verdictOn } from './verdict.ts';

/** What is asked for. */
export interface UserChange {
  userId: string;
  update: UserUpdate;
  conditions: Conditions;
  idempotency?: Idempotency;
  /** All is checked and nothing is written. */
  validateOnly: boolean;
  requestId: string;
}

/** What the statement found and did. */
export interface UpdateFacts extends CredentialFacts {
  /** The code of the error that refuses the update; then nothing changed. */
  error: Verdict | null;
  /** Of field_not_writable the names of the fields; of edit_conflict what was changed meanwhile. */
  details: unknown;
  /** Whether the update went on top of a later version than its Base-Version. */
  merged: boolean | null;
  /** Whether this is what an earlier request under the same Idempotency-Key came to. */
  replayed: boolean;
  /** The constraint that an update which is only validated would violate. */
  violated: string | null;
  /** The user as it stands after the statement; null if there is none or the key is refused. */
  found: { user: PublicUser; version: number } | null;
}

const columns = getTableColumns(users);

/**
 * Authenticates, authorises, locks, updates, logs and answers: one statement. Answers undefined if
 * there is no such key. An update that changes nothing writes nothing.
 *
 * All CTEs of a statement read one snapshot. `target` therefore locks the row, which makes it the
 * latest one, and whatever depends on the row's values (what changes, what is refused, what is
 * logged) is computed from `target`.
 */
export async function updateUser(
  db: Database,
  access: Access,
  { userId, update, conditions, idempotency, validateOnly, requestId }: UserChange,
): Promise<UpdateFacts | undefined> {
  const step = (name: string, text: SQL) => db.$with(name, {}).as(text);
  const { baseVersion } = conditions;
  const credential = credentialFor(db, access);
  const unlessEarlier = idempotency && sql`and not exists (select from earlier)`;
  const before = [
    ...(idempotency ? [step('earlier', earlierRecord(idempotency))] : []),
    step('target', lockedUser(userId, unlessEarlier)),
    step('proposed', proposal(update)),
    step('changed', changes(update)),
    ...(baseVersion ? [step('since', changesSince(baseVersion))] : []),
  ];
  const verdict = db.$with('verdict', decision).as(verdictOn(conditions));
  const effect = validateOnly
    ? [step('updated', rowInThought(update))]
    : [step('updated', updatedRow(update)), step('logged', logRow(requestId)), touchedKey(db)];
  const answer = db.$with('answer', columns).as(sql`
  select * from updated union all select ${columnsOf('target')} from target where not exists (select from updated)
  ${idempotency && sql`union all ${recordedUser(columnsOf('jsonb_populate_record'))}`}`);
  const recorded =
    idempotency && !validateOnly
      ? [step('forgotten', forgottenRecord(idempotency)), step('recorded', newRecord(idempotency))]
      : [];
  const decided = idempotency
    ? db.$with('decided', decision).as(sql`
  select * from verdict union all select error, details, merged, null, error is distinct from 'idempotency_key_reused' from earlier`)
    : verdict;
  const { created_at, updated_at, ...answered } = answer._.selectedFields;
  const [row] = await db
    .with(
      credential,
      ...before,
      verdict,
      ...effect,
      answer,
      ...recorded,
      ...(idempotency ? [decided] : []),
    )
    .select({
      ...credential._.selectedFields,
      ...decided._.selectedFields,
      violated: validateOnly ? violatedConstraint : sql<null>`null`,
      // Not as an object of their own: drizzle makes that null when its first column is.
      ...answered,
    })
    .from(credential)
    .leftJoin(answer, sql`true`)
    .leftJoin(decided, sql`true`);
  if (!row) return undefined;
  const { keyId, refusal, sunset, error, details, merged, replayed, violated, version, ...user } =
    row;
  return {
    ...{ keyId, refusal, sunset, error, details, merged, violated },
    replayed: replayed ?? false,
    found: version === null ? null : { user: user as PublicUser, version },
  };
}

const decision = {
  error: sql<Verdict | null>`error`.as('error'),
  details: sql<unknown>`details`.as('details'),
  merged: sql<boolean | null>`merged`.as('merged'),
  replayed: sql<boolean | null>`replayed`.as('replayed'),
};
