import { getTableColumns } from 'drizzle-orm';
import { users } from './schema.ts';

/** A user as the API answers it: 28 members in the published order. */
export type PublicUser = Omit<typeof users.$inferSelect, 'version' | 'created_at' | 'updated_at'>;

/** A user as a statement found them. */
export interface FoundUser {
  user: PublicUser;
  version: number;
}

/** A row of `users` as JSON of Postgres. */
export type UserRow = Record<keyof typeof users.$inferSelect, unknown>;

const { version: _, created_at, updated_at, ...published } = getTableColumns(users);
const columns = Object.entries(published);

/** Brings a row into the form in which the API answers it. Throws a TypeError if it has none. */
export function toUser(row: UserRow): FoundUser {
  const user: Record<string, unknown> = {};
  for (const [name, column] of columns) {
    const value = row[name as keyof UserRow];
    user[name] = value === null ? null : column.mapFromDriverValue(value as never);
  }
  return { user: user as PublicUser, version: row.version as number };
}
