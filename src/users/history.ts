import { admit, nameOf } from '../auth/authenticate.ts';
import { readJson } from '../http/body.ts';
import { cursorCheck, cursorOf, limitCheck, parsePage, parseQuery } from '../http/page.ts';
import { envelope } from '../http/response.ts';
import { fromPostgres } from '../http/values.ts';
import type { KeyRoute } from '../route.ts';
import {
  isVersionNumber,
  parseRevert,
  parseUserId,
  parseVersion,
  toUser,
  toValue,
  type UserField,
} from './fields.ts';
import { userNotFound } from './problems.ts';
import * as queries from './queries.ts';
import {
  type Actor,
  applyChange,
  newChange,
  parseChangeHeaders,
  READ,
  read,
  WRITE,
} from './routes.ts';

// What was, and the way back to it. One statement, one database request each.

const isVersion = (position: readonly unknown[]): position is [number] =>
  position.length === 1 && isVersionNumber(position[0]);

/** Lists the changes of a user, newest first. */
export const getChanges: KeyRoute = {
  method: 'GET',
  path: '/api/v1/user/:user_id/changes',
  scopes: READ,
  async handler(request, { params, caller, query }, credential) {
    const userId = parseUserId(params['user_id']);
    const parameters = parseQuery(request, { limit: limitCheck, cursor: cursorCheck });
    const list = ['changes', userId.toLowerCase(), nameOf(credential)];
    const { limit, after } = await parsePage(parameters, list, isVersion);
    const access = { credential, userId, scopes: READ };
    const page = { limit: limit + 1, before: after?.[0] };
    const guarded = await query((db) => queries.listChanges(db, access, page), 'repeatable');
    const found = requireFound(admit(guarded, credential, caller));
    const changes = found.changes.slice(0, limit);
    const last = found.changes.length > limit ? changes.at(-1) : undefined;
    const next_cursor = await cursorOf(list, last && [last.version]);
    return envelope('Data retrieved successfully', changes.map(toShownChange), {
      meta: { next_cursor },
    });
  },
};

/** Returns a user as of a version. */
export const getVersion: KeyRoute = {
  method: 'GET',
  path: '/api/v1/user/:user_id/versions/:version',
  scopes: READ,
  handler: (request, context, credential) =>
    read(request, context, credential, parseVersion(context.params)),
};

/** Takes a user back to a version, or one change back. The permissions are those of the update that it is. */
export const revertUser: KeyRoute = {
  method: 'POST',
  path: '/api/v1/user/:user_id/revert',
  scopes: WRITE,
  async handler(request, context, credential) {
    const headers = parseChangeHeaders(request.headers);
    const userId = parseUserId(context.params['user_id']);
    const revert = parseRevert(await readJson(request));
    const operation = ['revert', userId.toLowerCase(), headers.conditions];
    const change = await newChange(headers, context, operation, revert);
    return applyChange({ ...change, revert }, userId, headers, context, credential);
  },
};

/** Returns all that is stored of a user, without secrets. */
export const exportUser: KeyRoute = {
  method: 'GET',
  path: '/api/v1/user/:user_id/export',
  scopes: READ,
  async handler(_, context, credential) {
    const userId = parseUserId(context.params['user_id']);
    const everything = await collect({ ...context, credential }, userId);
    return envelope('Data retrieved successfully', everything);
  },
};

/** Collects all that is stored of a user, without secrets. Throws user_not_found. */
export async function collect({ credential, caller, query }: Actor, userId: string) {
  const access = { credential, userId, scopes: READ };
  const guarded = await query((db) => queries.exportUser(db, access), 'repeatable');
  const { user, changes, ...others } = requireFound(admit(guarded, credential, caller));
  return {
    profile: toUser(user),
    version: user.version,
    ...withDateTimes({ created_at: user.created_at, updated_at: user.updated_at }),
    changes: (changes ?? []).map(toShownChange),
    keys: (others.keys ?? []).map(withDateTimes),
    key_events: (others.key_events ?? []).map(withDateTimes),
    identities: (others.identities ?? []).map(withDateTimes),
    sessions: (others.sessions ?? []).map(withDateTimes),
    webhooks: (others.webhooks ?? []).map(withDateTimes),
  };
}

/** Returns what was found of a user. Throws user_not_found. */
function requireFound<Result>(result: queries.OrNoUser<Result>): Result {
  switch (result.verdict) {
    case 'found':
      return result;
    case 'user_not_found':
      throw userNotFound();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of a function that reads a user');
  }
}

/** A change as people see it, with the values in the form in which the API returns them. */
export const toShownChange = ({ changed_at, fields, ...change }: queries.ChangeRow) => ({
  ...change,
  changed_at: fromPostgres(changed_at),
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, { before, after }]) => [
      name,
      { before: toValue(name as UserField, before), after: toValue(name as UserField, after) },
    ]),
  ),
});

/** A row whose date-times, which are the members in `_at`, are RFC 3339 in UTC. */
const withDateTimes = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.endsWith('_at') && value !== null ? fromPostgres(value as string) : value,
    ]),
  );
