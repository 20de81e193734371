import { type SQL, sql } from 'drizzle-orm';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import type { Database } from './client.ts';

// Functions of ours in the database; their text is in migrations/, the latest one counts.

/** Arguments by their names; those that are undefined have their defaults. */
type Arguments = Readonly<Record<string, unknown>>;

const given = (args: Arguments) => Object.entries(args).filter(([, value]) => value !== undefined);

/** A call of one, as part of a statement. */
export const call = (name: string, args: Arguments): SQL =>
  sql`${sql.raw(name)}(${sql.join(
    given(args).map(([argument, value]) => sql`${sql.raw(argument)} => ${value}`),
    sql`, `,
  )})`;

/**
 * A call of one that answers json, as the whole statement; undefined if it answers null. Written by
 * hand, for building this with drizzle costs more than all else that a request does in JavaScript.
 * Throws what drizzle throws, without the arguments, and a TypeError if it is another statement's answer.
 */
export async function answerOf<Answer>(
  db: Database,
  name: string,
  args: Arguments,
): Promise<Answer | undefined> {
  const named = given(args);
  const text = `select ${name}(${named.map(([argument], i) => `${argument} => $${i + 1}`)}) as answer`;
  const values = named.map(([, value]) => value);
  const [row] = await db.$client.query(text, values).catch((cause) => {
    throw new DrizzleQueryError(text, [], cause);
  });
  if (row?.['answer'] === undefined) throw new TypeError('not the answer of this statement');
  return row['answer'] ?? undefined;
}

/** Names without blanks, commas, quotes or braces, as an array of Postgres. */
export const arrayOf = (names: readonly string[]): string => `{${names}}`;
