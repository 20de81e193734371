import { allUsersScope } from '../../src/permissions.ts';
import { RETRY_AFTER, SKIP_HOURS } from '../../src/webhooks/deliver.ts';
import { GRACE_HOURS, MAX_WEBHOOKS } from '../../src/webhooks/requests.ts';
import { ATTEMPTS_KEPT } from '../../src/webhooks/statements.ts';
import { CURSOR_EXAMPLE, feedItemExample } from './feed-operations.ts';
import { NO_META, type Operation, ref, type Success } from './operation.ts';
import type { Schema } from './schemas.ts';

export const webhookExample = {
  id: '5f1c7a52-6d0e-4a53-8a3e-0d5f7a1b9c24',
  url: 'https://hooks.example.com/profiles',
  description: 'Keeps the CRM up to date',
  types: null,
  fields: ['email', 'phone'],
  all_users: true,
  state: 'active',
  paused_reason: null,
  blocked_by: null,
  cursor: CURSOR_EXAMPLE,
  previous_secret_ends_at: null,
  created_at: '2026-11-23T17:05:31.25Z',
  updated_at: '2026-11-23T17:05:31.25Z',
};

/** Assembled, so that no scanner for leaked secrets takes it for one. */
const EXAMPLE_SECRET = `whsec_${'EXAMPLE'.padEnd(43, 'EXAMPLE')}=`;

const { user_id, version } = feedItemExample.data;
const { id, type } = feedItemExample;
const attemptExample = {
  ...{ id, type, user_id, version, attempt: 2 },
  attempted_at: '2026-11-23T17:05:38Z',
  duration_ms: 182,
  status: 500,
  error: 'Status 500.',
  response: 'Internal Server Error',
  skipped_at: null,
};

const succeeds = (
  description: string,
  message: string,
  data: Schema,
  example: unknown,
  status = 200,
): Success => ({
  status,
  description,
  sometimes: ['Sunset'],
  data,
  meta: NO_META,
  example: { message, meta: {}, data: example },
});

const attempts: Schema = { type: 'array', items: ref('WebhookAttempt'), maxItems: ATTEMPTS_KEPT };

/** The operations on webhooks, by method and path. */
export const webhookOperations: Readonly<Record<string, Operation>> = {
  'POST /api/v1/webhooks': {
    id: 'createWebhook',
    tag: 'Webhooks',
    summary: 'Create a webhook',
    description: `The URL gets each later change in a POST: of all users if the key has \`${allUsersScope}\`, else of the owner of the key. The signature is that of Standard Webhooks. The response is the only one that shows the secret. If it is lost, create the webhook again and delete the first. At most ${MAX_WEBHOOKS} webhooks per user.`,
    body: {
      schema: 'NewWebhook',
      examples: {
        all_changes: { url: webhookExample.url },
        some_changes: {
          url: webhookExample.url,
          description: webhookExample.description,
          types: ['user.updated', 'user.erased'],
          fields: webhookExample.fields,
        },
      },
    },
    responses: [
      succeeds(
        'The new webhook, with its secret.',
        'Webhook created successfully',
        ref('WebhookWithSecret'),
        { ...webhookExample, secret: EXAMPLE_SECRET },
        201,
      ),
    ],
    errors: ['too_many_webhooks'],
  },
  'GET /api/v1/webhooks': {
    id: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'List webhooks',
    description: `Lists the webhooks of the owner of the key, newest first. Webhooks that get the changes of all users are shown only to keys with \`${allUsersScope}\`.`,
    responses: [
      succeeds(
        'All webhooks.',
        'Data retrieved successfully',
        { type: 'array', items: ref('Webhook'), maxItems: MAX_WEBHOOKS },
        [webhookExample],
      ),
    ],
  },
  'GET /api/v1/webhooks/:webhook_id': {
    id: 'getWebhook',
    tag: 'Webhooks',
    summary: 'Retrieve a webhook',
    description: 'Retrieves a webhook with its state, and the event that blocks it, if one does.',
    responses: [
      succeeds('The webhook.', 'Data retrieved successfully', ref('Webhook'), webhookExample),
    ],
    errors: ['webhook_not_found'],
  },
  'PATCH /api/v1/webhooks/:webhook_id': {
    id: 'updateWebhook',
    tag: 'Webhooks',
    summary: 'Update a webhook',
    description:
      'Changes the members that the body has. `"state": "active"` resumes a webhook that was paused, with the event after its cursor.',
    body: {
      schema: 'WebhookUpdate',
      examples: { resume: { state: 'active' }, other_events: { types: ['user.erased'] } },
    },
    responses: [
      succeeds('The webhook.', 'Webhook updated successfully', ref('Webhook'), webhookExample),
    ],
    errors: ['webhook_not_found'],
  },
  'DELETE /api/v1/webhooks/:webhook_id': {
    id: 'deleteWebhook',
    tag: 'Webhooks',
    summary: 'Delete a webhook',
    description: 'Deletes a webhook. An event that is being sent may still arrive.',
    responses: [{ status: 204, description: 'The webhook was deleted.', sometimes: ['Sunset'] }],
    errors: ['webhook_not_found'],
  },
  'POST /api/v1/webhooks/:webhook_id/rotate': {
    id: 'rotateWebhookSecret',
    tag: 'Webhooks',
    summary: 'Rotate the secret of a webhook',
    description: `Creates a new secret, which no other response shows. The old one signs too for \`grace\` seconds, by default ${GRACE_HOURS} hours. If the response is lost, rotate again.`,
    body: { schema: 'SecretRotation', examples: { for_a_day: {}, at_once: { grace: 0 } } },
    responses: [
      succeeds(
        'The webhook, with its new secret.',
        'Secret rotated successfully',
        ref('WebhookWithSecret'),
        {
          ...webhookExample,
          previous_secret_ends_at: '2026-11-24T17:05:31.25Z',
          secret: EXAMPLE_SECRET,
        },
        201,
      ),
    ],
    errors: ['webhook_not_found'],
  },
  'POST /api/v1/webhooks/:webhook_id/test': {
    id: 'testWebhook',
    tag: 'Webhooks',
    summary: 'Send a test event',
    description:
      'Sends an event of the type `webhook.test` at once, also to a webhook that is paused, and returns the attempt. It is not tried again and not listed among the deliveries.',
    responses: [
      succeeds('The attempt.', 'Test event sent', ref('WebhookAttempt'), {
        ...attemptExample,
        type: 'webhook.test',
        user_id: null,
        version: null,
        attempt: 1,
      }),
    ],
    onlyReads: true,
    errors: ['webhook_not_found'],
  },
  'GET /api/v1/webhooks/:webhook_id/deliveries': {
    id: 'listDeliveries',
    tag: 'Webhooks',
    summary: 'List deliveries',
    description: `Lists the latest ${ATTEMPTS_KEPT} attempts to deliver an event, newest first. An event that fails is tried again after ${RETRY_AFTER[0]} seconds, then at growing intervals, and skipped when it has failed for ${SKIP_HOURS} hours.`,
    responses: [
      succeeds('The attempts.', 'Data retrieved successfully', attempts, [attemptExample]),
    ],
    errors: ['webhook_not_found'],
  },
  'POST /api/v1/webhooks/:webhook_id/replay': {
    id: 'replayWebhook',
    tag: 'Webhooks',
    summary: 'Replay or skip events',
    description:
      'Moves the cursor of a webhook. `after`: to a cursor of the feed, or an earlier one of the webhook. `since`: to a time; events of up to five minutes before it are sent too. `skip`: past the event with this id, if it is the one that blocks the webhook; else nothing happens. A paused webhook stays paused.',
    body: {
      schema: 'Replay',
      examples: {
        since: { since: '2026-11-23T00:00:00Z' },
        after: { after: CURSOR_EXAMPLE },
        skip: { skip: id },
      },
    },
    responses: [
      succeeds('The webhook.', 'Webhook moved successfully', ref('Webhook'), webhookExample),
    ],
    errors: ['webhook_not_found', 'cursor_expired'],
  },
  'GET /api/v1/webhooks/:webhook_id/skipped': {
    id: 'listSkipped',
    tag: 'Webhooks',
    summary: 'List skipped events',
    description: `Lists the latest ${ATTEMPTS_KEPT} events that were skipped, newest first, each with its last attempt.`,
    responses: [
      succeeds('The skipped events.', 'Data retrieved successfully', attempts, [
        { ...attemptExample, attempt: 11, skipped_at: '2026-11-23T23:05:38Z' },
      ]),
    ],
    errors: ['webhook_not_found'],
  },
};
