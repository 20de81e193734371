import { admit, nameOf } from '../auth/authenticate.ts';
import {
  cursorCheck,
  cursorOf,
  limitCheck,
  type Page,
  parsePage,
  parseQuery,
  type Query,
} from '../http/page.ts';
import { entityTag } from '../http/request.ts';
import { envelope } from '../http/response.ts';
import { bySchema, type Check } from '../http/validation.ts';
import { dateTime, email, fromPostgres, isUuid, parseRfc3339, plainText } from '../http/values.ts';
import type { KeyRoute } from '../route.ts';
import { toUser, type UserRow } from './fields.ts';
import * as queries from './queries.ts';
import { type Actor, READ } from './routes.ts';

/** In a query, a plus sign that is not escaped means a space, which neither of these can have. */
const withPlusSigns =
  <Value>(check: Check<Value>): Check<Value> =>
  (value) =>
    check(String(value).replaceAll(' ', '+'));

/** By what the list can be narrowed. */
export const userFilters = {
  email: withPlusSigns(bySchema('email', email)),
  stripe_customer_id: bySchema('stripe_customer_id', plainText(255)),
  updated_since: withPlusSigns(bySchema('updated_since', dateTime)),
};

/** The place of a user in the list: the id, and, in the order of changes, the time of the last one. */
export type Place = readonly [id: string, changedAt?: string];

const placeOf = ({ user, changed_at }: queries.ListedUser): Place =>
  changed_at === undefined ? [user.id] : [user.id, fromPostgres(changed_at)];

const isPlace = (position: readonly unknown[]): position is [string, string?] => {
  const [id, changedAt, ...others] = position;
  const isTime =
    changedAt === undefined ||
    (typeof changedAt === 'string' && parseRfc3339(changedAt) === changedAt);
  return typeof id === 'string' && isUuid(id) && isTime && others.length === 0;
};

/**
 * Lists users by id, because that never changes: a walk sees everyone who exists throughout exactly
 * once, whatever is written meanwhile. With `updated_since` by their last change, so that a sync reads on where it stopped.
 */
export const listUsers: KeyRoute = {
  method: 'GET',
  path: '/api/v1/user',
  scopes: READ,
  async handler(request, context, credential) {
    const checks = { limit: limitCheck, cursor: cursorCheck, ...userFilters };
    const parameters = parseQuery(request, checks);
    const { limit: _, cursor: __, ...filters } = parameters;
    const place = ['users', Object.entries(filters).sort(), nameOf(credential)];
    const page = await parsePage(parameters, place, isPlace);
    const { users, next } = await list({ ...context, credential }, filters, page);
    const next_cursor = await cursorOf(place, next);
    const etags = users.map(({ version }) => entityTag(version));
    return envelope('Data retrieved successfully', users.map(toUser), {
      meta: { next_cursor, etags },
    });
  },
};

/** A page of the list; `next`: its end, if there is a page after it. */
export async function list(
  { credential, caller, query }: Actor,
  filters: Query<typeof userFilters>,
  { limit, after }: Page<Place>,
): Promise<{ users: UserRow[]; next: Place | undefined }> {
  const access = { credential, scopes: READ };
  // One more, to see whether there is a page after it.
  const page = { limit: limit + 1, after_id: after?.[0], after_changed_at: after?.[1] };
  const guarded = await query(
    (db) => queries.listUsers(db, access, { ...filters, ...page }),
    'repeatable',
  );
  const result = admit(guarded, credential, caller);
  const last = result.users.length > limit ? result.users[limit - 1] : undefined;
  return {
    users: result.users.slice(0, limit).map(({ user }) => user),
    next: last && placeOf(last),
  };
}
