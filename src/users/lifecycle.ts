import { ConstraintViolation } from '../db/faults.ts';
import { readJson } from '../http/body.ts';
import { idempotencyKeyReused } from '../http/idempotency.ts';
import { manageUsersScope } from '../permissions.ts';
import type { KeyRoute } from '../route.ts';
import { parseNewUser, parseUserId, type UserRow } from './fields.ts';
import * as statements from './lifecycle-statements.ts';
import {
  explainViolation,
  lastSuperuser,
  notWritable,
  preconditionFailed,
  tooLate,
  userNotFound,
} from './problems.ts';
import { type Actor, carryOut, newChange, parseChangeHeaders, respondChanged } from './routes.ts';
import type { Change } from './statements.ts';

// How a user begins and ends, for the API and the command line alike. One statement, one database
// request each.

const MANAGE = [manageUsersScope] as const;

/** Creates a user. */
export const createUser: KeyRoute = {
  method: 'POST',
  path: '/api/v1/user',
  scopes: MANAGE,
  async handler(request, context, credential) {
    const headers = parseChangeHeaders(request.headers);
    const { id, values } = parseNewUser(await readJson(request));
    const change = await newChange(headers, context, ['create', id?.toLowerCase()], values);
    const wanted = { ...change, userId: id ?? crypto.randomUUID(), update: values };
    const user = await create({ ...context, credential }, wanted);
    const init = { status: 201, location: `/api/v1/user/${user.id}` } as const;
    return respondChanged(user, headers.preferences, 'Data created successfully', init);
  },
};

/**
 * Creates a user. Throws email_taken, user_exists, user_erased, reference_not_found, field_not_writable,
 * idempotency_key_reused.
 */
export async function create(actor: Actor, wanted: statements.Creation): Promise<UserRow> {
  const access = { credential: actor.credential, scopes: MANAGE };
  const result = await carryOut<statements.CreateResult>(actor, wanted, (db, attempt) =>
    statements.createUser(db, access, wanted, attempt),
  );
  switch (result.verdict) {
    case 'created':
      return result.user;
    case 'too_late':
      throw tooLate();
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'field_not_writable':
      throw notWritable(wanted, result.fields);
    case 'constraint_violated':
      return explainViolation(new ConstraintViolation(result.constraint));
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of create_user');
  }
}

/** Erases a user and all that is stored of them. */
export const eraseUser: KeyRoute = {
  method: 'DELETE',
  path: '/api/v1/user/:user_id',
  scopes: MANAGE,
  async handler(request, context, credential) {
    const headers = parseChangeHeaders(request.headers);
    const userId = parseUserId(context.params['user_id']);
    const operation = ['erase', userId.toLowerCase(), headers.conditions];
    const change = await newChange(headers, context, operation, {});
    await erase({ ...context, credential }, userId, change);
    const applied = change.validateOnly ? { 'Preference-Applied': 'validate-only' } : {};
    return new Response(null, { status: 204, headers: applied });
  },
};

/** Erases a user. Throws user_not_found, last_superuser, precondition_failed, idempotency_key_reused. */
export async function erase(actor: Actor, userId: string, change: Change): Promise<void> {
  const { credential } = actor;
  const access = { credential, userId, scopes: MANAGE, opensOthers: manageUsersScope };
  const result = await carryOut<statements.EraseResult>(actor, change, (db, attempt) =>
    statements.eraseUser(db, access, change, attempt),
  );
  switch (result.verdict) {
    case 'erased':
      return;
    case 'user_not_found':
      throw userNotFound();
    case 'too_late':
      throw tooLate();
    case 'idempotency_key_reused':
      throw idempotencyKeyReused();
    case 'precondition_failed':
      throw preconditionFailed(result.version);
    case 'last_superuser':
      throw lastSuperuser();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of erase_user');
  }
}
