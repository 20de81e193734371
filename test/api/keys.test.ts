import { describe, expect, test } from 'vitest';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { parseKeyDraft, parseRotation } from '../../src/keys/requests.ts';
import { scopes as everyScope, keyRoles } from '../../src/permissions.ts';
import { userFields } from '../../src/users/fields.ts';
import { OLD_KEYS } from '../support/old-keys.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000).toISOString();

/** Creates a user with a key that may manage keys. */
async function owner(columns: Record<string, unknown> = { is_superuser: true }) {
  const id = await stack.user(columns);
  return { id, ...(await stack.key(id)) };
}

/** Calls a route of keys with a key in the header. */
const call = (
  method: string,
  path: string,
  key: string,
  body?: unknown,
  headers: Record<string, string> = {},
) =>
  stack.fetch(`/api/v1/keys${path}`, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const events = (keyId: string) =>
  stack.query<{
    action: string;
    actor_key_id: string;
    actor_user_id: string;
    request_id: string;
    owner_id: string;
  }>(
    'select action, actor_key_id, actor_user_id, request_id, owner_id from key_events where key_id = $1 order by id',
    [keyId],
  );

const actorsOf = (keyId: string) =>
  stack.query<{ actor: string; request_id: string }>(
    'select actor, request_id from key_events where key_id = $1 order by id',
    [keyId],
  );

const profileKey = { name: 'phone', role: 'profile' };

describe('POST /api/v1/keys', () => {
  test('creates a key that works at once, shows it once, and records the event', async () => {
    const { id, key, keyId } = await owner();
    const requests = stack.database.requests;
    const expires_at = IN_AN_HOUR();
    const created = await call(
      'POST',
      '',
      key,
      { ...profileKey, description: 'd', expires_at },
      { 'x-request-id': 'created' },
    );
    expect(stack.database.requests - requests).toBe(1);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      message: 'Key created successfully',
      meta: {},
      data: {
        id: expect.any(String),
        owner_id: id,
        name: 'phone',
        description: 'd',
        role: 'profile',
        scopes: keyRoles.profile,
        prefix: created.body.data.key.slice(0, 9),
        state: 'active',
        created_at: expect.any(String),
        expires_at: expires_at.replace(/\.?0*Z$/, 'Z'),
        revoked_at: null,
        last_used_at: null,
        last_used_country: null,
        last_used_network: null,
        require_precondition: false,
        allowed_ips: null,
        fields: null,
        short_lived: false,
        replaces: null,
        replaced_by: null,
        until_first_use: false,
        key: expect.stringMatching(/^in-[0-9A-Za-z]{43}$/),
      },
    });
    expect((await stack.put(id, created.body.data.key, { first_name: 'A' })).status).toBe(200);
    expect(await events(created.body.data.id)).toEqual([
      {
        action: 'created',
        actor_key_id: keyId,
        actor_user_id: id,
        request_id: 'created',
        owner_id: id,
      },
    ]);
  });

  test('takes scopes instead of a role', async () => {
    const { key } = await owner();
    const created = await call('POST', '', key, {
      name: 'n',
      scopes: ['billing:write', 'user:read', 'user:read'],
    });
    expect(created.body.data).toMatchObject({ role: null, scopes: ['billing:write', 'user:read'] });
  });

  test.each([
    [{}, ['/name required']],
    [{ name: 'n' }, ['/role required']],
    [{ name: 'n', role: 'profile', scopes: ['user:read'] }, ['/role required']],
    [{ name: '', role: 'profile' }, ['/name required']],
    [{ name: 'x'.repeat(101), role: 'profile' }, ['/name too_long']],
    [{ name: ' \u00a0\u3000', role: 'profile' }, ['/name invalid_character']],
    [{ name: 'a\0', role: 'profile' }, ['/name invalid_character']],
    [{ name: 'n', role: 'profile', description: 'x'.repeat(1001) }, ['/description too_long']],
    [{ name: 'n', role: 'admin' }, ['/role unknown_value']],
    [{ name: 'n', scopes: [] }, ['/scopes required']],
    [{ name: 'n', scopes: ['user:read', 'root'] }, ['/scopes/1 unknown_value']],
    [{ name: 'n', scopes: 'user:read' }, ['/scopes invalid_type']],
    [
      { name: 'n', role: 'profile', expires_at: '2001-01-01T00:00:00Z' },
      ['/expires_at out_of_range'],
    ],
    [{ name: 'n', role: 'profile', expires_at: 'tomorrow' }, ['/expires_at invalid_format']],
    [
      { name: 'n', role: 'profile', require_precondition: 'yes' },
      ['/require_precondition invalid_type'],
    ],
    [
      { name: 'n', role: 'profile', owner_id: 'x', hash: 'x' },
      ['/owner_id unknown_field', '/hash unknown_field'],
    ],
    [[], [' invalid_type']],
  ])('refuses %j', async (body, expected) => {
    const { key } = await owner();
    const requests = stack.database.requests;
    const response = await call('POST', '', key, body);
    expect([response.status, response.body.code]).toEqual([422, 'validation_failed']);
    expect(
      response.body.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`),
    ).toEqual(expected);
    expect(stack.database.requests).toBe(requests);
  });

  test.each([
    ['wrong ones', Array(13_000).fill('x')],
    ['the same scope many times', Array(everyScope.length + 1).fill('user:read')],
  ])('refuses too many scopes with one error: %s', async (_, scopes) => {
    const { key } = await owner();
    const response = await call('POST', '', key, { name: 'n', scopes });
    expect(response.body.errors).toEqual([
      {
        pointer: '/scopes',
        code: 'too_long',
        detail: `scopes must name at most ${everyScope.length} scopes.`,
      },
    ]);
  });

  const HIDDEN = [
    ...'\u007f\u0080\u0085\u009b\u00ad\u034f\u061c\u115f\u180e\u200b\u200e\u200f\u2028\u2029',
    ...'\u202a\u202b\u202c\u202d\u202e\u2060\u2064\u2066\u2067\u2068\u2069\u206a\u2800\u3164\ufeff\ufff9',
    ...'\u{1d173}\u{e0001}\u{e0041}\u{e007f}',
    // Joiners and variation selectors that have no visible effect.
    ...'\u200c\u200d\ufe0f\u{e0100}',
  ];
  test.each(
    HIDDEN.map((character) => [character.codePointAt(0)?.toString(16).padStart(4, '0'), character]),
  )('refuses U+%s in name and description, and names the character', async (hex, character) => {
    const { key } = await owner();
    const text = `a${character}b`;
    const response = await call('POST', '', key, { ...profileKey, name: text, description: text });
    expect([response.status, response.body.code]).toEqual([422, 'validation_failed']);
    expect(response.body.errors).toEqual(
      ['name', 'description'].map((field) => ({
        pointer: `/${field}`,
        code: 'invalid_character',
        detail: expect.stringMatching(
          new RegExp(`^${field} must not contain U\\+${hex}, which is invisible`, 'i'),
        ),
      })),
    );
  });

  test.each(['key1\ufe0f', 'а\u200d', 'κ\u200c', 'e\u0301\u200d', '한\u200d', '#\ufe0f1'])(
    'refuses %j, because invisible characters make two names look alike',
    async (name) => {
      const { key } = await owner();
      const { body } = await call('POST', '', key, { ...profileKey, name });
      expect(body.errors).toMatchObject([{ pointer: '/name', code: 'invalid_character' }]);
    },
  );

  test.each(['می‌خواهم', 'क्‍ष', 'שלום', '葛\u{e0100}城', '❤️‍🔥 1️⃣ ©️ 👩🏽‍💻', 'e\u0301', 'a\u3000b'])(
    'stores %s as it is sent',
    async (name) => {
      const { key } = await owner();
      const created = await call('POST', '', key, {
        ...profileKey,
        name,
        description: `${name}\n\t.`,
      });
      expect(created.body.data).toMatchObject({ name, description: `${name}\n\t.` });
    },
  );

  test('grants no scope that the calling key or its owner lacks', async () => {
    const ordinary = await owner({});
    const restricted = await owner();
    const weak = await stack.key(restricted.id, { scopes: ['keys:write', 'user:read'] });
    for (const [key, body] of [
      [ordinary.key, { name: 'n', role: 'full_access' }],
      [ordinary.key, { name: 'n', role: 'billing_sync' }],
      [weak.key, { name: 'n', role: 'profile' }],
      [weak.key, { name: 'n', scopes: ['users:all'] }],
    ] as const) {
      const response = await call('POST', '', key, body);
      expect([response.status, response.body.code]).toEqual([403, 'insufficient_scope']);
      expect(response.body.errors).toEqual([
        expect.objectContaining({ pointer: '/scopes', code: 'not_grantable' }),
      ]);
    }
    expect((await call('POST', '', ordinary.key, profileKey)).status).toBe(201);
    expect((await call('POST', '', weak.key, { name: 'n', scopes: ['user:read'] })).status).toBe(
      201,
    );
  });

  test('creates at most 25 active keys per user, also at the same time', async () => {
    const { id, key } = await owner();
    await stack.key(id, { revoked_at: new Date() });
    await stack.key(id, { expires_at: new Date(Date.now() - 1000) });
    const responses = await Promise.all(
      Array.from({ length: 32 }, () => call('POST', '', key, profileKey)),
    );
    const codes = responses.map(({ body }) => body.code ?? 'created');
    expect(codes.filter((code) => code === 'created')).toHaveLength(24);
    expect(codes.filter((code) => code === 'too_many_keys')).toHaveLength(8);
    expect(responses.find(({ body }) => body.code)?.status).toBe(409);
  });
});

describe('GET /api/v1/keys', () => {
  test('lists the keys of the owner, newest first, in pages, without key or hash', async () => {
    const { id, key } = await owner();
    const created: string[] = [];
    for (let i = 0; i < 4; i++) created.unshift((await stack.key(id)).keyId);
    await stack.key(await stack.user());
    const first = await call('GET', '?limit=3', key);
    const second = await call('GET', `?limit=3&cursor=${first.body.meta.next_cursor}`, key);
    const ids = [...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id);
    expect(ids.slice(0, 4)).toEqual(created);
    expect([ids.length, first.body.data.length, second.body.meta.next_cursor]).toEqual([
      5,
      3,
      null,
    ]);
    expect(Object.keys(first.body.data[0])).not.toEqual(expect.arrayContaining(['key']));
    expect(Object.keys(first.body.data[0])).not.toEqual(expect.arrayContaining(['hash']));
  });

  test('has each key on one page, also keys that were created at the same time', async () => {
    const { id, key } = await owner();
    for (let i = 0; i < 5; i++) await stack.key(id);
    await stack.query('update api_keys set created_at = now() where owner_id = $1', [id]);
    const ids: string[] = [];
    for (let cursor = ''; cursor !== null; ) {
      const { body } = await call('GET', `?limit=2${cursor && `&cursor=${cursor}`}`, key);
      ids.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.meta.next_cursor;
    }
    expect([ids.length, new Set(ids).size]).toEqual([6, 6]);
  });

  test('refuses the cursor of another key, and a parameter that it does not know', async () => {
    const [{ id, key }, other] = [await owner(), await owner()];
    await stack.key(id);
    const { body } = await call('GET', '?limit=1', key);
    for (const [query, parameter] of [
      [`?cursor=${body.meta.next_cursor}`, 'cursor'],
      ['?page=2', 'page'],
    ]) {
      const { status, body } = await call('GET', query ?? '', other.key);
      expect([status, body.code, body.errors[0].parameter]).toEqual([
        422,
        'validation_failed',
        parameter,
      ]);
    }
  });

  test('has only keys in one state on request, page by page', async () => {
    const { id, key } = await owner();
    const ended = async () => (await stack.key(id, { revoked_at: new Date() })).keyId;
    const revoked = [await ended(), await ended(), await ended()].reverse();
    const active = (await stack.key(id)).keyId;
    await stack.key(id, { expires_at: new Date(Date.now() - 1000) });
    const pageOf = async (query: string) => {
      const { body } = await call('GET', query, key);
      const ids = body.data.map((shown: { id: string }) => shown.id);
      return { ids, cursor: body.meta.next_cursor };
    };
    const first = await pageOf('?state=revoked&limit=2');
    const second = await pageOf(`?state=revoked&limit=2&cursor=${first.cursor}`);
    expect([...first.ids, ...second.ids]).toEqual(revoked);
    expect(second.cursor).toBeNull();
    const other = await call('GET', `?limit=2&cursor=${first.cursor}`, key);
    expect([other.status, other.body.errors?.[0].parameter]).toEqual([422, 'cursor']);
    expect((await pageOf('?state=active')).ids).toContain(active);
    expect((await pageOf('?state=active')).ids).toHaveLength(2);
    expect((await pageOf('?state=expired')).ids).toHaveLength(1);
  });

  test('returns the state of each key', async () => {
    const { id, key } = await owner();
    await stack.key(id, { revoked_at: new Date() });
    await stack.key(id, { expires_at: new Date(Date.now() - 1000) });
    const { body } = await call('GET', '', key);
    expect(body.data.map(({ state }: { state: string }) => state)).toEqual([
      'expired',
      'revoked',
      'active',
    ]);
  });

  test.each(['?limit=0', '?limit=101', '?limit=x', '?cursor=x', '?state=ended'])(
    'refuses %s',
    async (query) => {
      const { key } = await owner();
      const { status, body } = await call('GET', query, key);
      expect([status, body.code, body.errors[0].parameter]).toEqual([
        422,
        'validation_failed',
        /(\w+)=/.exec(query)?.[1],
      ]);
    },
  );
});

describe('GET /api/v1/keys/self', () => {
  test('returns the current rights and the expiry of any key', async () => {
    const id = await stack.user();
    const { key, keyId } = await stack.key(id, { expires_at: new Date('2099-01-01T00:00:00Z') });
    const { status, body } = await call('GET', '/self', key);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      id: keyId,
      scopes: keyRoles.full_access,
      scopes_now: ['user:read', 'user:write', 'keys:write', 'webhooks:write'],
      expires_at: '2099-01-01T00:00:00Z',
      writable_fields: Object.keys(userFields).filter(
        (name) => userFields[name as 'email'].group === ('profile' as string),
      ),
    });
  });
});

describe('POST /api/v1/keys/{key_id}/rotate', () => {
  const expiryOf = async (keyId: string) =>
    (
      await stack.query<{ left: number }>(
        'select extract(epoch from expires_at - now())::float as left from api_keys where id = $1',
        [keyId],
      )
    )[0]?.left;

  test('creates a key with the same rights, and says when the old key ends', async () => {
    const { id, key, keyId } = await owner();
    const old = await stack.key(id, { scopes: ['user:write', 'user:read'] });
    const rotated = await call('POST', `/${old.keyId}/rotate`, key, {}, { 'x-request-id': 'turn' });
    expect(rotated.status).toBe(201);
    expect(rotated.body.data).toMatchObject({
      scopes: ['user:write', 'user:read'],
      name: 'test',
      state: 'active',
      expires_at: null,
    });
    expect(rotated.body.meta).toEqual({
      replaced: { id: old.keyId, expires_at: expect.any(String), until_first_use: true },
    });
    expect(
      (await events(old.keyId)).map(({ action, actor_key_id }) => [action, actor_key_id]),
    ).toEqual([['rotated', keyId]]);
    expect((await events(rotated.body.data.id)).map(({ action }) => action)).toEqual(['created']);
  });

  test('lets the old key work for the grace period, and says so in Sunset', async () => {
    const { id, key } = await owner();
    const old = await stack.key(id);
    const { body } = await call('POST', `/${old.keyId}/rotate`, key, { grace: 3600 });
    expect(body.meta.replaced).toMatchObject({ id: old.keyId, until_first_use: false });
    expect((await stack.put(id, body.data.key, {})).status).toBe(200);
    const response = await stack.put(id, old.key, {});
    expect(response.status).toBe(200);
    const left = (Date.parse(response.headers.get('sunset') ?? '') - Date.now()) / 1000;
    expect(left).toBeGreaterThan(3500);
    expect(left).toBeLessThan(3601);
    expect((await stack.put(id, key, {})).headers.get('sunset')).toBeNull();
  });

  test('never extends the expiry of the old key', async () => {
    const { id, key } = await owner();
    const old = await stack.key(id, { expires_at: new Date(Date.now() + 60_000) });
    await call('POST', `/${old.keyId}/rotate`, key, { grace: 604_800 });
    expect(await expiryOf(old.keyId)).toBeLessThan(61);
  });

  test('works on the calling key, also when its use is recorded in the same statement', async () => {
    const { id, key, keyId } = await owner();
    const rotated = await call('POST', `/${keyId}/rotate`, key, { grace: 0 });
    expect(rotated.status).toBe(201);
    expect((await stack.put(id, key, {})).body.code).toBe('expired_api_key');
    expect((await stack.put(id, rotated.body.data.key, {})).status).toBe(200);
  });

  test('many times at once creates one successor', async () => {
    const { id, key } = await owner();
    for (let round = 0; round < 10; round++) {
      const old = await stack.key(id);
      const responses = await Promise.all(
        Array.from({ length: 4 }, () => call('POST', `/${old.keyId}/rotate`, key, { grace: 0 })),
      );
      expect(responses.map(({ body }) => body.code ?? 'created').sort()).toEqual([
        'created',
        'key_not_live',
        'key_not_live',
        'key_not_live',
      ]);
      const created = responses.find(({ status }) => status === 201)?.body.data.id;
      await stack.query('update api_keys set revoked_at = now() where id = $1', [created]);
    }
  });

  test('waits for a revocation of the calling key, and is then refused', async () => {
    const { id, key, keyId } = await owner();
    const revocation = await stack.pool.connect();
    await revocation.query('begin');
    await revocation.query('update api_keys set revoked_at = now() where id = $1', [keyId]);
    const responses = [
      call('POST', '', key, profileKey),
      call('POST', `/${keyId}/rotate`, key, {}),
      call('POST', '/self/rotate', key, {}),
    ];
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await stack.query(waiting)).length).toBe(3);
    await revocation.query('commit');
    revocation.release();
    for (const response of responses) expect((await response).body.code).toBe('revoked_api_key');
    expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(1);
  });

  test('cannot outlive the calling key, nor can a new key', async () => {
    const id = await stack.user({ is_superuser: true });
    const other = await stack.key(id);
    const { key } = await stack.key(id, { expires_at: new Date(Date.now() + 60_000) });
    for (const response of [
      await call('POST', '', key, profileKey),
      await call('POST', '', key, { ...profileKey, expires_at: '2099-01-01T00:00:00Z' }),
      await call('POST', `/${other.keyId}/rotate`, key, { expires_at: null }),
    ]) {
      expect(response.status).toBe(201);
      expect(Date.parse(response.body.data.expires_at) - Date.now()).toBeLessThan(61_000);
    }
  });

  test('cannot grant a scope that the calling key lacks', async () => {
    const { id, keyId } = await owner();
    const weak = await stack.key(id, { scopes: ['keys:write'] });
    const response = await call('POST', `/${keyId}/rotate`, weak.key, {});
    expect([response.status, response.body.code]).toEqual([403, 'insufficient_scope']);
    expect(await expiryOf(keyId)).toBeNull();
  });

  test.each([
    ['revoked', { revoked_at: new Date() }],
    ['expired', { expires_at: new Date(Date.now() - 1000) }],
  ])('refuses a key that is %s', async (_, state) => {
    const { id, key } = await owner();
    const { keyId } = await stack.key(id, state);
    const response = await call('POST', `/${keyId}/rotate`, key, {});
    expect([response.status, response.body.code]).toEqual([409, 'key_not_live']);
  });

  test.each([{ grace: -1 }, { grace: 604_801 }, { grace: 1.5 }, { grace: '1h' }, { grease: 1 }])(
    'refuses %j',
    async (body) => {
      const { key, keyId } = await owner();
      expect((await call('POST', `/${keyId}/rotate`, key, body)).body.code).toBe(
        'validation_failed',
      );
    },
  );
});

describe('the expiry of a key', () => {
  const NOW = '2026-01-01T00:00:00.000Z';
  const draft = (expires_at: string) => parseKeyDraft({ ...profileKey, expires_at }, new Date(NOW));
  const rotation = (expires_at: string) =>
    parseRotation('00000000-0000-4000-8000-000000000000', { expires_at }, new Date(NOW));

  test.each([
    ['a new key', draft],
    ['a rotated one', rotation],
  ])('of %s must be later than now', (_, parse) => {
    for (const past of ['2025-12-31T23:59:59.999Z', NOW, '2026-01-01T01:00:00+01:00'])
      expect(() => parse(past)).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          extras: {
            errors: [expect.objectContaining({ pointer: '/expires_at', code: 'out_of_range' })],
          },
        }),
      );
    expect(parse('2026-01-01T00:00:00.001Z').expiresAt).toBe('2026-01-01T00:00:00.001Z');
  });

  test.each([
    ['2001-01-01T00:00:00Z', 'out_of_range'],
    ['tomorrow', 'invalid_format'],
  ])('cannot be %s in a rotation: %s, and the old key still works', async (expires_at, code) => {
    const { id, key, keyId } = await owner();
    const requests = stack.database.requests;
    const { status, body } = await call('POST', `/${keyId}/rotate`, key, { expires_at });
    expect(stack.database.requests).toBe(requests);
    expect([status, body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/expires_at', code })],
    ]);
    expect((await stack.put(id, key, {})).status).toBe(200);
  });
});

describe('DELETE /api/v1/keys/{key_id}', () => {
  test('revokes a key from the next request on, and keeps its row', async () => {
    const { id, key, keyId } = await owner();
    const other = await stack.key(id);
    expect((await stack.put(id, other.key, {})).status).toBe(200);
    const revoked = await call('DELETE', `/${other.keyId}`, key);
    expect([revoked.status, revoked.body.data.state]).toEqual([200, 'revoked']);
    expect((await stack.put(id, other.key, {})).body.code).toBe('revoked_api_key');
    expect((await call('GET', `/${other.keyId}`, key)).body.data.state).toBe('revoked');
    expect(
      (await events(other.keyId)).map(({ action, actor_key_id }) => [action, actor_key_id]),
    ).toEqual([['revoked', keyId]]);
  });

  test('again changes nothing', async () => {
    const { id, key } = await owner();
    const other = await stack.key(id);
    const first = await call('DELETE', `/${other.keyId}`, key);
    const second = await call('DELETE', `/${other.keyId}`, key);
    expect(second.body).toEqual(first.body);
    expect(await events(other.keyId)).toHaveLength(1);
  });

  test('many times at once revokes it once, and all get the same response', async () => {
    const { id, key } = await owner();
    const other = await stack.key(id);
    const responses = await Promise.all(
      Array.from({ length: 4 }, () => call('DELETE', `/${other.keyId}`, key)),
    );
    expect(new Set(responses.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(responses[0]?.status).toBe(200);
    expect(await events(other.keyId)).toHaveLength(1);
  });

  test('works on the calling key', async () => {
    const { id, key, keyId } = await owner();
    expect((await call('DELETE', `/${keyId}`, key)).status).toBe(200);
    expect((await stack.put(id, key, {})).body.code).toBe('revoked_api_key');
  });
});

describe('POST /api/v1/keys/report', () => {
  test('revokes an active key, whoever reports it', async () => {
    const { id, key, keyId } = await owner();
    const response = await call('POST', '/report', '', { key });
    expect(response.status).toBe(200);
    expect((await stack.put(id, key, {})).body.code).toBe('revoked_api_key');
    expect(
      (await events(keyId)).map(({ action, actor_user_id }) => [action, actor_user_id]),
    ).toEqual([['reported', null]]);
  });

  test('the actor is never taken from the request', async () => {
    for (const requestId of ['cli.x', 'operator', 'person']) {
      const { key, keyId } = await owner();
      await call('POST', '/report', '', { key }, { 'x-request-id': requestId });
      expect(await actorsOf(keyId)).toEqual([{ actor: 'anyone', request_id: requestId }]);
      const other = await owner();
      const created = await call('POST', '', other.key, profileKey, { 'x-request-id': requestId });
      expect(await actorsOf(created.body.data.id)).toEqual([
        { actor: 'key', request_id: requestId },
      ]);
      await call('DELETE', `/${created.body.data.id}`, other.key, undefined, {
        'x-request-id': requestId,
      });
      expect((await actorsOf(created.body.data.id)).at(-1)).toEqual({
        actor: 'key',
        request_id: requestId,
      });
    }
  });

  test('does not change a revoked key, however often it is reported', async () => {
    const { id } = await owner();
    const revoked_at = new Date('2026-01-01T00:00:00Z');
    const revoked = await stack.key(id, { revoked_at });
    const live = await stack.key(id);
    const report = (key: string) => call('POST', '/report', '', { key });
    await report(revoked.key);
    await Promise.all([live, live, live].map(({ key }) => report(key)));
    const [first] = await stack.query('select * from api_keys where id = $1', [live.keyId]);
    await report(live.key);
    expect(await stack.query('select * from api_keys where id = $1', [live.keyId])).toEqual([
      first,
    ]);
    expect(await events(live.keyId)).toHaveLength(1);
    expect(
      await stack.query('select revoked_at from api_keys where id = $1', [revoked.keyId]),
    ).toEqual([{ revoked_at }]);
    expect(await events(revoked.keyId)).toEqual([]);
  });

  test('returns the same for every kind of text', async () => {
    const { id } = await owner();
    const revoked = await stack.key(id, { revoked_at: new Date() });
    const live = await stack.key(id);
    const responses = [];
    for (const key of [live.key, revoked.key, mintApiKey(), 'in-nonsense', ''])
      responses.push(await call('POST', '/report', '', { key }, { 'x-request-id': 'same' }));
    expect(new Set(responses.map(({ text }) => text)).size).toBe(1);
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test.each([
    [{}, '/key'],
    [{ key: 1 }, '/key'],
    [{ keys: 'x' }, '/keys'],
  ])('refuses %j', async (body, pointer) => {
    const response = await call('POST', '/report', '', body);
    expect([response.body.code, response.body.errors[0].pointer]).toEqual([
      'validation_failed',
      pointer,
    ]);
  });
});

describe("another user's key", () => {
  const ABSENT = '00000000-0000-4000-8000-000000000000';
  test.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/rotate'],
  ])(
    '%s …%s returns the same 404 as an unknown key, also for a superuser',
    async (method, path) => {
      const { key } = await owner();
      const victim = await stack.key(await stack.user());
      const body = method === 'POST' ? {} : undefined;
      const headers = { 'x-request-id': 'same' };
      const theirs = await call(method, `/${victim.keyId}${path}`, key, body, headers);
      const absent = await call(method, `/${ABSENT}${path}`, key, body, headers);
      expect([theirs.status, theirs.body.code]).toEqual([404, 'key_not_found']);
      expect(theirs.text).toBe(absent.text);
      expect(await events(victim.keyId)).toEqual([]);
    },
  );

  test.each(['GET', 'DELETE'])('%s with a malformed id is refused', async (method) => {
    const { key } = await owner();
    const { status, body } = await call(method, '/x', key);
    expect([status, body.errors[0].parameter]).toEqual([422, 'key_id']);
  });
});

describe('every route that manages keys', () => {
  const ROUTES = [
    ['POST', '', profileKey],
    ['GET', '', undefined],
    ['GET', '/{own}', undefined],
    ['POST', '/{own}/rotate', {}],
    ['DELETE', '/{own}', undefined],
  ] as const;
  const REFUSED = [
    ['without keys:write', {}, { role: 'profile' }, 403, 'insufficient_scope'],
    ['of an inactive owner', { is_active: false }, {}, 403, 'owner_inactive'],
    ['that is revoked', {}, { revoked_at: new Date() }, 401, 'revoked_api_key'],
    ['that is expired', {}, { expires_at: new Date(Date.now() - 1000) }, 401, 'expired_api_key'],
  ] as const;

  test.each(ROUTES.flatMap((route) => REFUSED.map((row) => [...route, ...row] as const)))(
    '%s %s %j refuses a key %s',
    async (method, path, body, _, columns, options, status, code) => {
      const id = await stack.user(columns);
      const { key } = await stack.key(id, options);
      const own = await stack.key(id);
      const before = await stack.query('select * from api_keys where owner_id = $1 and id = $2', [
        id,
        own.keyId,
      ]);
      const response = await call(method, path.replace('{own}', own.keyId), key, body);
      expect([response.status, response.body.code]).toEqual([status, code]);
      expect(
        await stack.query('select * from api_keys where owner_id = $1 and id = $2', [
          id,
          own.keyId,
        ]),
      ).toEqual(before);
      expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(2);
      expect(await events(own.keyId)).toEqual([]);
    },
  );

  test.each(ROUTES)('%s %s %j makes one database request', async (method, path, body) => {
    const { key, keyId } = await owner();
    const requests = stack.database.requests;
    await call(method, path.replace('{own}', keyId), key, body);
    expect(stack.database.requests - requests).toBe(1);
  });
});

test.each(OLD_KEYS)('a row that an older release wrote for %s still works', async (key, hash) => {
  const id = await stack.user();
  await stack.query(
    `insert into api_keys (owner_id, name, role, scopes, hash, prefix)
     values ($1, 'old', 'profile', '{user:read,user:write}', decode($2, 'hex'), $3)`,
    [id, hash, key.slice(0, 9)],
  );
  expect((await stack.put(id, key, { first_name: 'Old' })).status).toBe(200);
  expect((await call('GET', '/self', key)).body.data).toMatchObject({
    name: 'old',
    state: 'active',
  });
});

describe('Sunset', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

  test('is in every response to a key that expires within 14 days, errors included', async () => {
    const id = await stack.user();
    const expires_at = inDays(13);
    const { key } = await stack.key(id, { role: 'profile', expires_at });
    const expected = new Date(Math.floor(expires_at.getTime() / 1000) * 1000).toUTCString();
    for (const response of [
      await stack.put(id, key, {}),
      await stack.put(id, key, { is_paying: true }),
      await call('GET', '/self', key),
      await call('GET', '', key),
    ])
      expect([response.status, response.headers.get('sunset')]).toEqual([
        response.status,
        expected,
      ]);
  });

  test.each([undefined, inDays(15)])('is absent for a key that expires %s', async (expires_at) => {
    const id = await stack.user();
    const { key } = await stack.key(id, expires_at ? { expires_at } : {});
    expect((await stack.put(id, key, {})).headers.get('sunset')).toBeNull();
  });
});

test('a whole key is only in the response that creates it, and in no log line or table', async () => {
  const { id, key } = await owner();
  const created = (await call('POST', '', key, profileKey)).body.data;
  const rotated = (await call('POST', `/${created.id}/rotate`, key, {})).body.data;
  const responses = [
    await call('GET', '', key),
    await call('GET', `/${created.id}`, key),
    await call('GET', '/self', rotated.key),
    await call('POST', '/report', '', { key: created.key }),
    await stack.put(id, rotated.key, { first_name: 'A' }),
    await call('DELETE', `/${rotated.id}`, key),
  ];
  const tables = await stack.query<{ text: string }>(
    `select string_agg(row::text, ' ') as text from (
       select k::text as row from api_keys k union all select e::text from key_events e
       union all select c::text from user_changes c) rows`,
  );
  const seen = [
    ...responses.map(({ text, headers }) => text + JSON.stringify([...headers])),
    ...stack.logs,
    tables[0]?.text,
  ].join('\n');
  for (const whole of [key, created.key, rotated.key])
    expect(seen).not.toContain(whole.slice(3, 40));
});
