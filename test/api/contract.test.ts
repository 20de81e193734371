import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signInRoutes } from '../../src/auth/routes.ts';
import { errorCatalogue } from '../../src/errors.ts';
import { routes } from '../../src/routes.ts';
import { document, type Json, operations } from '../support/document.ts';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import {
  isKeyed,
  NOBODY,
  type Provoke,
  provocations,
  type World,
} from '../support/provocations.ts';
import { useStack } from '../support/stack.ts';

// Every documented response is provoked by a request. Stack compares each response with the document.

const variables = await signInVariables();
const stack = useStack({ ...variables, DB_TIMEOUT_MS: '5000', WEBHOOKS_LOOPBACK: 'on' });
const limited = useStack({}, { KEY_LIMIT: 1, ADDRESS_LIMIT: 1 });
const broken = useStack({ DATABASE_URL: '' });
const withoutProvider = useStack({ ...(await signInVariables()) });
const people = usePeople(stack, variables);
let signedIn: Pick<World, 'cookie' | 'endedCookie' | 'appUser' | 'idTokens'>;

beforeAll(async () => {
  const [here, gone] = [await people.signedIn(), await people.signedIn()];
  await stack.query('delete from sessions where user_id = $1', [gone.id]);
  const email = `stranger-${gone.email}`;
  signedIn = {
    cookie: here.cookie,
    endedCookie: gone.cookie,
    // Not the one whose session is needed: they are deactivated for a while.
    appUser: gone.id,
    idTokens: {
      known: await people.idToken({ id: `subject of ${gone.email}`, email: gone.email }),
      unknown: await people.idToken({ id: 'stranger', email }),
    },
  };
});
afterEach(() => stack.database.faults.splice(0));

async function pausedWebhook(key: string): Promise<string> {
  const { body } = await stack.call('POST', '/webhooks', key, { url: NOBODY });
  await stack.call('PATCH', `/webhooks/${body.data.id}`, key, { state: 'paused' });
  return body.data.id;
}

/** Makes what the requests of an operation are about. */
async function worldOf({ path }: { path: string }): Promise<World> {
  const id = await stack.user({ is_superuser: true });
  const [{ key }, other] = [await stack.key(id), await stack.key(id)];
  const webhookId = path.includes('webhook') ? await pausedWebhook(key) : '';
  const stacks = { stack, broken, limited, withoutProvider };
  return { ...stacks, id, key, otherKeyId: other.keyId, webhookId, ...signedIn };
}

/** Returns the error codes of a documented response, or its status if it is not an error. */
const codesOf = (status: string, response: Json): string[] =>
  Object.keys(response.content?.['application/problem+json']?.examples ?? { [status]: 0 });

/** Errors that are found before the database is needed. */
const AT_THE_EDGE = [
  'malformed_header',
  'malformed_json',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'validation_failed',
  'conflicting_credentials',
  'missing_api_key',
  'cross_origin_request',
  'invalid_token_request',
  'invalid_id_token',
  'token_exchange_disabled',
  'provider_unavailable',
];

const databaseRequestsOf = ({ headers }: { headers: Headers }) =>
  Number(/db_requests;desc="(\d)"/.exec(headers.get('server-timing') ?? '')?.[1]);

const provocationOf = (id: string, code: string): Provoke | undefined =>
  provocations[`${id} ${code}`] ?? provocations[code];

describe.each(operations)('$id', (at) => {
  const responses = Object.entries<Json>(at.operation.responses).flatMap(([status, response]) =>
    codesOf(status, response).map((code) => [status, code] as const),
  );

  test.each(responses)('returns %s %s', async (status, code) => {
    const provoke = provocationOf(at.id, code);
    if (!provoke) throw new Error(`test/support/provocations.ts has no request for ${code}.`);
    const response = await provoke(at, await worldOf(at));
    expect([response.status, response.body?.code ?? status]).toEqual([
      Number(status),
      code === status ? status : code,
    ]);
    if (AT_THE_EDGE.includes(code)) expect(databaseRequestsOf(response)).toBe(0);
    else if (isKeyed(at) && Number(status) < 400) expect(databaseRequestsOf(response)).toBe(1);
    if (isKeyed(at) && code === 'internal_error') expect(response.body.outcome).toBe('unknown');
  });
});

test('every route is documented, in openapi.json unless it serves only sign-in', () => {
  const namesOf = (list: readonly { method: string; path: string }[]) =>
    list.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort();
  expect(namesOf(operations)).toEqual(namesOf(routes));
  const published = operations.filter(({ path }) => path in document.paths);
  const others = operations.filter((operation) => !published.includes(operation));
  expect(namesOf(others)).toEqual(namesOf(signInRoutes));
});

test('every error of the catalogue is documented', () => {
  const documented = operations.flatMap(({ operation }) =>
    Object.entries<Json>(operation.responses).flatMap(([status, response]) =>
      codesOf(status, response),
    ),
  );
  const elsewhere = Object.keys(document['x-unlisted-responses']).length;
  expect(elsewhere).toBe(3);
  const missing = Object.keys(errorCatalogue).filter((code) => !documented.includes(code));
  expect(missing).toEqual(['route_not_found', 'method_not_allowed']);
});

test('unlisted paths and methods get the documented responses', async () => {
  const [{ path } = { path: '' }] = operations;
  expect((await stack.fetch('/nowhere')).body.code).toBe('route_not_found');
  expect((await stack.fetch(path, { method: 'PUT' })).body.code).toBe('method_not_allowed');
  expect((await stack.fetch(path, { method: 'OPTIONS' })).status).toBe(204);
});
