import packageFile from '../../package.json' with { type: 'json' };
import { KEY_PREFIX } from '../../src/auth/api-key.ts';
import { signInRoutes } from '../../src/auth/routes.ts';
import { type ErrorCode, errorCatalogue, problem } from '../../src/errors.ts';
import { FORM, NDJSON } from '../../src/http/body.ts';
import { allUsersScope, manageUsersScope } from '../../src/permissions.ts';
import type { Route } from '../../src/route.ts';
import { routes } from '../../src/routes.ts';
import { errorExamples } from '../error-examples.ts';
import { commonHeaders, type RequestHeader, requestHeaders, responseHeaders } from './headers.ts';
import { type Operation, ORIGIN, ref } from './operation.ts';
import { operations, pathParameters } from './operations.ts';
import {
  limited,
  mapEntries,
  problemsOf,
  responseOf,
  unlistedErrors,
  unlistedResponses,
} from './responses.ts';
import { type Schema, schemas } from './schemas.ts';
import { COMMON_HEADERS, OPTIONAL_HEADERS } from './shared-headers.ts';

/** What the API is, in one sentence. */
export const SUMMARY =
  'The public profile API: create, find and update users, and follow their history.';

const REQUEST_ID = '0e6a7c52-9d0f-4c3a-b7a1-6f1f5a3f0c11';

const HEADERS_OF_ALL = ['Request-Timeout', 'X-Request-Id'] as const satisfies RequestHeader[];

/** Limits of requests as `quota/window in seconds`, from the configuration of the Worker. */
export interface Limits {
  key: string;
  address: string;
}

/** The routes of the document: all but those on which a browser signs in. */
const documented = routes.filter((route) => !signInRoutes.some((other) => other === route));

/** The OpenAPI 3.1 document of the routes that programs call. */
export async function openApi(limits: Limits): Promise<Schema> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of documented) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route, limits);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'edge-profile',
      version: packageFile.version,
      description: `${SUMMARY} Guides: [the documentation](/docs).\n\nEvery operation accepts the headers ${HEADERS_OF_ALL.map((name) => `\`${name}\``).join(' and ')}; \`${OPTIONAL_HEADERS}\` describes them and those that some operations name there. They are not listed as parameters, because most importers send every parameter.\n\nEvery response has the headers that \`${COMMON_HEADERS}\` describes.\n\nLimits: ${inWords(limits.key)} with one key; ${inWords(limits.address)} from one address with invalid keys. Beyond a limit the response is 429 with \`Retry-After\`.`,
      license: { name: 'MIT', identifier: 'MIT' },
      contact: { name: 'The operator of this deployment' },
    },
    servers: [
      {
        url: '/',
        description: 'The server of this document, in production and on a local machine.',
        'x-internal': false,
      },
    ],
    tags: [
      { name: 'Users', description: 'Create, find, update and erase users.' },
      { name: 'History', description: 'See, revert and export what is stored about a user.' },
      { name: 'Feed', description: 'Follow the changes of all users.' },
      { name: 'Webhooks', description: 'Have the changes of users sent to a URL.' },
      { name: 'Keys', description: 'Create, retrieve, rotate and revoke API keys.' },
      { name: 'Service', description: 'Status and feedback.' },
    ],
    security: KEY,
    paths,
    'x-unlisted-responses': unlistedResponses(),
    components: {
      schemas,
      securitySchemes,
      examples: await problemExamples(),
      headers: responseHeaders,
    },
    [COMMON_HEADERS]: commonHeaders,
    [OPTIONAL_HEADERS]: mapEntries(requestHeaders, ([name, header]) => [
      name,
      { name, in: 'header', ...header },
    ]),
  };
}

/** The first is what importers use: not the query, from which a key gets into logs. */
const KEY = [{ key_in_header: [] }, { bearer: [] }, { key_in_query: [] }];

const securitySchemes = {
  key_in_query: {
    type: 'apiKey',
    in: 'query',
    name: 'api_key',
    description:
      'Your API key in the URL. Prefer a header, which keeps the key out of URLs and access logs.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: `${KEY_PREFIX}…`,
    description: 'Your API key as a Bearer token (RFC 6750).',
  },
  key_in_header: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: `Your API key. It starts with \`${KEY_PREFIX}\`; create one on the Settings page.`,
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-session',
    description: 'The session of the Settings page.',
  },
};

function operationOf(route: Route, limits: Limits): Schema {
  const known = operations[`${route.method} ${route.path}`];
  if (!known)
    throw new Error(`site/openapi/operations.ts does not know ${route.method} ${route.path}.`);
  const { id, tag, summary, description, body, headers = [] } = known;
  const responses = {
    ...mapEntries(known.responses, ([, response]) => [response.status, responseOf(response)]),
    ...problemsOf(errorsOf(route, known), route.scopes !== null),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, headersInWords(headers), scopesOf(route), limitOf(route, limits)]
      .filter(Boolean)
      .join('\n\n'),
    security: securityOf(route),
    parameters: parametersOf(route, known),
    [OPTIONAL_HEADERS]: [...headers, ...HEADERS_OF_ALL],
    ...(body && { requestBody: bodyOf(body) }),
    responses: route.scopes !== null || route.limited ? limited(responses) : responses,
  };
}

const securityOf = (route: Route): object[] =>
  route.scopes === null ? [] : route.session ? [...KEY, { session: [] }] : KEY;

function scopesOf({ scopes, path }: Route): string {
  if (scopes === null) return '';
  if (scopes.length === 0) return 'Requires an active key; no scope.';
  const names = scopes.map((scope) => `\`${scope}\``).join(', ');
  const required = `Requires ${scopes.length > 1 ? 'one of the scopes' : 'the scope'} ${names}`;
  return path.includes(':user_id') && !scopes.includes(manageUsersScope)
    ? `${required}. For a user other than the owner of the key, also requires \`${allUsersScope}\`.`
    : `${required}.`;
}

const limitOf = (route: Route, { key, address }: Limits): string =>
  route.scopes !== null
    ? `Limit: ${inWords(key)} per key.`
    : route.limited
      ? `Limit: ${inWords(address)} per address.`
      : '';

const headersInWords = (headers: readonly RequestHeader[]): string =>
  headers.length > 0
    ? `Optional headers: ${headers.map((name) => `\`${name}\``).join(', ')}. See [Updating safely](/docs/updating-safely).`
    : '';

const inWords = (limit: string): string => {
  const [quota, window] = limit.split('/');
  return `${quota} requests in ${window} seconds`;
};

function parametersOf(route: Route, { query = [] }: Operation): Schema[] {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid', maxLength: 36 },
    ...pathParameters[name],
  }));
  return [...inPath, ...query.map((parameter) => ({ ...parameter, in: 'query' }))];
}

const bodyOf = ({
  schema,
  examples,
  mediaTypes = ['application/json'],
  line,
}: NonNullable<Operation['body']>): Schema => ({
  required: true,
  content: {
    ...mapEntries(mediaTypes, ([, type]) => [
      type,
      {
        schema: ref(schema),
        examples: mapEntries(examples, ([name, value]) => [name, { value }]),
      },
    ]),
    ...(line && { [NDJSON]: { schema: ref(line) } }),
  },
});

/** The errors that follow from what a route is. */
function errorsOf(route: Route, { body, query, onlyReads, errors = [] }: Operation): ErrorCode[] {
  const safe = route.method === 'GET';
  const always: ErrorCode[] = ['malformed_header', 'internal_error'];
  const ofBody: ErrorCode[] = ['request_timeout', 'body_too_large', 'unsupported_media_type'];
  const ofJson: ErrorCode[] = ['malformed_json', 'validation_failed'];
  const ofKey: ErrorCode[] = [
    'conflicting_credentials',
    'missing_api_key',
    'invalid_api_key',
    'expired_api_key',
    'revoked_api_key',
    'address_not_allowed',
    'owner_inactive',
    'rate_limited',
    'database_unavailable',
  ];
  const keyed = route.scopes !== null;
  return [
    ...new Set([
      ...always,
      ...(body ? ofBody : []),
      ...(body && !body.mediaTypes?.includes(FORM) ? ofJson : []),
      ...(query || route.path.includes(':') ? (['validation_failed'] as const) : []),
      ...(keyed ? ofKey : []),
      ...(route.scopes?.length ? (['insufficient_scope'] as const) : []),
      ...(keyed && !safe && !onlyReads ? (['database_busy', 'outcome_unknown'] as const) : []),
      ...(keyed && route.session ? (['not_signed_in'] as const) : []),
      ...(keyed && route.session && !safe ? (['cross_origin_request'] as const) : []),
      ...(!keyed && route.limited ? (['rate_limited'] as const) : []),
      ...errors,
    ]),
  ];
}

/** The problem of each listed error, as the Worker itself would write it. */
async function problemExamples(): Promise<Schema> {
  const examples: Schema = {};
  for (const code of Object.keys(errorCatalogue) as ErrorCode[])
    if (!unlistedErrors.includes(code))
      examples[code] = {
        summary: errorCatalogue[code].title,
        value: await problem(errorExamples[code], REQUEST_ID, ORIGIN).json(),
      };
  return examples;
}
