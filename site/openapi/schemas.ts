import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { type Column, getTableColumns, type Table } from 'drizzle-orm';
import type * as v from 'valibot';
import referenceResponse from '../../docs/reference/response.json' with { type: 'json' };
import { DISPLAY_LENGTH, KEY_LENGTH, keyPattern } from '../../src/auth/api-key.ts';
import { ID_TOKEN_MINUTES } from '../../src/auth/id-token.ts';
import { changeTypes } from '../../src/changes/statements.ts';
import { apiKeys, identities, keyEvents, sessions, users } from '../../src/db/schema.ts';
import { errorCatalogue, violationCodes } from '../../src/errors.ts';
import { feedbackMembers } from '../../src/feedback.ts';
import { MAX_BODY_BYTES } from '../../src/http/body.ts';
import { MAX_CURSOR_LENGTH } from '../../src/http/page.ts';
import { MAX_VIOLATIONS, type Members } from '../../src/http/validation.ts';
import { LINES, ONE_LINE } from '../../src/http/values.ts';
import { keyStates, shownMembers } from '../../src/keys/fields.ts';
import {
  appKeyMembers,
  draftMembers,
  editMembers,
  FIRST_USE_HOURS,
  MAX_RANGES,
  reportMembers,
  rotationMembers,
} from '../../src/keys/requests.ts';
import { ACCESS_TOKEN, LIFETIME_SECONDS, tokenMembers } from '../../src/keys/token-exchange.ts';
import { keyRoles, scopeOfGroup, scopes } from '../../src/permissions.ts';
import { itemMembers, MAX_ITEMS } from '../../src/users/batch.ts';
import { readOnlyFields, revertMembers, userFields, userMembers } from '../../src/users/fields.ts';
import { MAX_URL_LENGTH } from '../../src/webhooks/address.ts';
import { PAUSE_DAYS } from '../../src/webhooks/deliver.ts';
import {
  MAX_WEBHOOKS,
  replayMembers,
  secretRotationMembers,
  webhookChangeMembers,
  webhookMembers,
} from '../../src/webhooks/requests.ts';
import { meaningOf } from '../fields.ts';
import { scopeWords } from '../scopes.ts';
import { BASE_PATTERN, ONE_LINE_PATTERN, patternOf, TAGS_PATTERN } from './patterns.ts';

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses them. */
export type Schema = { [keyword: string]: unknown };

const UUID = { type: 'string', format: 'uuid', maxLength: 36 } as const;
const INSTANT = { type: 'string', format: 'date-time', maxLength: 64 } as const;
/** A cursor of a list. */
export const CURSOR = {
  maxLength: MAX_CURSOR_LENGTH,
  pattern: '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$',
};

/** An address or a range of them. */
const RANGE = { type: 'string', maxLength: 49, pattern: '^[0-9a-fA-F:.]+(/[0-9]{1,3})?$' } as const;

/** A JSON Pointer (RFC 6901). */
const POINTER = { pattern: '^(/([^~/]|~[01])*)*$' };
/** The first characters of a key. */
const DISPLAYED_KEY = { maxLength: DISPLAY_LENGTH, pattern: keyPattern(DISPLAY_LENGTH) };

/** Instead of a pattern: it would name the line breaks, which break the regular expressions in generated code. */
const LINES_IN_WORDS = 'May contain tabs and line breaks, but no other control characters.';

/** What the library cannot know of our own checks. */
const conversion: ConversionConfig = {
  target: 'draft-2020-12',
  errorMode: 'ignore',
  overrideAction: ({ valibotAction, jsonSchema }) => {
    if (valibotAction.type === 'max_code_points')
      return { ...jsonSchema, maxLength: (valibotAction as { requirement?: number }).requirement };
    if (valibotAction.type === 'regex') {
      const { requirement } = valibotAction as v.RegexAction<string, undefined>;
      const { pattern: _, ...rest } = jsonSchema;
      if (requirement === LINES) return { ...rest, description: LINES_IN_WORDS };
      return {
        ...rest,
        pattern: requirement === ONE_LINE ? ONE_LINE_PATTERN : patternOf(requirement),
      };
    }
    if (valibotAction.type === 'uuid') return { ...jsonSchema, ...UUID };
    if (valibotAction.type === 'integer')
      return { ...jsonSchema, type: 'integer', format: 'int32' };
    if (valibotAction.type === 'raw_transform') return { ...jsonSchema, ...INSTANT };
    return undefined;
  },
};

/** The schema of a value that a request may hold, from the one that checks it. */
function valueSchema(schema: v.GenericSchema<unknown>): Schema {
  const { $schema: _, ...converted } = toJsonSchema(schema, conversion) as Schema;
  return nullableAsType(converted);
}

/** `{type: [T, "null"]}` says the same as an anyOf with null, and reads better. */
function nullableAsType(schema: Schema): Schema {
  const [some, other, ...rest] = (schema['anyOf'] ?? []) as Schema[];
  if (!some || other?.['type'] !== 'null' || rest.length > 0) return schema;
  const { anyOf: _, ...outer } = schema;
  return { ...some, ...outer, type: [some['type'], 'null'] };
}

/** The schema of a body, from the table of its members. */
const bodySchema = (members: Members): Schema => {
  const required = Object.keys(members).filter((name) => members[name]?.type !== 'optional');
  return {
    type: 'object',
    properties: mapValues(members, valueSchema),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
};

const mapValues = <From, To>(
  of: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value, name)]));

/** The schema of a column's value as responses show it. */
function columnSchema(column: Column): Schema {
  const [, length] = /\((\d+)\)/.exec(column.getSQLType()) ?? [];
  const kinds: Record<string, Schema> = {
    uuid: UUID,
    boolean: { type: 'boolean' },
    integer: { type: 'integer', format: 'int32', minimum: 0, maximum: 2 ** 31 - 1 },
    'timestamp with time zone': INSTANT,
    'cidr[]': { type: 'array', items: RANGE, maxItems: MAX_RANGES },
    'text[]': {
      type: 'array',
      items: { $ref: '#/components/schemas/Scope' },
      maxItems: scopes.length,
    },
  };
  const schema = length
    ? { type: 'string', maxLength: Number(length) }
    : kinds[column.getSQLType()];
  if (!schema) throw new Error(`No schema for a column of the type ${column.getSQLType()}.`);
  return column.notNull ? schema : nullable(schema);
}

const nullable = (schema: Schema): Schema => ({ ...schema, type: [schema['type'], 'null'] });

const rowSchema = (
  columns: Readonly<Record<string, Column>>,
  more: Record<string, Schema> = {},
): Schema => {
  const properties = { ...mapValues(columns, columnSchema), ...more };
  return { type: 'object', properties, required: Object.keys(properties) };
};

/** The columns of a table that the API shows. */
const shownColumns = (table: Table, members: object): Record<string, Column> =>
  Object.fromEntries(Object.entries(getTableColumns(table)).filter(([name]) => name in members));

const fieldNames = Object.keys(userFields);

const GROUPS = {
  profile: `Requires \`${scopeOfGroup.profile}\`.`,
  account: `Requires \`${scopeOfGroup.account}\`, and that the owner of the key is a superuser.`,
  billing: `Requires \`${scopeOfGroup.billing}\`, and that the owner of the key is a superuser.`,
};

const isNullable = ({ type }: Schema): boolean => Array.isArray(type) && type.includes('null');

const userUpdate: Schema = {
  type: 'object',
  description:
    'The fields to change. An absent field stays as it is; `null` clears a field that can be cleared.',
  properties: {
    ...mapValues(userFields, ({ schema, group }, name) => {
      const value = valueSchema(schema);
      const sentences = [
        meaningOf(name),
        value['description'],
        !isNullable(value) && 'Cannot be cleared: `null` is refused.',
        GROUPS[group],
      ];
      return { ...value, description: sentences.filter(Boolean).join(' ') };
    }),
    id: {
      ...UUID,
      description: 'May be sent if it equals the id in the path.',
    },
    ...Object.fromEntries(
      readOnlyFields.map((name) => [
        name,
        { description: `${meaningOf(name)} Computed by the server: accepted and ignored.` },
      ]),
    ),
  },
  additionalProperties: false,
  // What importers send as it comes: nothing changes, while made-up values would overwrite a profile.
  default: {},
};

const userColumns = shownColumns(users, userMembers);

/** Not an enum: few tools understand one with null in it, and new roles may come. */
const roleSchema: Schema = {
  type: ['string', 'null'],
  maxLength: 50,
  description: `One of ${Object.keys(keyRoles)
    .map((role) => `\`${role}\``)
    .join(', ')}; null if the key was created with \`scopes\`.`,
};

/** What limits a key beside its scopes; null: nothing. */
const keyBounds: Record<string, Schema> = {
  allowed_ips: {
    type: ['array', 'null'],
    items: RANGE,
    minItems: 1,
    maxItems: MAX_RANGES,
    description:
      'The addresses that requests may come from: IPv4 and IPv6, single or as ranges in CIDR notation. `null`: any. Allow the addresses of both versions if the program has both.',
  },
  fields: {
    type: ['array', 'null'],
    items: { type: 'string', enum: fieldNames },
    minItems: 1,
    maxItems: fieldNames.length,
    description:
      'The fields that the key may write, of those that its scopes open. `null`: all of those. A key with `fields` erases nobody.',
  },
};
const apiKey = rowSchema(shownColumns(apiKeys, shownMembers), {
  role: roleSchema,
  state: { type: 'string', enum: keyStates },
  prefix: { type: 'string', ...DISPLAYED_KEY },
  ...keyBounds,
  last_used_country: {
    type: ['string', 'null'],
    maxLength: 2,
    description:
      'The country of the last use, as two letters (ISO 3166-1); `T1` is Tor. `null`: unknown.',
  },
  last_used_network: {
    type: ['string', 'null'],
    maxLength: 100,
    description: 'Whose network the last use came from, such as a provider. `null`: unknown.',
  },
  replaces: { ...nullable(UUID), description: 'The key that this one replaced in a rotation.' },
  replaced_by: { ...nullable(UUID), description: 'The key that replaced this one.' },
  until_first_use: {
    type: 'boolean',
    description: 'Whether the first use of `replaced_by` ends this key.',
  },
});
const draft = bodySchema(draftMembers);
const edit = bodySchema(editMembers);
const appKey = bodySchema(appKeyMembers);
const scopeList: Schema = {
  type: 'array',
  items: { $ref: '#/components/schemas/Scope' },
  maxItems: scopes.length,
};
const text = (maxLength: number, more: Schema = {}): Schema => ({
  type: 'string',
  maxLength,
  ...more,
});

const tokenForm = bodySchema(tokenMembers);
const tokenParameters = tokenForm['properties'] as Record<string, Schema>;
const tokenRequest: Schema = {
  ...tokenForm,
  additionalProperties: undefined,
  description:
    'A request of an app for a key (RFC 8693, section 2.1). Other parameters are ignored.',
  properties: {
    ...tokenParameters,
    subject_token: {
      ...tokenParameters['subject_token'],
      description: `The ID token: at most ${ID_TOKEN_MINUTES} minutes old.`,
    },
    scope: { ...tokenParameters['scope'], description: 'What the key may do.' },
    nonce: {
      ...tokenParameters['nonce'],
      description: 'The `nonce` that the app sent to the provider; then the ID token must have it.',
    },
  },
};

/** What a field of a user can hold. */
const anyValue: Schema = {
  anyOf: [{ type: ['string', 'null'], maxLength: 1000 }, { type: 'boolean' }],
};

const newUser: Schema = {
  ...userUpdate,
  description: 'A user to create.',
  properties: {
    ...(userUpdate['properties'] as Schema),
    id: {
      ...UUID,
      description: 'The id that the user has in another system. Leave it out to get a new one.',
    },
  },
  required: ['email'],
  default: undefined,
};

/** A count from 1. */
const VERSION = { type: 'integer', format: 'int32', minimum: 1, maximum: 2 ** 31 - 1 } as const;

const change: Schema = {
  type: 'object',
  description: 'An entry of the change log of a user.',
  properties: {
    version: { ...VERSION, description: 'The version that the change made.' },
    changed_at: INSTANT,
    changed_by: {
      type: ['string', 'null'],
      ...DISPLAYED_KEY,
      description: 'The first characters of the API key; null if the operator made the change.',
    },
    request_id: text(128, { description: 'The id of the request; `sql` if there was none.' }),
    reverts: {
      type: ['object', 'null'],
      properties: { version: VERSION, undo: VERSION },
      maxProperties: 1,
      description: 'What the change reverted, if it did.',
    },
    fields: {
      type: 'object',
      description: 'The fields that changed, each with its values before and after.',
      additionalProperties: {
        type: 'object',
        properties: { before: anyValue, after: anyValue },
        required: ['before', 'after'],
      },
      maxProperties: fieldNames.length,
    },
  },
  required: ['version', 'changed_at', 'changed_by', 'request_id', 'reverts', 'fields'],
};

/** The same in the feed, where the changes of all users are. */
const feedChange: Schema = {
  type: 'object',
  description: 'A change in the feed; webhooks send the same.',
  properties: {
    id: { ...UUID, description: 'The id of the change.' },
    type: { type: 'string', enum: changeTypes },
    timestamp: INSTANT,
    data: {
      ...change,
      properties: {
        user_id: { ...UUID, description: 'The id of the user.' },
        ...(change['properties'] as Schema),
      },
      required: ['user_id', ...(change['required'] as string[])],
    },
  },
  required: ['id', 'type', 'timestamp', 'data'],
};

const item = bodySchema(itemMembers);
const itemProperties = item['properties'] as Record<string, Schema>;

const batchItem: Schema = {
  ...item,
  description: 'An update of one user, as a PUT of its own would make it.',
  properties: {
    id: { ...UUID, description: 'The id of the user.' },
    fields: { $ref: '#/components/schemas/UserUpdate' },
    if_match: text(1000, { pattern: TAGS_PATTERN, description: 'As the header `If-Match`.' }),
    base_version: text(18, {
      pattern: BASE_PATTERN,
      description: 'As the header `Base-Version`.',
    }),
    idempotency_key: {
      ...itemProperties['idempotency_key'],
      description: 'As the header `Idempotency-Key`, but always without its quotation marks.',
    },
  },
};

/** What a response says of an item of a batch. */
const itemResult = {
  id: {
    type: ['string', 'null'],
    format: 'uuid',
    maxLength: 36,
    description: 'The id of the item; null if it is not a UUID.',
  },
  status: {
    type: 'integer',
    format: 'int32',
    minimum: 200,
    maximum: 599,
    description: 'The status that a PUT of its own would return.',
  },
  etag: text(18, {
    pattern: '^"[1-9][0-9]*"$',
    description: 'The version of the user, where a PUT would return an `ETag`.',
  }),
} satisfies Record<string, Schema>;

const namesSchema = (names: readonly string[], description: string): Schema => ({
  type: ['array', 'null'],
  items: { type: 'string', enum: names },
  minItems: 1,
  maxItems: names.length,
  description,
});

/** What can be set of a webhook. */
const webhookSettings: Record<string, Schema> = {
  url: text(MAX_URL_LENGTH, {
    format: 'uri',
    description:
      'An https URL without port, user name and IP address, of a host whose addresses are all public.',
  }),
  description: text(1000, { description: `For people. ${LINES_IN_WORDS}` }),
  types: namesSchema(changeTypes, 'The types of changes to send; null for all.'),
  fields: namesSchema(
    fieldNames,
    'Send only changes of at least one of these fields, and erasures; null for all.',
  ),
};

const settingsSchema = (members: Members): Schema => {
  const schema = bodySchema(members);
  return { ...schema, properties: { ...(schema['properties'] as Schema), ...webhookSettings } };
};

const EVENT = {
  id: { ...UUID, description: 'The id of the event, which is the `webhook-id`.' },
  type: text(20, { description: 'The type of the event.' }),
};

const webhook: Schema = {
  type: 'object',
  description: 'A webhook, without its secret.',
  properties: {
    id: UUID,
    ...webhookSettings,
    all_users: {
      type: 'boolean',
      description: 'Whether it gets the changes of all users, and not only those of its owner.',
    },
    state: { type: 'string', enum: ['active', 'paused'] },
    paused_reason: {
      type: ['string', 'null'],
      maxLength: 30,
      description: `Why it is paused. \`requested\`: by an update. \`gone\`: the URL returned 410. \`failing\`: nothing was delivered for ${PAUSE_DAYS} days. \`owner_inactive\`, \`owner_not_superuser\`: the owner may no longer receive these changes. \`cursor_expired\`: the feed no longer has all changes after the cursor.`,
    },
    blocked_by: {
      type: ['object', 'null'],
      description: 'The event that keeps failing; those after it wait.',
      properties: {
        ...EVENT,
        user_id: UUID,
        version: VERSION,
        since: { ...INSTANT, description: 'When it was first sent.' },
        attempts: VERSION,
      },
      required: ['id', 'type', 'user_id', 'version', 'since', 'attempts'],
    },
    cursor: {
      type: 'string',
      ...CURSOR,
      description: 'The place in the feed: all changes before it were sent or skipped.',
    },
    previous_secret_ends_at: {
      ...INSTANT,
      type: ['string', 'null'],
      description: 'Until when the secret before the last rotation signs too.',
    },
    created_at: INSTANT,
    updated_at: INSTANT,
  },
};
webhook['required'] = Object.keys(webhook['properties'] as Schema);

/** In an export, which is no place to look for the state of delivery. */
const { cursor: _, blocked_by: __, ...ownMembers } = webhook['properties'] as Schema;
const ownWebhook: Schema = {
  type: 'object',
  properties: ownMembers,
  required: Object.keys(ownMembers),
};

const replay = bodySchema(replayMembers);

const webhookAttempt: Schema = {
  type: 'object',
  description: 'An attempt to deliver an event.',
  properties: {
    ...EVENT,
    user_id: { ...UUID, type: ['string', 'null'] },
    version: { ...VERSION, type: ['integer', 'null'] },
    attempt: { ...VERSION, description: 'From 1, of this event.' },
    attempted_at: INSTANT,
    duration_ms: { ...VERSION, minimum: 0 },
    status: {
      type: ['integer', 'null'],
      format: 'int32',
      minimum: 100,
      maximum: 999,
      description: 'The status of the response; null if there was none.',
    },
    error: {
      type: ['string', 'null'],
      maxLength: 200,
      description: 'Why the attempt failed; null if the event was delivered.',
    },
    response: {
      type: ['string', 'null'],
      maxLength: 1024,
      description: 'The first 1,024 bytes of the response.',
    },
    skipped_at: {
      ...INSTANT,
      type: ['string', 'null'],
      description: 'When the event was skipped after this attempt, if it was.',
    },
  },
};
webhookAttempt['required'] = Object.keys(webhookAttempt['properties'] as Schema);

/** No limit; the rules for the document ask for one. */
const MANY = 2 ** 31 - 1;

/** Rows of a table in an export: all columns but some, and what follows from them. */
const rowsOf = (
  table: Table,
  hidden: readonly string[],
  more?: Record<string, Schema>,
): Schema => ({
  type: 'array',
  maxItems: MANY,
  items: rowSchema(
    Object.fromEntries(
      Object.entries(getTableColumns(table)).filter(([name]) => !hidden.includes(name)),
    ),
    more,
  ),
});

const exported: Schema = {
  type: 'object',
  description: 'Everything stored about a user, without secrets.',
  properties: {
    profile: { $ref: '#/components/schemas/User' },
    version: VERSION,
    created_at: INSTANT,
    updated_at: INSTANT,
    changes: { type: 'array', maxItems: MANY, items: { $ref: '#/components/schemas/Change' } },
    keys: rowsOf(apiKeys, ['hash', 'idempotency_key', 'fingerprint', 'id_token_hash'], {
      role: roleSchema,
      state: { type: 'string', enum: keyStates },
      prefix: { type: 'string', ...DISPLAYED_KEY },
      ...keyBounds,
    }),
    key_events: rowsOf(keyEvents, ['id', 'owner_id']),
    identities: rowsOf(identities, ['user_id']),
    sessions: rowsOf(sessions, ['id', 'user_id']),
    webhooks: { type: 'array', items: ownWebhook, maxItems: MAX_WEBHOOKS },
  },
  required: [
    'profile',
    'version',
    'created_at',
    'updated_at',
    'changes',
    'keys',
    'key_events',
    'identities',
    'sessions',
    'webhooks',
  ],
};

/** The members of every problem. */
const problemMembers: Record<string, Schema> = {
  type: {
    type: 'string',
    format: 'uri',
    maxLength: 2000,
    description: 'The page about the error.',
  },
  title: text(100),
  status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
  detail: { ...text(1000), description: 'What to do next, in one sentence.' },
  code: { type: 'string', enum: Object.keys(errorCatalogue) },
  errors: {
    type: 'array',
    maxItems: MAX_VIOLATIONS,
    items: { $ref: '#/components/schemas/Violation' },
  },
  conflicts: {
    type: 'array',
    maxItems: fieldNames.length,
    items: { $ref: '#/components/schemas/Conflict' },
  },
  outcome: {
    type: 'string',
    enum: ['not_applied', 'unknown'],
    description: 'With 500 and above: whether the request took effect.',
  },
};
const problemRequired = ['type', 'title', 'status', 'detail', 'code'];

/** Everything under `components.schemas`. */
export const schemas: Record<string, Schema> = {
  User: {
    ...rowSchema(
      userColumns,
      mapValues(userColumns, (column, name) => ({
        ...columnSchema(column),
        description: meaningOf(name),
      })),
    ),
    description: 'A user, as every response shows them.',
    examples: [referenceResponse.data],
  },
  UserUpdate: userUpdate,
  NewUser: newUser,
  BatchItem: batchItem,
  Batch: {
    type: 'array',
    description: 'Updates, which are carried out in this order.',
    items: { $ref: '#/components/schemas/BatchItem' },
    minItems: 1,
    maxItems: MAX_ITEMS,
  },
  BatchResult: {
    type: 'object',
    description: 'The result of an item. The item has failed if there is a `problem`.',
    properties: {
      ...itemResult,
      merged_from: {
        ...VERSION,
        description: '`base_version`, if the update was merged with later changes.',
      },
      replayed: {
        type: 'boolean',
        const: true,
        description:
          'This is the result of an earlier request with the same key; nothing was changed now.',
      },
      problem: { $ref: '#/components/schemas/ItemProblem' },
    },
    required: ['id', 'status'],
  },
  FailedItem: {
    type: 'object',
    description: 'An item of a batch that failed.',
    properties: {
      index: {
        type: 'integer',
        format: 'int32',
        minimum: 0,
        maximum: MAX_ITEMS - 1,
        description: 'The place of the item in the request, from 0.',
      },
      ...itemResult,
      problem: { $ref: '#/components/schemas/ItemProblem' },
    },
    required: ['index', 'id', 'status', 'problem'],
  },
  Change: change,
  FeedChange: feedChange,
  Revert: {
    ...bodySchema(revertMembers),
    description: 'What to revert to, or which change to undo.',
    oneOf: [{ required: ['version'] }, { required: ['undo'] }],
  },
  Export: exported,
  Webhook: webhook,
  WebhookWithSecret: {
    ...webhook,
    description: 'A webhook, with the secret that signs what it gets.',
    properties: {
      ...(webhook['properties'] as Schema),
      secret: text(60, { pattern: '^whsec_[A-Za-z0-9+/]+=$' }),
    },
    required: [...(webhook['required'] as string[]), 'secret'],
  },
  NewWebhook: { ...settingsSchema(webhookMembers), description: 'A webhook to create.' },
  WebhookUpdate: {
    ...settingsSchema(webhookChangeMembers),
    description: 'What to change of a webhook. `"state": "active"` resumes it.',
  },
  SecretRotation: {
    ...bodySchema(secretRotationMembers),
    description: 'For how many seconds the old secret signs too.',
  },
  Replay: {
    ...replay,
    description: 'Where a webhook goes on.',
    properties: { ...(replay['properties'] as Schema), after: { type: 'string', ...CURSOR } },
    oneOf: [{ required: ['after'] }, { required: ['since'] }, { required: ['skip'] }],
  },
  WebhookAttempt: webhookAttempt,
  Scope: { type: 'string', enum: scopes, description: list(scopeWords) },
  ApiKey: { ...apiKey, description: 'An API key, without the key itself.' },
  NewApiKey: {
    ...apiKey,
    description: 'A new API key, with the key itself, which no other response shows.',
    properties: {
      ...(apiKey['properties'] as Schema),
      key: text(KEY_LENGTH, { pattern: keyPattern() }),
    },
    required: [...(apiKey['required'] as string[]), 'key'],
  },
  OwnApiKey: {
    ...apiKey,
    description: 'The API key of the request, and what it may do now.',
    properties: {
      ...(apiKey['properties'] as Schema),
      scopes_now: scopeList,
      writable_fields: {
        type: 'array',
        items: { type: 'string', enum: fieldNames },
        maxItems: fieldNames.length,
      },
    },
    required: [...(apiKey['required'] as string[]), 'scopes_now', 'writable_fields'],
  },
  KeyDraft: {
    ...draft,
    properties: {
      ...(draft['properties'] as Schema),
      scopes: { ...scopeList, minItems: 1 },
      ...keyBounds,
    },
    description:
      'Either `role` or `scopes`, not both. `name` and `description` must not contain characters that are invisible or change the text direction, such as U+202E. Joiners and variation selectors are allowed in emoji and after non-Latin letters.',
    oneOf: [{ required: ['role'] }, { required: ['scopes'] }],
  },
  AppKeyDraft: {
    ...appKey,
    properties: { ...(appKey['properties'] as Schema), fields: keyBounds['fields'] },
    description: 'A short-lived key to create: its role, and for how many seconds it works.',
  },
  KeyUpdate: {
    ...edit,
    properties: {
      ...(edit['properties'] as Schema),
      scopes: { ...scopeList, minItems: 1 },
      ...keyBounds,
    },
    description: 'What to change of a key. What is absent stays as it is.',
  },
  Rotation: {
    ...bodySchema(rotationMembers),
    description: `Without \`grace\`, the old key works until the new one is first used, at most ${FIRST_USE_HOURS} hours. Without \`expires_at\`, the new key expires when the old one would have expired.`,
  },
  ReplacedKey: {
    type: 'object',
    description: 'What happens to the old key.',
    properties: {
      id: { type: 'string', format: 'uuid', maxLength: 36 },
      expires_at: { ...INSTANT, description: 'When it stops working, at the latest.' },
      until_first_use: {
        type: 'boolean',
        description:
          'Whether the first use of the new key ends it. A dry run does not count as use.',
      },
    },
    required: ['id', 'expires_at', 'until_first_use'],
  },
  Report: {
    ...bodySchema(reportMembers),
    // Anything may be reported; a text that is not a key gets the same response.
    properties: { key: text(MAX_BODY_BYTES) },
  },
  TokenRequest: tokenRequest,
  Token: {
    type: 'object',
    description: 'A short-lived key for an app (RFC 8693, section 2.2.1).',
    properties: {
      access_token: { ...text(KEY_LENGTH, { pattern: keyPattern() }), description: 'The key.' },
      issued_token_type: { type: 'string', const: ACCESS_TOKEN },
      token_type: { type: 'string', const: 'Bearer' },
      expires_in: {
        type: 'integer',
        format: 'int32',
        minimum: 1,
        maximum: LIFETIME_SECONDS,
        description: 'In seconds.',
      },
      scope: { type: 'string', enum: [keyRoles.profile.join(' '), keyRoles.read_only.join(' ')] },
      user_id: { ...UUID, description: 'The user whose key it is.' },
    },
    required: ['access_token', 'issued_token_type', 'token_type', 'expires_in', 'scope', 'user_id'],
  },
  Feedback: bodySchema(feedbackMembers),
  Problem: {
    type: 'object',
    description: 'RFC 9457. Branch on `code`, which never changes its meaning.',
    properties: {
      ...problemMembers,
      request_id: {
        ...text(128, { pattern: '^[A-Za-z0-9._-]+$' }),
        description: 'Include this id when you contact support.',
      },
      items: {
        type: 'array',
        maxItems: MAX_ITEMS,
        items: { $ref: '#/components/schemas/FailedItem' },
        description: 'With `batch_failed`: the items that failed.',
      },
    },
    required: [...problemRequired, 'request_id'],
  },
  ItemProblem: {
    type: 'object',
    description:
      'The problem that a PUT would return, without the id of the request, which all items share. `pointer` leads into `fields`, or, if the item itself is malformed, into the item.',
    properties: problemMembers,
    required: problemRequired,
  },
  Violation: {
    type: 'object',
    description:
      'What is wrong with one part of the request. Exactly one of `pointer`, `parameter` and `header` says where.',
    properties: {
      // The name of an unknown member can fill the body, and each character of it be written as two.
      pointer: {
        ...text(2 * MAX_BODY_BYTES, POINTER),
        description: 'A JSON Pointer (RFC 6901) into the body.',
      },
      parameter: { ...text(100), description: 'A parameter of the path or the query.' },
      header: text(100),
      code: { type: 'string', enum: [...violationCodes] },
      detail: text(1000),
    },
    required: ['code', 'detail'],
  },
  Conflict: {
    type: 'object',
    description: 'A field that someone else changed after the version that was edited.',
    properties: {
      pointer: text(100, POINTER),
      base: {
        ...anyValue,
        description: 'The value at the version of Base-Version.',
      },
      sent: anyValue,
      current: anyValue,
      changed_at: INSTANT,
      changed_by: {
        type: ['string', 'null'],
        ...DISPLAYED_KEY,
        description: 'The first characters of the API key that changed it last.',
      },
    },
    required: ['pointer', 'base', 'sent', 'current', 'changed_at', 'changed_by'],
  },
};

function list(explained: Readonly<Record<string, string>>): string {
  return Object.entries(explained)
    .map(([name, what]) => `- \`${name}\`: ${what}`)
    .join('\n');
}
