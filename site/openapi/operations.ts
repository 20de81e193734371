import referenceRequest from '../../docs/reference/request.json' with { type: 'json' };
import referenceAnswer from '../../docs/reference/response.json' with { type: 'json' };
import { KEY_LENGTH, KEY_PREFIX } from '../../src/auth/api-key.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { DEFAULT_PAGE, FIRST_USE_HOURS, MAX_PAGE } from '../../src/keys/requests.ts';
import { keyRoles } from '../../src/permissions.ts';
import type { RequestHeader, ResponseHeader } from './headers.ts';
import type { Schema } from './schemas.ts';

/** A response without an error. */
export interface Success {
  status: number;
  description: string;
  /** Those that it always has, and those that it may have. */
  headers?: readonly ResponseHeader[];
  sometimes?: readonly ResponseHeader[];
  /** The schema of `data` in the envelope; absent: no envelope. */
  data?: Schema;
  meta?: Schema;
  /** A body without the envelope. */
  bare?: Schema;
  example?: unknown;
  /** What `message` of the envelope can be beside that of the example. */
  orMessages?: readonly string[];
}

/** What the document says of a route beside what its code says. */
export interface Operation {
  id: string;
  tag: 'Users' | 'Keys' | 'Service';
  summary: string;
  description: string;
  headers?: readonly RequestHeader[];
  query?: readonly { name: string; description: string; schema: Schema; example: unknown }[];
  body?: { schema: string; examples: Record<string, unknown>; mediaTypes?: readonly string[] };
  answers: readonly Success[];
  /** The errors of this operation beside those that follow from its route. */
  errors?: readonly ErrorCode[];
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const NO_META: Schema = { type: 'object', maxProperties: 0 };
const userExample = referenceAnswer.data;
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
  require_precondition: false,
  state: 'active',
};
/** Assembled, so that no scanner for leaked keys takes it for one. */
const EXAMPLE_KEY = KEY_PREFIX.padEnd(KEY_LENGTH, 'EXAMPLE');

const update = {
  tag: 'Users',
  headers: ['If-Match', 'Base-Version', 'Idempotency-Key', 'Prefer'],
  answers: [
    {
      status: 200,
      description: 'The user after the update.',
      headers: ['ETag'],
      sometimes: ['Preference-Applied', 'Idempotency-Replayed', 'Sunset'],
      data: ref('User'),
      meta: {
        type: 'object',
        properties: {
          merged_from: {
            type: 'integer',
            format: 'int32',
            minimum: 1,
            maximum: 2 ** 31 - 1,
            description: 'The Base-Version, if the update was merged with later changes.',
          },
          validate_only: { type: 'boolean', const: true, description: 'Nothing was written.' },
        },
      },
      example: referenceAnswer,
      orMessages: ['Data validated successfully'],
    },
    {
      status: 204,
      description: 'Updated, under `Prefer: return=minimal`.',
      headers: ['ETag', 'Preference-Applied'],
      sometimes: ['Idempotency-Replayed', 'Sunset'],
    },
  ],
  errors: [
    'user_not_found',
    'field_not_writable',
    'precondition_failed',
    'precondition_required',
    'edit_conflict',
    'email_taken',
    'reference_not_found',
    'idempotency_key_reused',
  ],
} as const satisfies Partial<Operation>;

/** Importers send the first, so it is one that any key for a profile may send. */
const examples = {
  some: { first_name: 'Ada', birthdate: '1815-12-10T00:00:00Z', phone: null },
  published: referenceRequest,
};

/** What both ways to rotate a key have in common. */
const rotation = {
  headers: ['Idempotency-Key'],
  body: { schema: 'Rotation', examples: { untilUsed: {}, anHour: { grace: 3600 } } },
  answers: [
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
  'GET /api/v1/user/:user_id': {
    id: 'getUser',
    tag: 'Users',
    summary: 'Retrieve a user',
    description:
      'The `ETag` of the response is the version of the user. You can send `data` back unchanged with PUT.',
    headers: ['If-None-Match', 'If-Match'],
    answers: [
      {
        status: 200,
        description: 'The user.',
        headers: ['ETag'],
        sometimes: ['Sunset'],
        data: ref('User'),
        meta: NO_META,
        example: { ...referenceAnswer, message: 'Data retrieved successfully' },
      },
      {
        status: 304,
        description: 'The user still has the version of `If-None-Match`.',
        headers: ['ETag'],
        sometimes: ['Sunset'],
      },
    ],
    errors: ['user_not_found', 'precondition_failed'],
  },
  'PUT /api/v1/user/:user_id': {
    ...update,
    id: 'updateUser',
    summary: 'Update a user',
    description:
      'Changes the fields in the body and leaves the others; `null` clears a field. A field that the key cannot change is refused only if its value would change, so you can send the whole document back with your changes. An update that changes nothing writes nothing and keeps the version.',
    body: { schema: 'UserUpdate', examples },
  },
  'PATCH /api/v1/user/:user_id': {
    ...update,
    id: 'patchUser',
    summary: 'Update a user (merge patch)',
    description: 'Same as PUT, for clients that send merge patches (RFC 7396).',
    body: {
      schema: 'UserUpdate',
      examples: { some: examples.some },
      mediaTypes: ['application/merge-patch+json', 'application/json'],
    },
  },
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
        role: {
          name: 'Checkout',
          role: 'profile',
          description: 'The shop writes addresses with it',
        },
        scopes: { name: 'Reports', scopes: ['user:read'], expires_at: '2099-01-31T00:00:00Z' },
      },
    },
    answers: [
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
  'GET /api/v1/keys': {
    id: 'listKeys',
    tag: 'Keys',
    summary: 'List keys',
    description: 'Lists the keys of the caller, newest first, including expired and revoked keys.',
    query: [
      {
        name: 'limit',
        description: 'The maximum number of keys per page.',
        schema: {
          type: 'integer',
          format: 'int32',
          minimum: 1,
          maximum: MAX_PAGE,
          default: DEFAULT_PAGE,
        },
        example: 20,
      },
      {
        name: 'cursor',
        description: 'The `next_cursor` of the previous page.',
        schema: { type: 'string', format: 'uuid', maxLength: 36 },
        example: keyExample.id,
      },
    ],
    answers: [
      {
        status: 200,
        description: 'A page of keys.',
        sometimes: ['Sunset'],
        data: { type: 'array', items: ref('ApiKey'), maxItems: MAX_PAGE },
        meta: {
          type: 'object',
          properties: {
            next_cursor: {
              type: ['string', 'null'],
              format: 'uuid',
              maxLength: 36,
              description: 'The cursor of the next page; null if there is none.',
            },
          },
          required: ['next_cursor'],
        },
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
    answers: [
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
    answers: [
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
    answers: [
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
  'DELETE /api/v1/keys/:key_id': {
    id: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke a key',
    description: 'Revokes a key from the next request on. Revoking it again is not an error.',
    answers: [
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
      'Same, for the key of the request. The new key cannot have more rights or expire later.',
    ...rotation,
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
    answers: [{ status: 204, description: 'The feedback was saved.' }],
    errors: ['database_unavailable', 'outcome_unknown'],
  },
  'GET /healthz': {
    id: 'getHealth',
    tag: 'Service',
    summary: 'Check the service',
    description: 'Reports that the Worker runs and is configured. It does not query the database.',
    answers: [
      {
        status: 200,
        description: 'The service is running.',
        bare: {
          type: 'object',
          properties: { status: { type: 'string', const: 'ok' } },
          required: ['status'],
        },
        example: { status: 'ok' },
      },
    ],
  },
};
