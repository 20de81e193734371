import { type Access, admit, isVerdict } from '../auth/authenticate.ts';
import { cursorExpired } from '../changes/routes.ts';
import { ApiError } from '../errors.ts';
import type { Context } from '../route.ts';
import { MAX_WEBHOOKS } from './requests.ts';
import { newSecret } from './signature.ts';
import * as statements from './statements.ts';

// What can be done with webhooks, one statement each, for the API and the command line alike.

/** Who manages webhooks, and how the database is reached. */
export interface Actor extends Pick<Context, 'query' | 'caller'> {
  readonly access: Access;
}

/** A webhook whose secret is shown. */
export type WebhookWithSecret = statements.ShownWebhook & { readonly secret: string };

/** Creates a webhook. Throws too_many_webhooks. */
export async function create(
  { query, access, caller }: Actor,
  values: Omit<statements.NewWebhook, 'id' | 'secret'>,
): Promise<WebhookWithSecret> {
  // The same in each attempt, so that a repeat finds what an earlier one created.
  const draft = { id: crypto.randomUUID(), secret: newSecret(), ...values };
  const guarded = await query(
    (db, attempt) => statements.createWebhook(db, access, draft, attempt),
    { settles: isVerdict('created') },
  );
  const result = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'created':
      return { ...(await statements.toShownWebhook(result.webhook)), secret: draft.secret };
    case 'too_many_webhooks':
      throw tooManyWebhooks();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of create_webhook');
  }
}

/** Lists all webhooks, the newest first. */
export async function list({ query, access, caller }: Actor): Promise<statements.ShownWebhook[]> {
  const guarded = await query((db) => statements.listWebhooks(db, access), 'repeatable');
  const { webhooks } = admit(guarded, access.credential, caller);
  return Promise.all(webhooks.map(statements.toShownWebhook));
}

/** Finds a webhook, and what else is wanted of it. Throws webhook_not_found. */
export async function find(
  { query, access, caller }: Actor,
  id: string,
  wanted?: statements.Wanted,
): Promise<Extract<statements.FindResult, { verdict: 'found' }>> {
  const guarded = await query((db) => statements.findWebhook(db, access, id, wanted), 'repeatable');
  const result = admit(guarded, access.credential, caller);
  switch (result.verdict) {
    case 'found':
      return result;
    case 'webhook_not_found':
      throw webhookNotFound();
    default:
      result satisfies never;
      throw new TypeError('unknown verdict of find_webhook');
  }
}

/** Changes a webhook, which to do twice is to do once. Throws webhook_not_found, cursor_expired. */
export async function change(
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

/** Deletes a webhook. Throws webhook_not_found. */
export async function remove({ query, access, caller }: Actor, id: string): Promise<void> {
  const guarded = await query((db, attempt) => statements.deleteWebhook(db, access, id, attempt), {
    settles: isVerdict('deleted'),
  });
  const { verdict } = admit(guarded, access.credential, caller);
  switch (verdict) {
    case 'deleted':
      return;
    case 'webhook_not_found':
      throw webhookNotFound();
    default:
      verdict satisfies never;
      throw new TypeError('unknown verdict of delete_webhook');
  }
}

export const webhookNotFound = () =>
  new ApiError('webhook_not_found', 'Check the id: none of your webhooks has it.');

export const tooManyWebhooks = () =>
  new ApiError('too_many_webhooks', `Delete a webhook first; you have ${MAX_WEBHOOKS}.`);
