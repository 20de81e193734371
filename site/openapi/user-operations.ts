import referenceRequest from '../../docs/reference/request.json' with { type: 'json' };
import referenceResponse from '../../docs/reference/response.json' with { type: 'json' };
import { describeError } from '../../src/errors.ts';
import { MAX_ITEMS_BYTES, NDJSON } from '../../src/http/body.ts';
import { MAX_PAGE } from '../../src/http/page.ts';
import { allUsersScope } from '../../src/permissions.ts';
import { ITEMS_PER_REQUEST, MAX_ITEMS } from '../../src/users/batch.ts';
import { userNotFound } from '../../src/users/problems.ts';
import { EXPORTED_CHANGES } from '../../src/users/queries.ts';
import { REACHABLE_VERSIONS } from '../../src/users/statements.ts';
import { NO_META, type Operation, ORIGIN, PAGE, pageMeta, ref } from './operation.ts';
import { ONE_LINE_PATTERN } from './patterns.ts';
import type { Schema } from './schemas.ts';

const userExample = referenceResponse.data;
const ETAGS: Schema = {
  type: 'array',
  items: { type: 'string', maxLength: 18, pattern: '^"[1-9][0-9]*"$' },
  maxItems: MAX_PAGE,
  description: 'The ETags of the users, in the same order.',
};
/** The id of an example, which no user has. */
const ABSENT_ID = '5f0c8a52-6a5e-4a0c-9d57-0f4b1c0e7a11';
const COUNT: Schema = { type: 'integer', format: 'int32', minimum: 0, maximum: MAX_ITEMS };
const changeExample = {
  version: 3,
  changed_by: 'in-4fQ9xZ',
  request_id: 'checkout-4711',
  reverts: null,
  changed_at: '2026-11-23T17:05:31.25Z',
  fields: { phone: { before: null, after: '+44 20 7946 0000' } },
};

/** What `meta` says of a dry run. */
const validateOnly = {
  validate_only: { type: 'boolean', const: true, description: 'Nothing was written.' },
} as const;

/** The responses to retrieving a user, as they are or as they were. */
const retrieved = [
  {
    status: 200,
    description: 'The user.',
    headers: ['ETag'],
    sometimes: ['Sunset'],
    data: ref('User'),
    meta: NO_META,
    example: { ...referenceResponse, message: 'Data retrieved successfully' },
  },
  {
    status: 304,
    description: 'The client has this version, as `If-None-Match` says.',
    headers: ['ETag'],
    sometimes: ['Sunset'],
  },
] as const satisfies Operation['responses'];

const update = {
  tag: 'Users',
  headers: ['If-Match', 'If-None-Match', 'Base-Version', 'Idempotency-Key', 'Prefer'],
  responses: [
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
          ...validateOnly,
        },
      },
      example: referenceResponse,
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

/** Importers send the first, so it is one that any key for a profile may send; the other sets all fields. */
const examples = {
  a_few_fields: { first_name: 'Ada', birthdate: '1815-12-10T00:00:00Z', phone: null },
  all_fields: referenceRequest,
};

/** The operations on users, by method and path. */
export const userOperations: Readonly<Record<string, Operation>> = {
  'GET /api/v1/user': {
    id: 'listUsers',
    tag: 'Users',
    summary: 'List users',
    description:
      'Lists users by id, or finds them by e-mail address or Stripe customer. A walk through all pages sees every user who exists throughout exactly once, whatever is written meanwhile. With `updated_since`, users are ordered by their last change, oldest first; a user who changes during the walk appears again. Without the scope `' +
      allUsersScope +
      '`, the list has only the owner of the key, so an empty list does not mean that nobody has an address.',
    query: [
      ...PAGE,
      {
        name: 'email',
        description: 'Only the user with this e-mail address, in any case.',
        schema: { type: 'string', format: 'email', maxLength: 254 },
        example: userExample.email,
      },
      {
        name: 'stripe_customer_id',
        description: 'Only users with this Stripe customer id.',
        schema: { type: 'string', maxLength: 255, pattern: ONE_LINE_PATTERN },
        example: 'cus_NffrFeUfNV2Hib',
      },
      {
        name: 'updated_since',
        description:
          'Only users who were created or changed at this time or later: an RFC 3339 date-time. Go back five minutes before your last run, because a change becomes visible after its time.',
        schema: { type: 'string', format: 'date-time', maxLength: 64 },
        example: '2026-11-23T00:00:00Z',
      },
    ],
    responses: [
      {
        status: 200,
        description: 'A page of users.',
        sometimes: ['Sunset'],
        data: { type: 'array', items: ref('User'), maxItems: MAX_PAGE },
        meta: pageMeta({ etags: ETAGS }),
        example: {
          message: 'Data retrieved successfully',
          meta: { next_cursor: null, etags: ['"3"'] },
          data: [userExample],
        },
      },
    ],
  },
  'POST /api/v1/user': {
    id: 'createUser',
    tag: 'Users',
    summary: 'Create a user',
    description:
      'Requires `email`. The other fields have the same rules as in an update; fields that are absent are empty, false, or, for `is_active`, true. The account and billing fields also require their own scopes. Send `id` only to keep the id of another system.',
    headers: ['Idempotency-Key', 'Prefer'],
    body: {
      schema: 'NewUser',
      examples: {
        some: { email: 'ada@example.com', first_name: 'Ada', birthdate: '1815-12-10T00:00:00Z' },
      },
    },
    responses: [
      {
        status: 201,
        description: 'The new user.',
        headers: ['ETag', 'Location'],
        sometimes: ['Idempotency-Replayed', 'Sunset'],
        data: ref('User'),
        meta: NO_META,
        example: { ...referenceResponse, message: 'Data created successfully' },
      },
      {
        status: 204,
        description: 'Created, under `Prefer: return=minimal`.',
        headers: ['ETag', 'Location', 'Preference-Applied'],
        sometimes: ['Idempotency-Replayed', 'Sunset'],
      },
      {
        status: 200,
        description: 'The user as they would be created, under `Prefer: validate-only`.',
        headers: ['ETag', 'Preference-Applied'],
        sometimes: ['Idempotency-Replayed', 'Sunset'],
        data: ref('User'),
        meta: { type: 'object', properties: validateOnly, required: ['validate_only'] },
        example: {
          ...referenceResponse,
          message: 'Data validated successfully',
          meta: { validate_only: true },
        },
      },
    ],
    errors: [
      'field_not_writable',
      'email_taken',
      'user_exists',
      'user_erased',
      'reference_not_found',
      'idempotency_key_reused',
    ],
  },
  'PATCH /api/v1/user': {
    id: 'updateUsers',
    tag: 'Users',
    summary: 'Update many users',
    description: `Updates up to ${MAX_ITEMS} users in one request of at most ${MAX_ITEMS_BYTES / 1024 ** 2} MiB. The response has a result for each item, in the same order, with the status and the problem that a PUT of its own would return. An item that fails does not affect the others. The key is judged once, for all items. Under \`Prefer: atomic\`, if an item fails, the response is 409 \`batch_failed\` and nothing is changed. Send a JSON array, or \`${NDJSON}\` with one item per line: then the response has one result per line and no envelope. Every ${ITEMS_PER_REQUEST} items, or part of them, count as one request. For users other than the owner of the key, also requires \`${allUsersScope}\`.`,
    headers: ['Prefer'],
    body: {
      schema: 'Batch',
      line: 'BatchItem',
      examples: {
        one: [{ id: userExample.id, fields: { phone: '+44 20 7946 0000' } }],
        some: [
          { id: userExample.id, fields: { first_name: 'Ada' }, base_version: '"7"' },
          {
            id: ABSENT_ID,
            fields: { phone: null },
            idempotency_key: 'sync 2026-11-27 5f0c8a52',
          },
        ],
      },
    },
    responses: [
      {
        status: 200,
        description: 'A result for each item.',
        sometimes: ['Preference-Applied', 'Sunset'],
        data: { type: 'array', items: ref('BatchResult'), minItems: 1, maxItems: MAX_ITEMS },
        line: ref('BatchResult'),
        meta: {
          type: 'object',
          properties: {
            updated: { ...COUNT, description: 'How many items succeeded.' },
            failed: { ...COUNT, description: 'How many items have a `problem`.' },
            ...validateOnly,
          },
          required: ['updated', 'failed'],
        },
        example: {
          message: 'Batch processed',
          meta: { updated: 1, failed: 1 },
          data: [
            { id: userExample.id, status: 200, etag: '"8"' },
            { id: ABSENT_ID, status: 404, problem: describeError(userNotFound(), ORIGIN) },
          ],
        },
        orMessages: ['Batch validated'],
      },
    ],
    errors: ['batch_failed'],
  },
  'GET /api/v1/user/:user_id': {
    id: 'getUser',
    tag: 'Users',
    summary: 'Retrieve a user',
    description:
      'The `ETag` of the response is the version of the user. You can send `data` back unchanged with PUT.',
    headers: ['If-None-Match', 'If-Match'],
    responses: retrieved,
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
      examples: { a_few_fields: examples.a_few_fields },
      mediaTypes: ['application/merge-patch+json', 'application/json'],
    },
  },
  'DELETE /api/v1/user/:user_id': {
    id: 'eraseUser',
    tag: 'Users',
    summary: 'Erase a user',
    description:
      'Erases the user and everything stored about them, as the GDPR grants every person: profile, change log, keys, sessions, identities and webhooks. Their keys stop working with the next request. The id cannot be used again; it is kept with the request id, so put nothing personal into `X-Request-Id` and `Idempotency-Key`. `Base-Version` means the same as `If-Match` here.',
    headers: ['If-Match', 'Base-Version', 'Idempotency-Key', 'Prefer'],
    responses: [
      {
        status: 204,
        description: 'Erased; under `Prefer: validate-only`, the user could be erased.',
        sometimes: ['Preference-Applied', 'Idempotency-Replayed', 'Sunset'],
      },
    ],
    errors: [
      'user_not_found',
      'precondition_failed',
      'precondition_required',
      'last_superuser',
      'idempotency_key_reused',
    ],
  },
  'GET /api/v1/user/:user_id/changes': {
    id: 'listChanges',
    tag: 'History',
    summary: 'List the changes of a user',
    description:
      'Lists the change log of a user, newest first: who changed which field from which value to which. The first entry of the log is the creation.',
    query: PAGE,
    responses: [
      {
        status: 200,
        description: 'A page of changes.',
        sometimes: ['Sunset'],
        data: { type: 'array', items: ref('Change'), maxItems: MAX_PAGE },
        meta: pageMeta(),
        example: {
          message: 'Data retrieved successfully',
          meta: { next_cursor: null },
          data: [changeExample],
        },
      },
    ],
    errors: ['user_not_found'],
  },
  'GET /api/v1/user/:user_id/versions/:version': {
    id: 'getVersion',
    tag: 'History',
    summary: 'Retrieve a version of a user',
    description: `Retrieves the user as of a version, at most ${REACHABLE_VERSIONS} versions back. Counts, which the server computes, are those of now.`,
    headers: ['If-None-Match', 'If-Match'],
    responses: retrieved,
    errors: ['user_not_found', 'version_not_found', 'precondition_failed'],
  },
  'POST /api/v1/user/:user_id/revert': {
    ...update,
    id: 'revertUser',
    tag: 'History',
    summary: 'Revert a user',
    description:
      '`{"version": 5}` restores the user as of version 5, whatever was changed since, at most ' +
      REACHABLE_VERSIONS +
      ' versions back. `{"undo": 7}` takes back change 7 only; if a later change touched the same field, the response is 409 `edit_conflict`, whatever `Base-Version` says. Either is an update, with a new version, and requires the scopes of the fields that it changes.',
    body: { schema: 'Revert', examples: { version: { version: 1 }, undo: { undo: 7 } } },
    errors: [...update.errors, 'version_not_found'],
  },
  'GET /api/v1/user/:user_id/export': {
    id: 'exportUser',
    tag: 'History',
    summary: 'Export a user',
    description: `Retrieves everything stored about a user as one document: profile, change log, keys, key events, identities, sessions and webhooks. It contains no secrets. It has at most the latest ${EXPORTED_CHANGES} changes; the list of changes has all.`,
    responses: [
      {
        status: 200,
        description: 'Everything stored about the user.',
        sometimes: ['Sunset'],
        data: ref('Export'),
        meta: NO_META,
        example: {
          message: 'Data retrieved successfully',
          meta: {},
          data: {
            profile: userExample,
            version: 3,
            created_at: '2026-11-20T09:12:04Z',
            updated_at: '2026-11-23T17:05:31.25Z',
            changes: [changeExample],
            keys: [],
            key_events: [],
            identities: [],
            sessions: [],
            webhooks: [],
          },
        },
      },
    ],
    errors: ['user_not_found'],
  },
};
