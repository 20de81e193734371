import { type Access, admit, type Guarded } from '../auth/authenticate.ts';
import { cursorExpired } from '../changes/routes.ts';
import { ApiError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { envelope } from '../http/response.ts';
import { checkId, parseMembers, throwIfAny, validationFailed } from '../http/validation.ts';
import type { Scope } from '../permissions.ts';
import type { Context, KeyRoute, Route } from '../route.ts';
import { addressFault } from './address.ts';
import { post } from './post.ts';
import {
  MAX_WEBHOOKS,
  parseReplay,
  secretRotationMembers,
  webhookChangeMembers,
  webhookMembers,
} from './requests.ts';
import { newSecret } from './signature.ts';
import * as statements from './statements.ts';

const MANAGE = ['webhooks:write'] as const satisfies Scope[];

/** Who manages webhooks, and how the database is reached. */
interface Actor extends Pick<Context, 'query' | 'caller' | 'env'> {
  readonly access: Access;
}

/** A route on which webhooks are managed: by a key with that scope, or by the person who is signed in. */
const managed = (
  method: KeyRoute['method'],
  path: string,
  handle: (request: Request, actor: Actor, id: string) => Promise<Response>,
): KeyRoute => ({
  method,
  path: `/api/v1/webhooks${path}`,
  scopes: MANAGE,
  session: true,
  handler: (request, context, credential) => {
    const { webhook_id: id } = context.params;
    if (id !== undefined) throwIfAny(checkId('webhook_id', id));
    return handle(request, { ...context, access: { credential, scopes: MANAGE } }, id ?? '');
  },
});

const createRoute = managed('POST', '', async (request, actor) => {
  const values = parseMembers(await readJson(request), webhookMembers);
  await requireAddress(values.url, actor);
  // The same in each attempt, so that a repeat finds what an earlier one created.
  const draft = { id: crypto.randomUUID(), secret: newSecret(), ...values };
  const guarded = await actor.query(
    (db, attempt) => statements.createWebhook(db, actor.access, draft, attempt),
    { settles: isVerdict('created') },
  );
  const result = admit(guarded, actor.access.credential, actor.caller);
  if (result.verdict === 'too_many_webhooks') throw tooManyWebhooks();
  const webhook = { ...(await statements.toShownWebhook(result.webhook)), secret: draft.secret };
  return envelope('Webhook created successfully', webhook, { status: 201 });
});

const listRoute = managed('GET', '', async (_, { query, access, caller }) => {
  const guarded = await query((db) => statements.listWebhooks(db, access), 'repeatable');
  const { webhooks } = admit(guarded, access.credential, caller);
  const shown = await Promise.all(webhooks.map(statements.toShownWebhook));
  return envelope('Data retrieved successfully', shown);
});

const showRoute = managed('GET', '/:webhook_id', async (_, actor, id) => {
  const { webhook } = await find(actor, id);
  return envelope('Data retrieved successfully', await statements.toShownWebhook(webhook));
});

const changeRoute = managed('PATCH', '/:webhook_id', async (request, actor, id) => {
  const values = parseMembers(await readJson(request), webhookChangeMembers);
  if (values.url !== undefined) await requireAddress(values.url, actor);
  const webhook = await change(actor, id, { values });
  return envelope('Webhook updated successfully', webhook);
});

const deleteRoute = managed('DELETE', '/:webhook_id', async (_, actor, id) => {
  const { query, access, caller } = actor;
  const guarded = await query((db, attempt) => statements.deleteWebhook(db, access, id, attempt), {
    settles: isVerdict('deleted'),
  });
  const { verdict } = admit(guarded, access.credential, caller);
  if (verdict === 'webhook_not_found') throw webhookNotFound();
  return new Response(null, { status: 204 });
});

const rotateRoute = managed('POST', '/:webhook_id/rotate', async (request, actor, id) => {
  const { grace } = parseMembers(await readJson(request), secretRotationMembers);
  const secret = newSecret();
  const webhook = await change(actor, id, { secret, grace });
  return envelope('Secret rotated successfully', { ...webhook, secret }, { status: 201 });
});

const replayRoute = managed('POST', '/:webhook_id/replay', async (request, actor, id) => {
  const replay = await parseReplay(await readJson(request));
  return envelope('Webhook moved successfully', await change(actor, id, { replay }));
});

/** Sends an event at once, which is not recorded, and returns what came of it. */
const testRoute = managed('POST', '/:webhook_id/test', async (_request, actor, id) => {
  const { webhook, secrets = [] } = await find(actor, id, { sign: true });
  const event = {
    id: crypto.randomUUID(),
    type: 'webhook.test',
    timestamp: new Date().toISOString(),
    data: { webhook_id: webhook.id },
  };
  const { gone: _, ...attempt } = await post({ url: webhook.url, secrets }, event, actor.env);
  return envelope('Test event sent', {
    id: event.id,
    type: event.type,
    user_id: null,
    version: null,
    attempt: 1,
    ...attempt,
    skipped_at: null,
  });
});

/** Lists the latest attempts, or those after which an event was skipped. */
const attemptsRoute = (path: string, only: { skipped?: true }) =>
  managed('GET', `/:webhook_id/${path}`, async (_, actor, id) => {
    const wanted = { attempts: statements.ATTEMPTS_KEPT, ...only };
    const { attempts = [] } = await find(actor, id, wanted);
    return envelope('Data retrieved successfully', attempts.map(statements.toShownAttempt));
  });

/** Finds a webhook. Throws webhook_not_found. */
async function find(
  { query, access, caller }: Actor,
  id: string,
  wanted?: statements.Wanted,
): Promise<Extract<statements.FindResult, { verdict: 'found' }>> {
  const guarded = await query((db) => statements.findWebhook(db, access, id, wanted), 'repeatable');
  const result = admit(guarded, access.credential, caller);
  if (result.verdict === 'webhook_not_found') throw webhookNotFound();
  return result;
}

/** Changes a webhook, which to do twice is to do once. Throws webhook_not_found, cursor_expired. */
async function change(
  { query, access, caller }: Actor,
  id: string,
  wanted: statements.WebhookChange,
): Promise<statements.ShownWebhook> {
  const guarded = await query(
    (db, attempt) => statements.changeWebhook(db, access, id, wanted, attempt),
    { settles: isVerdict('changed') },
  );
  const result = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'changed':
      return statements.toShownWebhook(result.webhook);
    case 'webhook_not_found':
      throw webhookNotFound();
    case 'cursor_expired':
      throw cursorExpired();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of change_webhook');
  }
}

/** Whether a repeat had this result, so that an earlier attempt cannot have another. */
const isVerdict =
  (verdict: string) =>
  (result: Guarded<{ readonly verdict: string }> | undefined): boolean =>
    result?.refusal === null && result.verdict === verdict;

/** Throws validation_failed if nothing may be sent to a URL. */
async function requireAddress(url: string, { env }: Actor): Promise<void> {
  const fault = await addressFault(url, env.webhooks);
  if (fault)
    throw validationFailed([{ pointer: '/url', code: fault.code, detail: `url ${fault.detail}.` }]);
}

export const webhookNotFound = () =>
  new ApiError('webhook_not_found', 'Check the id: none of your webhooks has it.');

export const tooManyWebhooks = () =>
  new ApiError('too_many_webhooks', `Delete a webhook first; you have ${MAX_WEBHOOKS}.`);

/** The routes on which webhooks are managed. */
export const webhookRoutes: readonly Route[] = [
  createRoute,
  listRoute,
  showRoute,
  changeRoute,
  deleteRoute,
  rotateRoute,
  testRoute,
  attemptsRoute('deliveries', {}),
  replayRoute,
  attemptsRoute('skipped', { skipped: true }),
];
