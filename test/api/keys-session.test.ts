import { beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src/routes.ts';
import { FOREIGN_SOURCES } from '../support/foreign-sources.ts';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import { overtaken } from '../support/overtaken.ts';
import { useStack } from '../support/stack.ts';

// Signed-in users manage keys on the Settings page too, with a cookie. A browser sends the cookie with
// requests of any page.

const variables = await signInVariables();
const stack = useStack(variables);
const people = usePeople(stack, variables);

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };
const profileKey = { name: 'phone', role: 'profile' };
const everything = { name: 'all', role: 'full_access' };

/** The routes that a session opens. `{own}` stands for a key of the person. */
const ROUTES = [
  ['GET', '', undefined],
  ['GET', '/{own}', undefined],
  ['POST', '', profileKey],
  ['POST', '/{own}/rotate', {}],
  ['DELETE', '/{own}', undefined],
] as const;
const CHANGING = ROUTES.filter(([method]) => method !== 'GET');

const call = (
  method: string,
  path: string,
  cookie: string,
  body?: unknown,
  headers: Record<string, string> = SAME_ORIGIN,
) =>
  stack.fetch(`/api/v1/keys${path}`, {
    method,
    headers: {
      cookie,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Signs a user in and creates a full_access key of theirs. */
async function person(columns: Record<string, unknown> = { is_superuser: true }) {
  const { id, cookie } = await people.signedIn(columns);
  return { id, cookie, ...(await stack.key(id)) };
}

const events = (keyId: string) =>
  stack.query<{ action: string; actor_key_id: string | null; actor_user_id: string | null }>(
    'select action, actor_key_id, actor_user_id from key_events where key_id = $1 order by id',
    [keyId],
  );

/** Returns the stored keys of a user and the events of these keys. */
const storedStateOf = async (userId: string) => [
  await stack.query('select * from api_keys where owner_id = $1 order by id', [userId]),
  await stack.query('select * from key_events where owner_id = $1 order by id', [userId]),
];

describe('a signed-in user', () => {
  test('creates, lists, reads, rotates and revokes keys; the events name the user', async () => {
    const { id, cookie, keyId } = await person();
    const created = await call('POST', '', cookie, everything);
    expect([created.status, created.body.data.owner_id]).toEqual([201, id]);
    const createdId = created.body.data.id;
    const list = await call('GET', '', cookie);
    expect(list.body.data.map((key: { id: string }) => key.id)).toEqual([createdId, keyId]);
    expect((await call('GET', `/${createdId}`, cookie)).body.data.id).toBe(createdId);
    const rotated = await call('POST', `/${createdId}/rotate`, cookie, {});
    expect(rotated.status).toBe(201);
    expect((await call('DELETE', `/${keyId}`, cookie)).body.data.state).toBe('revoked');
    const byPerson = { actor_key_id: null, actor_user_id: id };
    expect(await events(createdId)).toEqual([
      { action: 'created', ...byPerson },
      { action: 'rotated', ...byPerson },
    ]);
    expect(await events(rotated.body.data.id)).toEqual([{ action: 'created', ...byPerson }]);
    expect(await events(keyId)).toEqual([{ action: 'revoked', ...byPerson }]);
  });

  test('cannot grant more rights than they have', async () => {
    const { id, cookie } = await person({});
    for (const body of [everything, { name: 'n', scopes: ['billing:write'] }]) {
      const { status, body: problem } = await call('POST', '', cookie, body);
      expect([status, problem.code]).toEqual([403, 'insufficient_scope']);
    }
    expect((await call('POST', '', cookie, profileKey)).status).toBe(201);
    expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(2);
  });

  test('cannot reach keys of other users', async () => {
    const { cookie } = await person();
    const victim = await stack.user();
    const { keyId } = await stack.key(victim);
    const before = await storedStateOf(victim);
    for (const [method, path, body] of ROUTES.filter(([, path]) => path !== '')) {
      const response = await call(method, path.replace('{own}', keyId), cookie, body);
      expect([response.status, response.body.code]).toEqual([404, 'key_not_found']);
    }
    expect(await storedStateOf(victim)).toEqual(before);
  });

  test('can do the same in a browser that sends only Origin', async () => {
    const { cookie } = await person();
    const { status } = await call('POST', '', cookie, profileKey, { origin: stack.origin });
    expect(status).toBe(201);
  });
});

describe('after the session has ended', () => {
  const ENDS = [
    ['by time', 'update sessions set expires_at = now() where user_id = $1', 'not_signed_in'],
    ['by sign-out', 'delete from sessions where user_id = $1', 'not_signed_in'],
    [
      'of an inactive user',
      'update users set is_active = false where id = $1',
      expect.stringMatching(/^(owner_inactive|not_signed_in)$/),
    ],
  ] as const;

  describe.each(ENDS)('%s', (_, end, code) => {
    let ended: Awaited<ReturnType<typeof person>>;
    beforeAll(async () => {
      ended = await person();
      await stack.query(end, [ended.id]);
    });

    test.each(ROUTES)(
      '%s /api/v1/keys%s is refused and changes nothing',
      async (method, path, body) => {
        const before = await storedStateOf(ended.id);
        const response = await call(method, path.replace('{own}', ended.keyId), ended.cookie, body);
        expect(response.body).toEqual(expect.objectContaining({ code }));
        expect(response.body).not.toHaveProperty('data');
        expect(await storedStateOf(ended.id)).toEqual(before);
      },
    );
  });
});

describe('a request from another page', () => {
  let victim: Awaited<ReturnType<typeof person>>;
  beforeAll(async () => {
    victim = await person();
  });

  test.each(
    CHANGING.flatMap(([method, path, body]) =>
      FOREIGN_SOURCES.map(([source, headersFrom]) => ({ method, path, body, source, headersFrom })),
    ),
  )(
    '$method /api/v1/keys$path from $source is refused without a database request',
    async ({ method, path, body, headersFrom }) => {
      const before = await storedStateOf(victim.id);
      const requests = stack.database.requests;
      const headers = headersFrom(stack.origin);
      const own = path.replace('{own}', victim.keyId);
      const response = await call(method, own, victim.cookie, body, headers);
      expect([response.status, response.body.code]).toEqual([403, 'cross_origin_request']);
      expect(stack.database.requests).toBe(requests);
      expect(await storedStateOf(victim.id)).toEqual(before);
    },
  );

  test.each(['GET', 'HEAD'])(
    'may read, because the page cannot see the response: %s',
    async (method) => {
      const { status, headers } = await call(method, '', victim.cookie, undefined, {});
      expect([status, headers.get('access-control-allow-credentials')]).toEqual([200, null]);
    },
  );
});

describe('the cookie', () => {
  test('opens only the routes that manage keys and webhooks', () => {
    const open = routes.filter((route) => route.scopes !== null && route.session);
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      [
        'DELETE /api/v1/keys/:key_id',
        'GET /api/v1/keys',
        'GET /api/v1/keys/:key_id',
        'PATCH /api/v1/keys/:key_id',
        'POST /api/v1/keys',
        'POST /api/v1/keys/:key_id/rotate',
        'DELETE /api/v1/webhooks/:webhook_id',
        'GET /api/v1/webhooks',
        'GET /api/v1/webhooks/:webhook_id',
        'GET /api/v1/webhooks/:webhook_id/deliveries',
        'GET /api/v1/webhooks/:webhook_id/skipped',
        'PATCH /api/v1/webhooks/:webhook_id',
        'POST /api/v1/webhooks',
        'POST /api/v1/webhooks/:webhook_id/replay',
        'POST /api/v1/webhooks/:webhook_id/rotate',
        'POST /api/v1/webhooks/:webhook_id/test',
      ].toSorted(),
    );
  });

  test.each([
    ['GET', '/api/v1/keys/self'],
    ['GET', '/api/v1/user/{id}'],
    ['PUT', '/api/v1/user/{id}'],
    ['PATCH', '/api/v1/user/{id}'],
  ])('is no API key for %s %s', async (method, path) => {
    const { id, cookie } = await person();
    const requests = stack.database.requests;
    const { status, body } = await stack.fetch(path.replace('{id}', id), {
      method,
      headers: { cookie, 'content-type': 'application/json', ...SAME_ORIGIN },
      ...(method !== 'GET' && { body: '{"first_name": "X"}' }),
    });
    expect([status, body.code]).toEqual([401, 'missing_api_key']);
    expect(stack.database.requests).toBe(requests);
    expect(await stack.row(id)).toMatchObject({ version: 1 });
  });

  test('is ignored beside an API key, which may come from any page', async () => {
    const { id, cookie, key, keyId } = await person();
    const weak = await stack.key(id, { role: 'profile' });
    const withKey = (authorization: string) =>
      call('POST', '', cookie, profileKey, { authorization, 'sec-fetch-site': 'cross-site' });
    const created = await withKey(`Bearer ${key}`);
    expect(created.status).toBe(201);
    expect(await events(created.body.data.id)).toMatchObject([{ actor_key_id: keyId }]);
    expect((await withKey(`Bearer ${weak.key}`)).body.code).toBe('insufficient_scope');
    expect((await withKey('Bearer nonsense')).body.code).toBe('invalid_api_key');
  });
});

describe('a user who loses rights during the request', () => {
  const LOSSES = [
    ['demoted', 'is_superuser = false', /^insufficient_scope$/],
    ['deactivated', 'is_active = false', /^(owner_inactive|not_signed_in)$/],
  ] as const;

  test.each(LOSSES)('(%s) cannot keep them with a new key', async (_, loss, code) => {
    for (const [path, body] of [
      ['', everything],
      ['/{own}/rotate', {}],
    ] as const) {
      const { id, cookie, keyId } = await person();
      const meanwhile = `update users set ${loss} where id = '${id}'`;
      const response = await overtaken(stack, { holds: 'users', id, meanwhile }, () =>
        call('POST', path.replace('{own}', keyId), cookie, body),
      );
      expect(response.body.code).toMatch(code);
      expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(1);
    }
  });

  test.each([
    ['signs out', (id: string) => `delete from sessions where user_id = '${id}'`],
    [
      'has an expired session',
      (id: string) => `update sessions set expires_at = clock_timestamp() where user_id = '${id}'`,
    ],
  ])('who %s while a request waits creates no key', async (_, end) => {
    for (const path of ['', '/{own}/rotate']) {
      const { id, cookie, keyId } = await person();
      const response = await overtaken(stack, { holds: 'users', id, meanwhile: end(id) }, () =>
        call('POST', path.replace('{own}', keyId), cookie, path ? {} : everything),
      );
      expect(response.body.code).toBe('not_signed_in');
      expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(1);
    }
  });
});
