import { type Column, type SQL, sql } from 'drizzle-orm';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import type { Database } from './client.ts';
import { SCHEMA } from './schema.ts';

// Functions of ours in the database; their sources are in functions/.

/** Arguments by the names of the parameters. */
type Arguments = Readonly<Record<string, unknown>>;

/** A call of one, as part of a statement; parameters that are left out have their defaults. An array is one of names. */
export const call = (name: string, args: Arguments): SQL =>
  sql`${sql.raw(`${SCHEMA}.${name}`)}(${sql.join(
    Object.entries(args).map(
      ([parameter, value]) =>
        sql`${sql.raw(parameter)} => ${Array.isArray(value) ? arrayOf(value) : value}`,
    ),
    sql`, `,
  )})`;

/**
 * A call of one that answers json, as the whole statement; undefined if it answers null. `args`: all of
 * its parameters, in their order. Written by hand, for building this with drizzle costs more than all
 * else that a request does in JavaScript; and without names and defaults, for Postgres would look them
 * up each time. Throws what drizzle throws, without the arguments, and a TypeError if it is another
 * statement's answer.
 */
export async function answerOf<Answer>(
  db: Database,
  name: string,
  args: Arguments,
): Promise<Answer | undefined> {
  const values = Object.values(args);
  const text = `select ${SCHEMA}.${name}(${values.map((_, i) => `$${i + 1}`)}) as answer`;
  const [row] = await db.$client.query(text, values).catch((cause) => {
    throw new DrizzleQueryError(text, [], cause);
  });
  if (row?.['answer'] === undefined) throw new TypeError('not the answer of this statement');
  return row['answer'] ?? undefined;
}

/**
 * Brings a row, as JSON of Postgres, into the form of these columns, without the others. Throws a
 * TypeError if a value has none.
 */
export function decode(
  columns: readonly (readonly [string, Column])[],
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const [name, column] of columns) {
    const value = row[name];
    decoded[name] = value === null ? null : column.mapFromDriverValue(value as never);
  }
  return decoded;
}

/** Names without blanks, commas, quotes or braces, as an array of Postgres. */
export const arrayOf = (names: readonly string[]): string => `{${names}}`;
