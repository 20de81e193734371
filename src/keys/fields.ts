import type { apiKeys } from '../db/schema.ts';
import { fromPostgres } from '../http/values.ts';

/** `active` keys work; the others are kept for the record. */
export const keyStates = ['active', 'expired', 'revoked'] as const;
export type KeyState = (typeof keyStates)[number];

/** A key as JSON of Postgres, which has date-times in another form. */
export type KeyRow = typeof apiKeys.$inferSelect & { readonly state: KeyState };

const AS_IT_IS = (value: unknown): unknown => value;
const DATE_TIME = (value: unknown): unknown => value && fromPostgres(value as string);

/**
 * The members of a key that people see, in this order, each with what reads it: everything but its hash
 * and how it was issued.
 */
export const shownMembers = {
  id: AS_IT_IS,
  owner_id: AS_IT_IS,
  name: AS_IT_IS,
  description: AS_IT_IS,
  role: AS_IT_IS,
  scopes: AS_IT_IS,
  prefix: AS_IT_IS,
  created_at: DATE_TIME,
  expires_at: DATE_TIME,
  revoked_at: DATE_TIME,
  last_used_at: DATE_TIME,
  last_used_country: AS_IT_IS,
  last_used_network: AS_IT_IS,
  require_precondition: AS_IT_IS,
  allowed_ips: AS_IT_IS,
  fields: AS_IT_IS,
  short_lived: AS_IT_IS,
  replaces: AS_IT_IS,
  replaced_by: AS_IT_IS,
  until_first_use: AS_IT_IS,
  state: AS_IT_IS,
} satisfies { readonly [Name in keyof KeyRow]?: (value: unknown) => unknown };

/** A key as it is shown. */
export type ShownKey = Pick<KeyRow, keyof typeof shownMembers>;

/** Brings a key into the form in which it is shown. Throws a TypeError if it has none. */
export const toShownKey = (row: KeyRow): ShownKey =>
  Object.fromEntries(
    Object.entries(shownMembers).map(([name, read]) => [name, read(row[name as keyof ShownKey])]),
  ) as ShownKey;
