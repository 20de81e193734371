import { readJson } from '../http/body.ts';
import { envelope } from '../http/response.ts';
import { checkId, parseMembers, throwIfAny, validationFailed } from '../http/validation.ts';
import type { Scope } from '../permissions.ts';
import type { Context, KeyRoute, Route } from '../route.ts';
import { addressFault } from './address.ts';
import { type Actor, change, create, find, list, remove } from './operations.ts';
import { post } from './post.ts';
import {
  parseReplay,
  secretRotationMembers,
  webhookChangeMembers,
  webhookMembers,
} from './requests.ts';
import { newSecret } from './signature.ts';
import { ATTEMPTS_KEPT, toShownAttempt, toShownWebhook } from './statements.ts';

export const MANAGE_WEBHOOKS = ['webhooks:write'] as const satisfies Scope[];

/** A route on which webhooks are managed: by a key with that scope, or by the person who is signed in. */
const managed = (
  method: KeyRoute['method'],
  path: string,
  handle: (request: Request, actor: Actor & Context, id: string) => Promise<Response>,
): KeyRoute => ({
  method,
  path: `/api/v1/webhooks${path}`,
  scopes: MANAGE_WEBHOOKS,
  session: true,
  handler: (request, context, credential) => {
    const { webhook_id: id } = context.params;
    if (id !== undefined) throwIfAny(checkId('webhook_id', id));
    const access = { credential, scopes: MANAGE_WEBHOOKS };
    return handle(request, { ...context, access }, id ?? '');
  },
});

const createRoute = managed('POST', '', async (request, actor) => {
  const values = parseMembers(await readJson(request), webhookMembers);
  await requireAddress(values.url, actor);
  const webhook = await create(actor, values);
  return envelope('Webhook created successfully', webhook, { status: 201 });
});

const listRoute = managed('GET', '', async (_, actor) =>
  envelope('Data retrieved successfully', await list(actor)),
);

const showRoute = managed('GET', '/:webhook_id', async (_, actor, id) => {
  const { webhook } = await find(actor, id);
  return envelope('Data retrieved successfully', await toShownWebhook(webhook));
});

const changeRoute = managed('PATCH', '/:webhook_id', async (request, actor, id) => {
  const values = parseMembers(await readJson(request), webhookChangeMembers);
  if (values.url !== undefined) await requireAddress(values.url, actor);
  return envelope('Webhook updated successfully', await change(actor, id, { values }));
});

const deleteRoute = managed('DELETE', '/:webhook_id', async (_, actor, id) => {
  await remove(actor, id);
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

/** Sends an event at once, which is not recorded, and returns the attempt. */
const testRoute = managed('POST', '/:webhook_id/test', async (_request, actor, id) => {
  const { webhook, secrets = [] } = await find(actor, id, { sign: true });
  const event = {
    id: crypto.randomUUID(),
    type: 'webhook.test',
    timestamp: new Date().toISOString(),
    data: { webhook_id: webhook.id },
  };
  const { gone: _, ...outcome } = await post({ url: webhook.url, secrets }, event, actor.env);
  return envelope('Test event sent', {
    id: event.id,
    type: event.type,
    user_id: null,
    version: null,
    attempt: 1,
    ...outcome,
    skipped_at: null,
  });
});

/** Lists the latest attempts, or those after which an event was skipped. */
const attemptsRoute = (path: string, only: { skipped?: true }) =>
  managed('GET', `/:webhook_id/${path}`, async (_, actor, id) => {
    const { attempts = [] } = await find(actor, id, { attempts: ATTEMPTS_KEPT, ...only });
    return envelope('Data retrieved successfully', attempts.map(toShownAttempt));
  });

/** Throws validation_failed if nothing may be sent to a URL. */
async function requireAddress(url: string, { env }: Context): Promise<void> {
  const fault = await addressFault(url, env.webhooks);
  if (fault)
    throw validationFailed([{ pointer: '/url', code: fault.code, detail: `url ${fault.detail}.` }]);
}

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
