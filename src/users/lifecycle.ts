import { admit } from '../auth/authenticate.ts';
import { ConstraintViolation } from '../db/faults.ts';
import { readJson } from '../http/body.ts';
import { idempotencyKeyReused } from '../http/idempotency.ts';
import { manageUsersScope } from '../permissions.ts';
import type { KeyRoute } from '../route.ts';
import { parseNewUser, parseUserId } from './fields.ts';
import {
  explainViolation,
  lastSuperuser,
  notWritable,
  preconditionFailed,
  userNotFound,
} from './problems.ts';
import { changeFor, effectOf, parseChangeHeaders, respondChanged, tooLate } from './routes.ts';
import {
  type CreateResult,
  createUser as create,
  type EraseResult,
  eraseUser as erase,
} from './statements.ts';

// How a user begins and ends. One statement, one database request each.

const MANAGE = [manageUsersScope] as const;

/** Creates a user. */
export const createUser: KeyRoute = {
  method: 'POST',
  path: '/api/v1/user',
  scopes: MANAGE,
  async handler(request, context, credential) {
    const asked = parseChangeHeaders(request.headers);
    const { id, values } = parseNewUser(await readJson(request));
    const change = await changeFor(asked, context, ['create', id?.toLowerCase()], values);
    const wanted = { ...change, userId: id ?? crypto.randomUUID(), update: values };
    const access = { credential, scopes: MANAGE };
    const guarded = await context.query(
      (db, attempt) => create(db, access, wanted, attempt),
      effectOf<CreateResult>(change),
    );
    const result = admit(guarded, credential, context.caller);
    if (result.replayed) context.log.replayed = true;
    switch (result.verdict) {
      case 'created': {
        const location = `/api/v1/user/${result.user.id}`;
        const init = { status: 201, location } as const;
        return respondChanged(result.user, asked.preferences, 'Data created successfully', init);
      }
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
  },
};

/** Erases a user and all that is stored of them. */
export const eraseUser: KeyRoute = {
  method: 'DELETE',
  path: '/api/v1/user/:user_id',
  scopes: MANAGE,
  async handler(request, context, credential) {
    const { preferences, ...asked } = parseChangeHeaders(request.headers);
    const userId = parseUserId(context.params['user_id']);
    const operation = ['erase', userId.toLowerCase(), asked.conditions];
    const change = await changeFor({ preferences, ...asked }, context, operation, {});
    const access = { credential, userId, scopes: MANAGE, opensOthers: manageUsersScope };
    const guarded = await context.query(
      (db, attempt) => erase(db, access, change, attempt),
      effectOf<EraseResult>(change),
    );
    const result = admit(guarded, credential, context.caller);
    if (result.replayed) context.log.replayed = true;
    switch (result.verdict) {
      case 'erased': {
        const headers = preferences.validateOnly && { 'Preference-Applied': 'validate-only' };
        return new Response(null, { status: 204, ...(headers && { headers }) });
      }
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
  },
};
