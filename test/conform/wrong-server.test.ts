import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { conform } from '../../tools/conform/run.ts';
import { succeeded, table } from '../../tools/conform/table.ts';
import { useStack } from '../support/stack.ts';
import { type Passing, type Wrong, WrongServer } from './wrong-server.ts';

// Each server does one thing wrong, and the cases for it must fail.

const stack = useStack();

/** Runs these topics against a server that does one thing wrong. */
async function judge(wrong: Wrong, ...only: string[]) {
  const managing = ['Creating', 'Listing', 'Erasing'].some((topic) => only.includes(topic));
  const role =
    managing || ['Keys', 'Webhooks'].some((topic) => only.includes(topic))
      ? 'full_access'
      : 'profile';
  const id = await stack.user({ state: 'London', is_superuser: managing });
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

/** Returns the ids of the users who were created and not erased. */
const createdUsers = async () =>
  (await stack.query("select id from users where email ilike 'conform-%'")).map(({ id }) => id);

const strip = (name: string): Wrong => ({
  request: ({ headers }) => {
    delete headers[name];
  },
});
const header = (
  name: string,
  change: (value: string | undefined) => string | undefined,
): Wrong => ({
  response: ({ headers }) => {
    const value = change(headers[name] as string | undefined);
    if (value === undefined) delete headers[name];
    else headers[name] = value;
  },
});
const inBody = (change: (body: Record<string, unknown>) => void): Wrong => ({
  response: (returning) => {
    // A response to HEAD has no body.
    if (!/[/+]json/.test(`${returning.headers['content-type']}`) || returning.body === '') return;
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
const ofEach = (change: (entry: Record<string, unknown>) => void): Wrong =>
  inBody(({ data }) => Array.isArray(data) && data.forEach(change));
const ofMeta = (change: (meta: object) => void): Wrong =>
  inBody(({ meta }) => meta && change(meta));
const ofFeed = (change: (page: { data: unknown[] }) => void): Wrong => ({
  response: (returning, { url }) => {
    if (url.startsWith('/api/v1/changes') && returning.status === 200)
      inBody((body) => change(body as never)).response?.(returning, { url } as never);
  },
});
const requestUrl = (from: RegExp, to: string): Wrong => ({
  request: (passing) => {
    passing.url = passing.url.replace(from, to);
  },
});
const status = (from: number, to: number): Wrong => ({
  response: (returning) => {
    if (returning.status === from) returning.status = to;
  },
});

const GET_IS_VERSIONED = 'Reading: GET returns the user, with the version as a strong ETag';
const NOT_MODIFIED =
  'Reading: If-None-Match with the current version returns 304, also as a weak ETag or in a list';
const DESCRIBED_HEADERS = 'Every response: has the documented headers';
const DESCRIBED_BODY = 'Every response: has the documented body, and nothing else';

/** What is wrong, and the cases that must fail. Others may fail, too. */
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
      'Conditions: If-Match with an old version refuses an update',
      'Conditions: If-Match with a weak or unknown ETag never matches',
      'Conditions: a malformed If-Match is refused, and the error names it',
      'Conditions: only one of simultaneous updates from one version succeeds',
    ],
  ],
  [
    'accepts any URL of a webhook',
    status(422, 201),
    ['Webhooks: a URL that leads into a private network is refused'],
  ],
  ['ignores If-None-Match', strip('if-none-match'), [NOT_MODIFIED]],
  [
    'ignores Base-Version',
    strip('base-version'),
    [
      'Merging: an edit is merged with later changes of other fields',
      'Merging: an edit of a field that has changed since is refused with both values',
      'Merging: a Base-Version in the future is refused',
    ],
  ],
  [
    'ignores Idempotency-Key',
    strip('idempotency-key'),
    [
      'Idempotency: a repeat returns the first response, marks it as replayed and has no effect',
      'Idempotency: another request under the same key is refused',
      'Idempotency: two identical requests at once take effect once, and both receive the same response',
    ],
  ],
  [
    'ignores Prefer and writes what should only be validated',
    strip('prefer'),
    [
      'Preferences: return=minimal returns 204 with the new version',
      'Preferences: validate-only returns the result and writes nothing',
    ],
  ],
  [
    'makes batches without regard to Prefer',
    strip('prefer'),
    [
      'Batches: atomic changes nothing if an item fails, and lists the items that failed',
      'Batches: validate-only reports the results and writes nothing',
    ],
  ],
  [
    'gives keys to apps without an ID token',
    {
      instead: ({ url }) =>
        url === '/api/v1/token' ? { status: 200, headers: {}, body: '{}' } : undefined,
    },
    ['Keys: an app without an ID token gets no key, and OAuth clients can read why'],
  ],
  [
    'reports the results of a batch in another order',
    inBody(({ data }) => Array.isArray(data) && data.reverse()),
    [
      'Batches: the items are applied in order, and each has a result with the new version',
      'Batches: an item that fails has the problem of a PUT, and does not affect the others',
    ],
  ],
  [
    'ignores the conditions of items',
    {
      request: (passing) => {
        passing.body = passing.body.replace(/,"(if_match|base_version)":"[^}]*?"(?=[,}])/g, '');
      },
    },
    ['Batches: an item that fails has the problem of a PUT, and does not affect the others'],
  ],
  [
    'ignores the idempotency_key of items',
    {
      request: (passing) => {
        passing.body = passing.body.replace(/,"idempotency_key":"[^"]*"/g, '');
      },
    },
    ['Batches: an item with the same idempotency_key takes effect once, also as a PUT'],
  ],
  [
    'puts all lines into one',
    {
      response: (returning) => {
        if (returning.headers['content-type'] === 'application/x-ndjson')
          returning.body = returning.body.replace('}\n{', '} {');
      },
    },
    ['Batches: lines get lines, without an envelope'],
  ],
  [
    'ignores Request-Timeout',
    strip('request-timeout'),
    ['Preferences: Request-Timeout is a whole number of seconds from 1 to 30'],
  ],
  [
    'ignores X-API-Key',
    strip('x-api-key'),
    ['Credentials: the key is taken from Authorization, from X-API-Key and from ?api_key='],
  ],
  [
    'replaces the request id of the caller',
    strip('x-request-id'),
    [
      'Routes and CORS: a request id of the caller is kept, and an unsafe one is replaced',
      'Every response: has a request id, and the one that the caller sent, if there is one',
    ],
  ],
  [
    'leaks its implementation in a header',
    header('x-powered-by', () => 'PHP/5.2'),
    ['Reading: *', 'Every response: has no undocumented header'],
  ],
  [
    'leaks a column',
    ofUser((user) => Object.assign(user, { password: 'x' })),
    ['Reading: *', DESCRIBED_BODY],
  ],
  ['lacks a field', ofUser((user) => delete user['phone']), ['Reading: *', DESCRIBED_BODY]],
  [
    'returns text for a flag',
    ofUser((user) => Object.assign(user, { is_trial: 'no' })),
    ['Reading: *', DESCRIBED_BODY],
  ],
  [
    'repeats the key',
    {
      response: ({ headers }, passing) => {
        headers['x-request-id'] = String(passing.headers.authorization).slice(7);
      },
    },
    ['Reading: *', 'Every response: never contains the key of the request'],
  ],
  [
    'returns 400 for 422',
    status(422, 400),
    [
      'Reading: a malformed user id is refused',
      'Every response: has matching status, code and type if it is a problem',
    ],
  ],
  ['returns 200 for 304', status(304, 200), [NOT_MODIFIED]],
  [
    'returns an undocumented status',
    status(403, 418),
    [
      'Reading: a key of one user receives the same 403 for any other user, existing or not',
      'Every response: has a documented status',
    ],
  ],
  [
    'lets caches store responses',
    header('cache-control', () => 'public'),
    ['Reading: *', DESCRIBED_HEADERS],
  ],
  [
    'omits the RateLimit-Policy header',
    header('ratelimit-policy', () => undefined),
    [DESCRIBED_HEADERS],
  ],
  [
    'has no CORS',
    header('access-control-allow-origin', () => undefined),
    ['Routes and CORS: pages of any origin can read responses and errors, with their headers'],
  ],
  [
    'does not allow If-Match in preflights',
    header('access-control-allow-headers', (value) => value?.replace('if-match,', '')),
    ['Routes and CORS: a preflight allows any origin, every method of the contract and any header'],
  ],
  [
    'normalizes the Unicode of text',
    sent('e\u00cc\u0081', '\u00c3\u00a9'),
    ['Updating: text is stored byte for byte'],
  ],
  [
    'loses microseconds',
    sent('.1234569', '.123'),
    ['Updating: date-times are kept to the microsecond and returned in UTC'],
  ],
  [
    'does not support PATCH',
    {
      instead: ({ method }) =>
        method === 'PATCH' ? { status: 405, headers: {}, body: '' } : undefined,
    },
    ['Updating: PATCH updates like PUT, with both media types'],
  ],
  [
    'names no field in its errors',
    inBody((body) => {
      if (body['errors']) body['errors'] = [];
    }),
    ['Bodies: the body {"first_nam":"Ada"} returns unknown_field'],
  ],
  [
    'accepts revoked keys',
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
    ['Keys: a revoked key is refused from the next request; revoking it again is no error'],
  ],
];

/** The same for creating, listing, reverting and erasing users. */
const wrongsOfLife: typeof wrongs = [
  [
    'omits the Location of a new user',
    header('location', () => undefined),
    [
      'Creating: a new user has the fields of the body, the defaults and the version 1',
      'Creating: return=minimal returns 204, the version and the Location',
      DESCRIBED_HEADERS,
    ],
  ],
  [
    'stores a field of a new user in another field',
    sent('"first_name"', '"last_name"'),
    ['Creating: a new user has the fields of the body, the defaults and the version 1'],
  ],
  [
    'creates and erases under validate-only',
    strip('prefer'),
    [
      'Creating: validate-only responds like a creation, but creates no user',
      'Erasing: validate-only erases no user',
    ],
  ],
  [
    'ignores the Idempotency-Key of creations and erasures',
    strip('idempotency-key'),
    [
      'Creating: a repeat with the same Idempotency-Key returns the same user',
      'Erasing: a repeat with the same Idempotency-Key returns 204 again',
    ],
  ],
  [
    'treats an e-mail address in capitals as another one',
    sent('@EXAMPLE.COM', '@EXAMPLE.ORG'),
    ['Creating: the e-mail address of another user is refused, in any case'],
  ],
  [
    'returns 204 for an erasure, but erases no user',
    {
      // Only the erasures at the end, which must succeed, have If-Match: *.
      instead: ({ method, headers }) =>
        method === 'DELETE' && headers['if-match'] !== '*'
          ? { status: 204, headers: {}, body: '' }
          : undefined,
    },
    [
      'Erasing: an erased user is not found',
      'Erasing: the e-mail address of an erased user can be used again, but not the id',
      'Erasing: an unknown user returns 404',
    ],
  ],
  [
    'ignores the conditions of an erasure',
    {
      request: ({ headers }) => {
        delete headers['if-match'];
        delete headers['if-none-match'];
      },
    },
    ['Erasing: an erasure is refused if a condition does not match'],
  ],
  [
    'ignores the id of a new user, also that of an erased one',
    sent('"id"', '"phone"'),
    [
      'Creating: the id of another user is refused',
      'Erasing: the e-mail address of an erased user can be used again, but not the id',
    ],
  ],
  [
    'lets any key create users',
    {
      response: (returning, { method }) => {
        if (method === 'POST' && returning.status === 403) returning.status = 201;
      },
    },
    ['Permissions: the given key cannot create or erase users'],
  ],
  [
    'omits the ETags of a list',
    ofMeta((meta) => 'etags' in meta && Object.assign(meta, { etags: [] })),
    ['Listing: the e-mail address finds the user in any case, with the ETag in meta'],
  ],
  [
    'ignores updated_since',
    requestUrl(/&updated_since=[^&]+/, ''),
    ['Listing: updated_since returns users changed at this time or later'],
  ],
  [
    'ignores the e-mail address of a search, and returns other users',
    requestUrl(/\?email=[^&]+&?/, '?'),
    [
      'Listing: the e-mail address finds the user in any case, with the ETag in meta',
      'Listing: an unknown e-mail address returns an empty list',
    ],
  ],
  [
    'returns the first page for each cursor',
    requestUrl(/&cursor=[^&]+/, ''),
    [
      'Listing: the pages have each user once, ordered by id',
      'History: the changes are listed in pages, newest first',
    ],
  ],
  [
    'omits changes from the feed',
    ofFeed((page) => page.data.pop()),
    [
      'Following: an update is in the feed once, with the same content as in the change log',
      'Following: two pages have the same changes as one page of their size',
    ],
  ],
  [
    'does not move the cursor of the feed',
    requestUrl(/(?<=api.v1.changes.*)&after=(?!latest)[^&]+/, ''),
    ['Following: an update is in the feed once, with the same content as in the change log'],
  ],
  [
    'has no next page',
    ofMeta((meta) => Object.assign(meta, { next_cursor: null })),
    ['Listing: the pages have each user once, ordered by id'],
  ],
  [
    'returns the current user for each version',
    requestUrl(/\/versions\/[1-9]\d{0,8}$/, ''),
    ['History: a version returns the user as they were, with its ETag, or 304'],
  ],
  [
    'reverts later changes, too, when it undoes one',
    {
      request: (passing) => {
        passing.body = passing.body.replace(
          /^\{"undo":(\d+)\}$/,
          (_, undo) => `{"version":${Number(undo) - 1}}`,
        );
      },
    },
    [
      'History: undoing a change keeps later changes of other fields',
      'History: undoing a change of a field that has changed since returns 409 with the values',
    ],
  ],
  [
    'hides what a change reverts',
    ofEach((change) => Object.assign(change, { reverts: null })),
    ['History: reverting to a version restores the user, and the log shows which version'],
  ],
  [
    'hides who made a change',
    ofEach((change) => Object.assign(change, { changed_by: null })),
    ['History: the newest change has the key, the values before and after, and the request id'],
  ],
  [
    'exports no changes',
    ofUser((data) => data['profile'] && Object.assign(data, { changes: [] })),
    ['History: the export has the profile, the change log and the keys'],
  ],
];

/** Returns the topics of these cases. Other topics need not run. */
const topicsOf = (noticed: string[]) =>
  [...new Set(noticed.map((name) => name.split(': ')[0] ?? ''))].filter(
    (topic) => topic !== 'Every response',
  );

describe('cases fail for a server that', () => {
  test.each([...wrongs, ...wrongsOfLife])('%s', async (_, wrong, noticed) => {
    const { failed, report, before, after } = await judge(wrong, ...topicsOf(noticed));
    const cases = noticed.filter((name) => !name.endsWith('*'));
    expect(failed).toEqual(expect.arrayContaining(cases));
    expect(succeeded(report)).toBe(false);
    const { version: _v, updated_at: _u, ...row } = before;
    expect(after).toMatchObject(row);
    expect(await createdUsers()).toEqual([]);
  });
});

test('responses are compared with the document of the server, if it has one', async () => {
  const document = JSON.parse(await readFile('openapi.json', 'utf8'));
  document.components.schemas.User.required.push('shoe_size');
  const served = { status: 200, headers: {}, body: JSON.stringify(document) };
  const instead = ({ url }: Passing) => (url === '/openapi.json' ? served : undefined);
  const { failed, report } = await judge({ instead }, 'Reading');
  expect(report.whose).toBe('its own /openapi.json');
  expect(failed).toEqual(['Every response: has the documented body, and nothing else']);
});

test('a server without a document is compared with the document of this repository', async () => {
  const nothing = { status: 404, headers: {}, body: '' };
  const instead = ({ url }: Passing) => (url === '/openapi.json' ? nothing : undefined);
  const { failed, report } = await judge({ instead }, 'Reading');
  expect([report.whose, failed]).toEqual(['the openapi.json of this repository', []]);
});

test('a user who cannot be restored is reported, field by field', async () => {
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

test('the report lists each created user who could not be erased', async () => {
  const failure = { status: 500, headers: {}, body: '{"code":"internal_error"}' };
  const instead = ({ method }: Passing) => (method === 'DELETE' ? failure : undefined);
  const { report } = await judge({ instead }, 'Creating');
  const left = await createdUsers();
  expect(left.length).toBeGreaterThan(5);
  expect(report.restored.users).toEqual(expect.arrayContaining(left));
  for (const id of left)
    expect(table(report)).toContain(`THE CREATED USER ${id} COULD NOT BE ERASED.`);
  expect(succeeded(report)).toBe(false);
});
