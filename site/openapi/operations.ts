import referenceResponse from '../../docs/reference/response.json' with { type: 'json' };
import { KEY_LENGTH, KEY_PREFIX } from '../../src/auth/api-key.ts';
import { FORM, MERGE_PATCH } from '../../src/http/body.ts';
import { MAX_PAGE } from '../../src/http/page.ts';
import { keyStates } from '../../src/keys/fields.ts';
import { FIRST_USE_HOURS, MAX_APP_KEYS } from '../../src/keys/requests.ts';
import {
  ACCESS_TOKEN,
  GRANT_TYPE,
  ID_TOKEN,
  LIFETIME_SECONDS,
} from '../../src/keys/token-exchange.ts';
import { keyRoles } from '../../src/permissions.ts';
import { feedOperations } from './feed-operations.ts';
import { NO_META, type Operation, PAGE, pageMeta, ref } from './operation.ts';
import type { Schema } from './schemas.ts';
import { userOperations } from './user-operations.ts';
import { webhookExample, webhookOperations } from './webhook-operations.ts';

const userExample = referenceResponse.data;
const keyExample = {
  id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  owner_id: userExample.id,
  name: 'Checkout',
  description: 'The shop writes addresses with it',
  role: 'profile',
  scopes: keyRoles.profile,
  prefix: 'in-4fQ9xZ',
  created_at: '2026-11-23T17:05:31.25Z',
  expires_at: null,
  revoked_at: null,
  last_used_at: '2026-11-23T18:00:00Z',
  last_used_country: 'DE',
  last_used_network: 'Example Hosting',
  require_precondition: false,
  allowed_ips: null,
  fields: null,
  short_lived: false,
  replaces: null,
  replaced_by: null,
  until_first_use: false,
  state: 'active',
};
/** The parameters of paths. An id is a UUID. */
export const pathParameters: Readonly<
  Record<string, { description: string; example: string | number; schema?: Schema }>
> = {
  user_id: { description: 'The id of the user.', example: userExample.id },
  webhook_id: { description: 'The id of the webhook.', example: webhookExample.id },
  key_id: { description: 'The id of the key, from the list of keys.', example: keyExample.id },
  version: {
    description: 'The version, which is the number in its ETag.',
    schema: { type: 'integer', format: 'int32', minimum: 1, maximum: 2 ** 31 - 1 },
    example: 1,
  },
};

/** Assembled, so that no scanner for leaked keys takes it for one. */
/** The body of a check that passed. */
const STATUS = {
  type: 'object',
  properties: { status: { type: 'string', const: 'ok' } },
  required: ['status'],
};

const EXAMPLE_KEY = KEY_PREFIX.padEnd(KEY_LENGTH, 'EXAMPLE');

/** Not one of ours, nor of anybody: three parts, as a scanner would not expect them. */
const EXAMPLE_ID_TOKEN = 'HEADER.PAYLOAD.SIGNATURE';

/** What both ways to rotate a key have in common. */
const rotation = {
  headers: ['Idempotency-Key'],
  body: { schema: 'Rotation', examples: { until_first_use: {}, for_an_hour: { grace: 3600 } } },
  responses: [
    {
      status: 201,
      description: 'The new key, with the key itself.',
      sometimes: ['Sunset'],
      data: ref('NewApiKey'),
      meta: {
        type: 'object',
        properties: { replaced: ref('ReplacedKey') },
        required: ['replaced'],
      },
      example: {
        message: 'Key rotated successfully',
        meta: {
          replaced: {
            id: '0d9c1f0e-3f6b-4c57-9a36-2f6a3a0f7f11',
            expires_at: '2026-11-24T05:05:31Z',
            until_first_use: true,
          },
        },
        data: { ...keyExample, last_used_at: null, key: EXAMPLE_KEY },
      },
    },
  ],
  errors: ['too_many_keys', 'idempotency_key_reused', 'key_already_used'],
} as const satisfies Partial<Operation>;

/** One for each route that programs call, by method and path. */
export const operations: Readonly<Record<string, Operation>> = {
  ...userOperations,
  ...feedOperations,
  ...webhookOperations,
  'POST /api/v1/keys': {
    id: 'createKey',
    tag: 'Keys',
    summary: 'Create a key',
    description:
      'The response is the only one that shows the key. A key cannot have more rights than its creator has at that moment, or outlive the key that created it. If the response is lost, retry with the same `Idempotency-Key`: you get the same key with a new secret, as long as the key is unused.',
    headers: ['Idempotency-Key'],
    body: {
      schema: 'KeyDraft',
      examples: {
        with_a_role: {
          name: 'Checkout',
          role: 'profile',
          description: 'The shop writes addresses with it',
        },
        with_scopes: { name: 'Reports', scopes: ['user:read'], expires_at: '2099-01-31T00:00:00Z' },
      },
    },
    responses: [
      {
        status: 201,
        description: 'The new key, with the key itself.',
        sometimes: ['Sunset'],
        data: ref('NewApiKey'),
        meta: NO_META,
        example: {
          message: 'Key created successfully',
          meta: {},
          data: { ...keyExample, last_used_at: null, key: EXAMPLE_KEY },
        },
      },
    ],
    errors: ['too_many_keys', 'idempotency_key_reused', 'key_already_used'],
  },
  'POST /api/v1/user/:user_id/keys': {
    id: 'createAppKey',
    tag: 'Keys',
    summary: 'Create a short-lived key',
    description: `Creates a key of the user that works for \`expires_in\` seconds, for an app: see [Mobile apps](/docs/mobile-apps). It has at most the rights and \`fields\` of the key of the request, not its \`allowed_ips\`, and is revoked with it. It does not count among the active keys of the user, who can have ${MAX_APP_KEYS} of these. It leaves the list when it expires. If the response is lost, retry with the same \`Idempotency-Key\`.`,
    headers: ['Idempotency-Key'],
    body: {
      schema: 'AppKeyDraft',
      examples: {
        to_read: { role: 'read_only', expires_in: 3600 },
        to_edit: { role: 'profile', expires_in: 900, fields: ['phone', 'address'] },
      },
    },
    responses: [
      {
        status: 201,
        description: 'The new key, with the key itself.',
        sometimes: ['Sunset'],
        data: ref('NewApiKey'),
        meta: NO_META,
        example: {
          message: 'Key created successfully',
          meta: {},
          data: {
            ...keyExample,
            name: 'Short-lived key',
            description: '',
            expires_at: '2026-11-23T18:05:31.25Z',
            last_used_at: null,
            short_lived: true,
            key: EXAMPLE_KEY,
          },
        },
      },
    ],
    errors: ['user_not_found', 'too_many_keys', 'idempotency_key_reused', 'key_already_used'],
  },
  'GET /api/v1/keys': {
    id: 'listKeys',
    tag: 'Keys',
    summary: 'List keys',
    description: 'Lists the keys of the caller, newest first, including expired and revoked keys.',
    query: [
      ...PAGE,
      {
        name: 'state',
        description: 'Only keys in this state.',
        schema: { type: 'string', enum: keyStates },
        example: 'active',
      },
    ],
    responses: [
      {
        status: 200,
        description: 'A page of keys.',
        sometimes: ['Sunset'],
        data: { type: 'array', items: ref('ApiKey'), maxItems: MAX_PAGE },
        meta: pageMeta(),
        example: {
          message: 'Data retrieved successfully',
          meta: { next_cursor: null },
          data: [keyExample],
        },
      },
    ],
  },
  'GET /api/v1/keys/self': {
    id: 'getOwnKey',
    tag: 'Keys',
    summary: 'Retrieve the current key',
    description: 'Retrieves the key of the request, what it may do now, and when it expires.',
    responses: [
      {
        status: 200,
        description: 'The key.',
        sometimes: ['Sunset'],
        data: ref('OwnApiKey'),
        meta: NO_META,
        example: {
          message: 'Data retrieved successfully',
          meta: {},
          data: {
            ...keyExample,
            scopes_now: keyRoles.profile,
            writable_fields: ['first_name', 'last_name'],
          },
        },
      },
    ],
  },
  'POST /api/v1/keys/report': {
    id: 'reportKey',
    tag: 'Keys',
    summary: 'Report a leaked key',
    description:
      'Revokes an active key. Requires no authentication, because anyone who has a key could misuse it. The response is always the same and does not reveal whether the value was a key.',
    body: { schema: 'Report', examples: { leaked: { key: EXAMPLE_KEY } } },
    responses: [
      {
        status: 200,
        description: 'If it was an active key, it has been revoked.',
        // Not of the type null, which OpenAPI 3.0 does not have.
        data: { type: ['object', 'null'], maxProperties: 0, description: 'Always null.' },
        meta: NO_META,
        example: {
          message: 'If this was an active key, it has been revoked',
          meta: {},
          data: null,
        },
      },
    ],
    errors: ['database_unavailable', 'database_busy', 'outcome_unknown'],
  },
  'GET /api/v1/keys/:key_id': {
    id: 'getKey',
    tag: 'Keys',
    summary: 'Retrieve a key',
    description:
      'Retrieves a key of the caller. Only the first characters of the key itself are shown.',
    responses: [
      {
        status: 200,
        description: 'The key.',
        sometimes: ['Sunset'],
        data: ref('ApiKey'),
        meta: NO_META,
        example: { message: 'Data retrieved successfully', meta: {}, data: keyExample },
      },
    ],
    errors: ['key_not_found'],
  },
  'PATCH /api/v1/keys/:key_id': {
    id: 'updateKey',
    tag: 'Keys',
    summary: 'Edit a key',
    description:
      'Changes the members that the body has, from the next request of the key on. The rights of a key can only become fewer: `scopes`, `allowed_ips` and `fields` must be part of what the key has. Other `scopes` leave the key without a `role`.',
    body: {
      schema: 'KeyUpdate',
      mediaTypes: MERGE_PATCH,
      examples: {
        rename: { name: 'Checkout, until March' },
        narrow: { scopes: ['user:read'], allowed_ips: ['192.0.2.0/28'] },
      },
    },
    responses: [
      {
        status: 200,
        description: 'The key.',
        sometimes: ['Sunset'],
        data: ref('ApiKey'),
        meta: NO_META,
        example: {
          message: 'Key updated successfully',
          meta: {},
          data: { ...keyExample, name: 'Checkout, until March' },
        },
      },
    ],
    errors: ['key_not_found', 'key_not_live'],
  },
  'DELETE /api/v1/keys/:key_id': {
    id: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke a key',
    description: 'Revokes a key from the next request on. Revoking it again is not an error.',
    responses: [
      {
        status: 200,
        description: 'The revoked key.',
        sometimes: ['Sunset'],
        data: ref('ApiKey'),
        meta: NO_META,
        example: {
          message: 'Key revoked successfully',
          meta: {},
          data: { ...keyExample, state: 'revoked', revoked_at: '2026-11-23T18:05:00Z' },
        },
      },
    ],
    errors: ['key_not_found'],
  },
  'POST /api/v1/keys/:key_id/rotate': {
    id: 'rotateKey',
    tag: 'Keys',
    summary: 'Rotate a key',
    description: `Creates a key with the same rights. Without \`grace\`, the old key works until the new one is first used, at most ${FIRST_USE_HOURS} hours. With \`grace\`, it works for that number of seconds; 0 expires it now. It never works beyond its own expiry. If the response is lost, retry with the old key and the same \`Idempotency-Key\`. You get the same new key with another secret, as long as the key is unused.`,
    ...rotation,
    errors: ['key_not_found', 'key_not_live', ...rotation.errors],
  },
  'POST /api/v1/keys/self/rotate': {
    id: 'rotateOwnKey',
    tag: 'Keys',
    summary: 'Rotate the current key',
    description:
      'Creates a key with the same rights as the key of the request, like Rotate a key. The new key cannot have more rights or expire later. Short-lived keys are not rotated.',
    ...rotation,
    errors: ['insufficient_scope', ...rotation.errors],
  },
  'POST /api/v1/token': {
    id: 'exchangeToken',
    tag: 'Keys',
    summary: 'Exchange an ID token',
    description: `Exchanges the ID token of an app, from the OpenID provider of this server, for a short-lived key of its user (RFC 8693): see [Mobile apps](/docs/mobile-apps#through-the-openid-provider). Requires no key. The person is found as on the Settings page. An ID token has one key: if the response is lost, send the same request again. The new key then replaces the first, which is refused from then on. The key does not count among the active keys of the user, who can have ${MAX_APP_KEYS} of these. It ends when the user is erased or their sign-in is removed.`,
    body: {
      schema: 'TokenRequest',
      mediaTypes: [FORM],
      examples: {
        to_edit: {
          grant_type: GRANT_TYPE,
          subject_token: EXAMPLE_ID_TOKEN,
          subject_token_type: ID_TOKEN,
        },
        to_read: {
          grant_type: GRANT_TYPE,
          subject_token: EXAMPLE_ID_TOKEN,
          subject_token_type: ID_TOKEN,
          scope: keyRoles.read_only.join(' '),
          nonce: 'n-0S6_WzA2Mj',
        },
      },
    },
    responses: [
      {
        status: 200,
        description: 'The key.',
        bare: ref('Token'),
        example: {
          access_token: EXAMPLE_KEY,
          issued_token_type: ACCESS_TOKEN,
          token_type: 'Bearer',
          expires_in: LIFETIME_SECONDS,
          scope: keyRoles.profile.join(' '),
          user_id: userExample.id,
        },
      },
    ],
    errors: [
      'invalid_token_request',
      'invalid_id_token',
      'unknown_identity',
      'owner_inactive',
      'token_exchange_disabled',
      'too_many_keys',
      'provider_unavailable',
      'database_unavailable',
      'database_busy',
      'outcome_unknown',
    ],
  },
  'POST /api/v1/feedback': {
    id: 'sendFeedback',
    tag: 'Service',
    summary: 'Submit page feedback',
    description:
      'Records whether a page of the documentation helped. Kept for a year, without data about the sender.',
    body: {
      schema: 'Feedback',
      examples: { yes: { page: '/docs/errors/edit_conflict', helpful: true } },
    },
    responses: [{ status: 204, description: 'The feedback was saved.' }],
    errors: ['database_unavailable', 'outcome_unknown'],
  },
  'GET /healthz': {
    id: 'getHealth',
    tag: 'Service',
    summary: 'Check the service',
    description: 'Reports that the Worker runs and is configured. It does not query the database.',
    responses: [
      {
        status: 200,
        description: 'The service is running.',
        bare: STATUS,
        example: { status: 'ok' },
      },
    ],
  },
  'GET /readyz': {
    id: 'getReadiness',
    tag: 'Service',
    summary: 'Check the service and its database',
    description:
      'Reports that the Worker can use its database. The result is at most a second old. Responds within a second.',
    responses: [
      {
        status: 200,
        description: 'The database can be used.',
        bare: STATUS,
        example: { status: 'ok' },
      },
    ],
    errors: ['database_unavailable'],
  },
};
