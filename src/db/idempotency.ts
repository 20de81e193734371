import { type SQL, sql } from 'drizzle-orm';
import { IDEMPOTENCY_HOURS, type Idempotency } from '../idempotency.ts';
import { idempotencyRecords, users } from './schema.ts';

// The parts of a statement that see to it that a request under an Idempotency-Key takes effect once.
//
// Two twins that run at once do not see each other's record in their snapshots. Both therefore try to
// insert theirs, whatever they came to, and the primary key aborts the loser with all it did. It is
// run once more then, and finds the record of the winner.

/** The constraint that aborts the loser of two twins. */
export const TWIN = 'idempotency_records_pkey';

/** What the first request under this key came to. */
export const earlierRecord = ({ key, fingerprint }: Idempotency): SQL => sql`
  select case when fingerprint = ${fingerprint} then error else 'idempotency_key_reused' end as error,
    details, merged, profile
  from credential join ${idempotencyRecords} as record on record.api_key_id = credential.id
  where refusal is null and record.key = ${key} and not ${expired('record')}`;

/** Makes room where a record has expired but was not cleaned up yet. */
export const forgottenRecord = ({ key }: Idempotency): SQL => sql`
  delete from ${idempotencyRecords} as record using credential
  where record.api_key_id = credential.id and record.key = ${key} and ${expired('record')}
  returning record.key`;

/** Records what the statement came to; counting what was forgotten makes it wait for that. */
export const newRecord = ({ key, fingerprint }: Idempotency): SQL => sql`
  insert into ${idempotencyRecords} (api_key_id, key, fingerprint, user_id, error, details, merged, profile)
  select credential.id, ${key}, ${fingerprint}, answer.id, error, details, merged, to_jsonb(answer)
  from credential, verdict, answer where (select count(*) >= 0 from forgotten)`;

/** The user as the first request was answered; a column that came later is as it is now. */
export const recordedUser = (columns: SQL): SQL => sql`
  select ${columns} from earlier join ${users} on ${users.id} = (profile ->> 'id')::uuid,
    jsonb_populate_record(${users}, profile)`;

/** Whether a record no longer counts. */
export const expired = (record: string): SQL =>
  sql.raw(`${record}.created_at <= now() - interval '${IDEMPOTENCY_HOURS} hours'`);
