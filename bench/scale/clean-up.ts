import { BATCH, deleteExpired } from '../../src/cleanup.ts';
import { connect } from '../../src/db/client.ts';
import type { ScaleBench } from './plan.ts';
import { addInBulk, vacuum } from './tables.ts';

/** What deleting expired rows takes. */
export interface CleanUpResult {
  /** Expired records of Idempotency-Keys, and as many old rows of feedback. */
  expired: number;
  /** Bytes of a record on disk, with indexes. */
  recordBytes: number;
  /** Rows of each kind that a statement deletes at most. */
  batch: number;
  /** Milliseconds of each statement, without other load. */
  alone: number[];
}

/** Deletes expired rows with the statement of the cron job, over the local Neon. */
export async function measureCleanUp(bench: ScaleBench): Promise<CleanUpResult> {
  const { stack, plan, say, signal } = bench;
  await addInBulk(stack.pool, EXPIRED_RECORDS, [plan.expired]);
  await addInBulk(stack.pool, OLD_FEEDBACK, [plan.expired]);
  await vacuum(stack.pool);
  const { rows } = await stack.pool.query(
    `select pg_total_relation_size('idempotency_records')::float8 as bytes`,
  );
  const db = connect({ url: stack.databaseUrl, endpoint: stack.endpoint });
  const alone: number[] = [];
  let deleted = 0;
  for (let left = plan.expired; left > 0; left -= BATCH) {
    signal.throwIfAborted();
    const began = performance.now();
    deleted += (await deleteExpired(db, BATCH)).idempotency_records;
    alone.push(performance.now() - began);
  }
  if (deleted < plan.expired) throw new Error(`Only ${deleted} of ${plan.expired} were deleted.`);
  say(`deleted ${plan.expired} expired rows of each kind in ${alone.length} statements`);
  return {
    expired: plan.expired,
    recordBytes: rows[0].bytes / plan.expired,
    batch: BATCH,
    alone,
  };
}

/** The records are added in the order of their age, as in production. */
const EXPIRED_RECORDS = `
with some_user as materialized (select id, to_jsonb(users) as profile from users limit 1)
insert into idempotency_records (lineage_id, key, fingerprint, user_id, created_at, result)
select gen_random_uuid(), gen_random_uuid(), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
  some_user.id, now() - interval '2 days' + i * interval '10 milliseconds',
  jsonb_build_object('verdict', 'updated', 'merged', false, 'user', profile)
from some_user, generate_series(1, $1::int) as i`;

const OLD_FEEDBACK = `
insert into feedback (page, helpful, created_at)
select '/docs/errors/edit_conflict', true, now() - interval '500 days' + i * interval '1 second'
from generate_series(1, $1::int) as i`;
