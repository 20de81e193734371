import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { conform } from '../../tools/conform/run.ts';
import { succeeded, table } from '../../tools/conform/table.ts';
import { useStack } from '../support/stack.ts';
import { type Passing, type Wrong, WrongServer } from './wrong-server.ts';

// Servers that do one thing wrong, each of which the right case must notice.

const stack = useStack();

/** Tries these topics on a server that does this wrong. */
async function judge(wrong: Wrong, ...only: string[]) {
  const role = only.includes('Keys') ? 'full_access' : 'profile';
  const id = await stack.user({ state: 'London' });
  const { key } = await stack.key(id, { role });
  const before = await stack.row(id);
  const server = new WrongServer(stack.origin, wrong);
  const url = await server.listen();
  const never = new AbortController().signal;
  const report = await conform({ url, key, user: id, only }, never, async () => {});
  await server.close();
  const failed = report.results
    .filter(({ state }) => state === 'failed')
    .map(({ topic, name }) => `${topic}: ${name}`);
  return { id, key, before, after: await stack.row(id), report, failed };
}

const strip = (name: string): Wrong => ({
  request: ({ headers }) => {
    delete headers[name];
  },
});
const header = (
  name: string,
  change: (value: string | undefined) => string | undefined,
): Wrong => ({
  answer: ({ headers }) => {
    const value = change(headers[name] as string | undefined);
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  },
});
const inBody = (change: (body: Record<string, unknown>) => void): Wrong => ({
  answer: (returning) => {
    if (!returning.body.startsWith('{')) return;
    const body = JSON.parse(Buffer.from(returning.body, 'latin1').toString());
    change(body);
    returning.body = Buffer.from(JSON.stringify(body)).toString('latin1');
  },
});
const ofUser = (change: (user: Record<string, unknown>) => void): Wrong =>
  inBody(({ data }) => data && change(data as Record<string, unknown>));
const sent = (from: string, to: string): Wrong => ({
  request: (passing) => {
    passing.body = passing.body.replace(from, to);
  },
});
const status = (from: number, to: number): Wrong => ({
  answer: (returning) => {
    if (returning.status === from) returning.status = to;
  },
});

const GET_IS_VERSIONED = 'Reading: GET returns the user, with their version as a strong ETag';
const NOT_MODIFIED =
  'Reading: If-None-Match of the current version returns 304, also as a weak ETag or a list';
const DESCRIBED_HEADERS = 'Every response: has the headers that the document describes';
const DESCRIBED_BODY = 'Every response: has the body that the document describes, and no more';

/** What is wrong, and the cases that must notice it, perhaps among others. */
const wrongs: [what: string, wrong: Wrong, noticed: string[]][] = [
  ['drops the ETag', header('etag', () => undefined), [GET_IS_VERSIONED, DESCRIBED_HEADERS]],
  [
    'weakens the ETag',
    header('etag', (tag) => tag && `W/${tag}`),
    [GET_IS_VERSIONED, DESCRIBED_HEADERS],
  ],
  [
    'ignores If-Match',
    strip('if-match'),
    [
      'Conditions: If-Match of an old version refuses it',
      'Conditions: If-Match with a weak or a foreign ETag never matches',
      'Conditions: a malformed If-Match is refused and named',
      'Conditions: of updates at once from one version one succeeds',
    ],
  ],
  ['ignores If-None-Match', strip('if-none-match'), [NOT_MODIFIED]],
  [
    'ignores Base-Version',
    strip('base-version'),
    [
      'Merging: an edit is merged with later changes of other fields',
      'Merging: an edit of a field that was changed since is refused, with what each wanted',
      'Merging: a Base-Version that is not there yet is refused',
    ],
  ],
  [
    'ignores Idempotency-Key',
    strip('idempotency-key'),
    [
      'Idempotency: a repeat gets the first response, says so, and has no effect',
      'Idempotency: another request under the same key is refused',
      'Idempotency: if two equal requests arrive at once, one takes effect and both get its response',
    ],
  ],
  [
    'ignores Prefer, and so writes what was only to be validated',
    strip('prefer'),
    [
      'Preferences: return=minimal returns 204 and the new version',
      'Preferences: validate-only responds like an update, and writes nothing',
    ],
  ],
  [
    'ignores Request-Timeout',
    strip('request-timeout'),
    ['Preferences: Request-Timeout is a whole number of seconds from 1 to 30'],
  ],
  [
    'does not take X-API-Key',
    strip('x-api-key'),
    ['Credentials: the key is taken from Authorization, from X-API-Key and from ?api_key='],
  ],
  [
    'makes up its own request ids',
    strip('x-request-id'),
    [
      'Routes and CORS: a request id of the caller is kept, one that is not safe to repeat is replaced',
      'Every response: has the id of the request, which is that of the caller if there is one',
    ],
  ],
  [
    'leaks what it is made of',
    header('x-powered-by', () => 'PHP/5.2'),
    ['Reading: *', 'Every response: has no header that the document does not know'],
  ],
  [
    'leaks a column',
    ofUser((user) => Object.assign(user, { password: 'x' })),
    ['Reading: *', DESCRIBED_BODY],
  ],
  ['lacks a field', ofUser((user) => delete user['phone']), ['Reading: *', DESCRIBED_BODY]],
  [
    'answers text for a flag',
    ofUser((user) => Object.assign(user, { is_trial: 'no' })),
    ['Reading: *', DESCRIBED_BODY],
  ],
  [
    'repeats the key',
    {
      answer: ({ headers }, passing) => {
        headers['x-request-id'] = String(passing.headers.authorization).slice(7);
      },
    },
    ['Reading: *', 'Every response: never repeats a key that was sent'],
  ],
  [
    'answers 400 for 422',
    status(422, 400),
    [
      'Reading: an id that is no UUID is refused',
      'Every response: if it is a problem, agrees with its own status and code',
    ],
  ],
  ['answers 200 for 304', status(304, 200), [NOT_MODIFIED]],
  [
    'answers a status of its own',
    status(403, 418),
    [
      'Reading: a key of one user gets the same 403 for every other user, existing or not',
      'Every response: has a status that the document knows',
    ],
  ],
  [
    'lets caches keep answers',
    header('cache-control', () => 'public'),
    ['Reading: *', DESCRIBED_HEADERS],
  ],
  ['tells no limit', header('ratelimit-policy', () => undefined), [DESCRIBED_HEADERS]],
  [
    'has no CORS',
    header('access-control-allow-origin', () => undefined),
    ['Routes and CORS: pages of any origin can read responses and refusals, with their headers'],
  ],
  [
    'does not allow If-Match in preflights',
    header('access-control-allow-headers', (value) => value?.replace('if-match,', '')),
    [
      'Routes and CORS: a preflight allows every method of the contract and any header to any origin',
    ],
  ],
  [
    'composes the characters of text',
    sent('e\u00cc\u0081', '\u00c3\u00a9'),
    ['Updating: text is kept to the byte'],
  ],
  [
    'loses microseconds',
    sent('.1234569', '.123'),
    ['Updating: date-times are kept to the microsecond and returned in UTC'],
  ],
  [
    'does not know PATCH',
    {
      instead: ({ method }) =>
        method === 'PATCH' ? { status: 405, headers: {}, body: '' } : undefined,
    },
    ['Updating: PATCH does the same, with both media types'],
  ],
  [
    'names no field in its errors',
    inBody((body) => {
      if (body['errors']) body['errors'] = [];
    }),
    ['Bodies: unknown_field of {"first_nam":"Ada"}'],
  ],
  [
    'forgets to end revoked keys',
    {
      instead: ({ method, url }) =>
        method === 'DELETE' && url.startsWith('/api/v1/keys/')
          ? {
              status: 200,
              headers: {},
              body: '{"message":"","meta":{},"data":{"state":"revoked"}}',
            }
          : undefined,
    },
    ['Keys: a revoked key ends with the next request; to revoke it again is no error'],
  ],
];

/** The topics in which something is to be noticed: it takes no others to find it. */
const topicsOf = (noticed: string[]) =>
  [...new Set(noticed.map((name) => name.split(': ')[0] ?? ''))].filter(
    (topic) => topic !== 'Every response',
  );

describe('a server is found out that', () => {
  test.each(wrongs)('%s', async (_, wrong, noticed) => {
    const { failed, report, before, after } = await judge(wrong, ...topicsOf(noticed));
    const cases = noticed.filter((name) => !name.endsWith('*'));
    expect(failed).toEqual(expect.arrayContaining(cases));
    expect(succeeded(report)).toBe(false);
    const { version: _v, updated_at: _u, ...row } = before;
    expect(after).toMatchObject(row);
  });
});

test("a server's own document counts, if it has one", async () => {
  const document = JSON.parse(await readFile('openapi.json', 'utf8'));
  document.components.schemas.User.required.push('shoe_size');
  const served = { status: 200, headers: {}, body: JSON.stringify(document) };
  const instead = ({ url }: Passing) => (url === '/openapi.json' ? served : undefined);
  const { failed, report } = await judge({ instead }, 'Reading');
  expect(report.whose).toBe('its own /openapi.json');
  expect(failed).toEqual(['Every response: has the body that the document describes, and no more']);
});

test('a server without a document is held against the one of this repository', async () => {
  const nothing = { status: 404, headers: {}, body: '' };
  const instead = ({ url }: Passing) => (url === '/openapi.json' ? nothing : undefined);
  const { failed, report } = await judge({ instead }, 'Reading');
  expect([report.whose, failed]).toEqual(['the openapi.json of this repository', []]);
});

test('a user who cannot be put back is told of, field by field', async () => {
  let updates = 0;
  const failure = { status: 500, headers: {}, body: '{"code":"internal_error"}' };
  const instead = ({ method }: Passing) =>
    method === 'PUT' && ++updates > 5 ? failure : undefined;
  const { report, id } = await judge({ instead }, 'Updating');
  expect(report.restored.left).toEqual(['state']);
  expect(table(report)).toContain(
    'THE USER COULD NOT BE RESTORED. Still different or unknown: state.',
  );
  expect(succeeded(report)).toBe(false);
  expect((await stack.row(id))['state']).not.toBe('London');
});
