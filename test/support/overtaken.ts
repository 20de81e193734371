import { expect } from 'vitest';
import type { Stack } from './stack.ts';

/**
 * A row that another transaction locks, and the statement that this transaction runs when a request
 * waits for the row.
 */
interface Other {
  holds: 'users' | 'api_keys';
  id: string;
  meanwhile: string;
}

/** Sends a request that waits for a locked row, and changes the row meanwhile. Returns the response. */
export async function overtaken<Response>(
  stack: Stack,
  { holds, id, meanwhile }: Other,
  send: () => Promise<Response>,
): Promise<Response> {
  const other = await stack.pool.connect();
  try {
    await other.query('begin');
    await other.query(`select from ${holds} where id = $1 for no key update`, [id]);
    const response = send();
    await expect.poll(() => waitingStatements(stack)).toBe(1);
    await other.query(meanwhile);
    await other.query('commit');
    return await response;
  } finally {
    await other.query('rollback');
    other.release();
  }
}

/** Returns how many statements wait for a lock in the database of this stack. */
const waitingStatements = async (stack: Stack): Promise<number> =>
  (
    await stack.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
  ).length;
