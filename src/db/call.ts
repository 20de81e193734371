import type { SQL } from 'drizzle-orm';
import type { Database } from './client.ts';

// How the Worker reaches the functions in functions/: each takes one jsonb and returns one jsonb, so that
// its signature never changes and a Worker and a database of neighbouring releases understand each other.

/**
 * Runs a statement that returns one value as `answer`; undefined if that is null. Throws what Drizzle
 * throws, and a TypeError if it is another statement's response.
 */
export async function answerOf<Answer>(db: Database, statement: SQL): Promise<Answer | undefined> {
  const { rows } = await db.execute<{ answer?: Answer | null }>(statement);
  const answer = rows[0]?.answer;
  if (answer === undefined) throw new TypeError('not the response to this statement');
  return answer ?? undefined;
}

/** Bytes as Postgres writes them. The driver that ships has no Buffer to do so (tools/slim-driver.ts). */
export const byteaText = (bytes: Uint8Array): string =>
  `\\x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
