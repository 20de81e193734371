import { getTableColumns } from 'drizzle-orm';
import { decode } from '../db/call.ts';
import { users } from '../db/schema.ts';

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
export const toUser = (row: UserRow): FoundUser => ({
  user: decode(columns, row) as PublicUser,
  version: row.version as number,
});
