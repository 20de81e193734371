import type pg from 'pg';

/**
 * Runs a statement that adds many rows: without triggers, which would check foreign keys that hold by
 * themselves, and without waiting for the disk.
 */
export async function addInBulk(
  pool: pg.Pool,
  statement: string,
  values: readonly unknown[],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`begin;
      set local session_replication_role = replica;
      set local synchronous_commit = off;
      set local work_mem = '256MB'`);
    await client.query(statement, [...values]);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** What a vacuum in the background would have done meanwhile. */
export async function settle(pool: pg.Pool): Promise<void> {
  await pool.query('vacuum (analyze)');
  await pool.query('checkpoint');
}
