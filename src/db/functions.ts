import { type SQL, sql } from 'drizzle-orm';
import type { Database } from './client.ts';

// Functions of ours in the database; their text is in migrations/, the latest one counts.

/** A call of one, its arguments by their names. Those that are undefined have their defaults. */
export const call = (name: string, args: Readonly<Record<string, unknown>>): SQL =>
  sql`${sql.raw(name)}(${sql.join(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([argument, value]) => sql`${sql.raw(argument)} => ${value}`),
    sql`, `,
  )})`;

/** What one that returns json answers; undefined for null. Throws if it is not what was asked for. */
export async function answerOf<Answer>(
  db: Database,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Answer | undefined> {
  const { rows } = await db.execute<{ answer: Answer | null }>(
    sql`select ${call(name, args)} as answer`,
  );
  const [row] = rows;
  if (row?.answer === undefined) throw new TypeError('not the answer of this statement');
  return row.answer ?? undefined;
}

/** Constants of this code, never of a request, as a literal of an array. */
export const arrayOf = (constants: readonly string[]): SQL => sql.raw(`'{${constants}}'`);
