import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { keyRoles } from '../../src/permissions.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const AN_HOUR = { role: 'profile', expires_in: 3600 };

/** A partner, whose key may create keys of all users, and a user. */
async function partner(options: Parameters<typeof stack.key>[1] = {}) {
  const owner = await stack.user({ is_superuser: true });
  const maker = await stack.key(owner, options);
  return { owner, maker, user: await stack.user() };
}

const ask = (key: string, user: string, body: unknown = AN_HOUR, headers = {}) =>
  stack.call('POST', `/user/${user}/keys`, key, body, headers);

/** Creates a short-lived key. */
const created = async (key: string, user: string, body: unknown = AN_HOUR, headers = {}) =>
  (await ask(key, user, body, headers)).body.data;

const rowsOf = (user: string) =>
  stack.query('select id from api_keys where owner_id = $1 and short_lived', [user]);

/** Lets a key expire now. */
const expire = (id: string) =>
  stack.query(`update api_keys set expires_at = now() - interval '1 ms' where id = $1`, [id]);

describe('POST /api/v1/user/{user_id}/keys', () => {
  test('creates a key of the user, which works until it expires, in one database request', async () => {
    const { owner, maker, user } = await partner();
    const requests = stack.database.requests;
    const began = Date.now();
    const response = await ask(maker.key, user, { role: 'profile', expires_in: 60 });
    expect(stack.database.requests - requests).toBe(1);
    expect([response.status, response.body.message]).toEqual([201, 'Key created successfully']);
    const { data } = response.body;
    expect(data).toMatchObject({
      owner_id: user,
      role: 'profile',
      scopes: keyRoles.profile,
      fields: null,
      short_lived: true,
      state: 'active',
    });
    expect(Date.parse(data.expires_at) - began).toBeGreaterThan(55_000);
    expect(Date.parse(data.expires_at) - began).toBeLessThan(70_000);
    expect((await stack.put(user, data.key, { phone: '1' })).status).toBe(200);
    expect((await stack.put(owner, data.key, { phone: '1' })).body.code).toBe('insufficient_scope');
    expect(
      await stack.query(
        'select action, actor, actor_key_id, actor_user_id, owner_id from key_events where key_id = $1',
        [data.id],
      ),
    ).toEqual([
      {
        action: 'created',
        actor: 'key',
        actor_key_id: maker.keyId,
        actor_user_id: owner,
        owner_id: user,
      },
    ]);
  });

  test('takes the role read_only, and fields', async () => {
    const { maker, user } = await partner();
    const reader = await created(maker.key, user, { role: 'read_only', expires_in: 60 });
    expect((await stack.put(user, reader.key, {})).body.code).toBe('insufficient_scope');
    expect((await stack.call('GET', `/user/${user}`, reader.key)).status).toBe(200);
    const phone = await created(maker.key, user, { ...AN_HOUR, fields: ['phone'] });
    expect((await stack.put(user, phone.key, { state: 'x' })).body.code).toBe('field_not_writable');
  });

  test('is open to a key of the user with keys:write', async () => {
    const user = await stack.user();
    const { key } = await stack.key(user);
    expect((await ask(key, user)).status).toBe(201);
    expect((await ask(key, await stack.user())).body.code).toBe('insufficient_scope');
  });

  test.each([
    [{ scopes: ['user:read', 'user:write', 'keys:write'] }, 'insufficient_scope'],
    [{ scopes: ['user:read', 'user:write', 'users:all'] }, 'insufficient_scope'],
    [{ scopes: ['user:read', 'users:all', 'keys:write'] }, '/role'],
  ] as const)('is refused to a key of a superuser with only %j', async (options, why) => {
    const { maker, user } = await partner(options);
    const { status, body } = await ask(maker.key, user);
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
    if (why === '/role')
      expect(body.errors[0]).toMatchObject({ pointer: why, code: 'not_grantable' });
    expect(await rowsOf(user)).toEqual([]);
  });

  test('passes on the fields of the maker, which can only be narrowed', async () => {
    const { maker, user } = await partner({ fields: ['phone', 'state'] });
    expect(await created(maker.key, user)).toMatchObject({ fields: ['phone', 'state'] });
    expect(await created(maker.key, user, { ...AN_HOUR, fields: ['phone'] })).toMatchObject({
      fields: ['phone'],
    });
    const { body } = await ask(maker.key, user, { ...AN_HOUR, fields: ['email'] });
    expect(body.errors[0]).toMatchObject({ pointer: '/fields', code: 'not_grantable' });
  });

  test('does not pass on the addresses of the maker, because the app is elsewhere', async () => {
    const { maker, user } = await partner({ allowed_ips: ['198.51.100.0/24'] });
    const from = (address: string) => ({ 'cf-connecting-ip': address });
    const refused = await ask(maker.key, user, AN_HOUR, from('203.0.113.9'));
    expect([refused.status, refused.body.code]).toEqual([403, 'address_not_allowed']);
    const headers = { ...from('198.51.100.7'), 'idempotency-key': randomUUID() };
    await created(maker.key, user, AN_HOUR, headers);
    const app = await created(maker.key, user, AN_HOUR, headers);
    expect(app.allowed_ips).toBeNull();
    const update = await stack.put(user, app.key, { phone: '1' }, from('203.0.113.9'));
    expect(update.status).toBe(200);
  });

  test.each([
    [{}, ['/role required']],
    [{ role: 'profile' }, ['/expires_in required']],
    [{ role: 'full_access', expires_in: 60 }, ['/role unknown_value']],
    [{ role: 'profile', expires_in: 59 }, ['/expires_in out_of_range']],
    [{ role: 'profile', expires_in: 3601 }, ['/expires_in out_of_range']],
    [{ role: 'profile', expires_in: 60.5 }, ['/expires_in invalid_format']],
    [{ role: 'profile', expires_in: '60' }, ['/expires_in invalid_type']],
    [{ ...AN_HOUR, scopes: ['user:read'] }, ['/scopes unknown_field']],
    [{ ...AN_HOUR, fields: [] }, ['/fields required']],
  ])('refuses %j', async (body, faults) => {
    const { maker, user } = await partner();
    const response = await ask(maker.key, user, body);
    expect(response.status).toBe(422);
    expect(
      response.body.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`),
    ).toEqual(faults);
  });

  test('an unknown user is 404', async () => {
    const { maker } = await partner();
    expect((await ask(maker.key, randomUUID())).body.code).toBe('user_not_found');
  });
});

describe('a short-lived key', () => {
  let at: Awaited<ReturnType<typeof partner>>;
  beforeEach(async () => {
    at = await partner();
  });

  /** Gives the user so many active short-lived keys. */
  const fill = (count: number) =>
    stack.query(
      `insert into api_keys (owner_id, name, scopes, hash, prefix, expires_at, short_lived, made_by)
       select $1, 'app', '{user:read}', sha256(gen_random_uuid()::text::bytea), 'in-', now() + interval '1 hour',
         true, $2
       from generate_series(1, $3)`,
      [at.user, at.maker.keyId, count],
    );

  test('does not count among the 25; the hundred-and-first is refused', async () => {
    const { key } = await stack.key(at.user);
    await fill(99);
    expect((await ask(at.maker.key, at.user)).status).toBe(201);
    const refused = await ask(at.maker.key, at.user);
    expect([refused.status, refused.body.code]).toEqual([409, 'too_many_keys']);
    expect((await stack.call('POST', '/keys', key, { name: 'n', role: 'profile' })).status).toBe(
      201,
    );
    const [first] = await rowsOf(at.user);
    await expire(first?.['id']);
    expect((await ask(at.maker.key, at.user)).status).toBe(201);
  });

  test('of many requests at once for the last place, one gets it', async () => {
    await fill(99);
    const all = await Promise.all(Array.from({ length: 5 }, () => ask(at.maker.key, at.user)));
    expect(all.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  });

  test('that has expired is refused at once, leaves the list, and with the next cleanup the table', async () => {
    const { key } = await stack.key(at.user);
    const app = await created(at.maker.key, at.user);
    const listed = async () =>
      (await stack.call('GET', '/keys', key)).body.data.map((row: { id: string }) => row.id);
    await stack.put(at.user, app.key, { phone: '1' });
    expect(await listed()).toContain(app.id);
    await expire(app.id);
    const refused = await stack.put(at.user, app.key, { phone: '2' });
    expect([refused.status, refused.body.code]).toEqual([401, 'expired_api_key']);
    expect(await listed()).not.toContain(app.id);
    expect(await stack.scheduled()).toBe('ok');
    expect(await rowsOf(at.user)).toEqual([]);
    expect((await stack.put(at.user, app.key, {})).body.code).toBe('invalid_api_key');
    expect(await stack.query('select action from key_events where key_id = $1', [app.id])).toEqual([
      { action: 'created' },
    ]);
    const [change] = await stack.log(at.user);
    expect(change).toMatchObject({ api_key_id: app.id, api_key_prefix: app.prefix });
  });

  test.each([
    ['is revoked', 'update api_keys set revoked_at = now() where id = $1'],
    ['expires', `update api_keys set expires_at = now() - interval '1 ms' where id = $1`],
    ['is deleted', 'delete from api_keys where id = $1'],
    [
      'has an inactive owner',
      'update users set is_active = false where id = (select owner_id from api_keys where id = $1)',
    ],
  ])('ends when its maker %s', async (_, change) => {
    const app = await created(at.maker.key, at.user);
    const { key } = await stack.key(at.user);
    await stack.query(change, [at.maker.keyId]);
    const refused = await stack.put(at.user, app.key, { phone: '1' });
    expect([refused.status, refused.body.code]).toEqual([401, 'revoked_api_key']);
    expect((await stack.row(at.user))['version']).toBe(1);
    const { body } = await stack.call('GET', '/keys', key);
    expect(body.data.map((row: { id: string }) => row.id)).not.toContain(app.id);
    await stack.scheduled();
    expect(await rowsOf(at.user)).toEqual([]);
  });

  test('ends by a revocation through the API', async () => {
    const app = await created(at.maker.key, at.user);
    await stack.call('DELETE', `/keys/${at.maker.keyId}`, at.maker.key);
    expect((await stack.put(at.user, app.key, {})).body.code).toBe('revoked_api_key');
  });

  test('is not rotated, by itself or by its owner', async () => {
    const app = await created(at.maker.key, at.user);
    const { key } = await stack.key(at.user);
    for (const [path, by] of [
      ['/keys/self/rotate', app.key],
      [`/keys/${app.id}/rotate`, key],
    ]) {
      const { status, body } = await stack.call('POST', path, by, {});
      expect([status, body.code]).toEqual([403, 'insufficient_scope']);
    }
    expect(await rowsOf(at.user)).toHaveLength(1);
  });

  test('never outlives its maker', async () => {
    const { owner, user } = at;
    const expires_at = new Date(Date.now() + 120_000);
    const { key } = await stack.key(owner, { expires_at });
    expect(Date.parse((await created(key, user)).expires_at)).toBe(expires_at.getTime());
  });

  test('can be revoked by its user and reported by anyone', async () => {
    const { key } = await stack.key(at.user);
    const [one, two] = [await created(at.maker.key, at.user), await created(at.maker.key, at.user)];
    expect((await stack.call('DELETE', `/keys/${one.id}`, key)).status).toBe(200);
    await stack.call('POST', '/keys/report', '', { key: two.key });
    for (const app of [one, two])
      expect((await stack.put(at.user, app.key, {})).body.code).toBe('revoked_api_key');
  });
});

describe('with an Idempotency-Key', () => {
  test('a repeat gets the same key with a new secret while it is unused', async () => {
    const { maker, user } = await partner();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await created(maker.key, user, AN_HOUR, headers);
    const second = await created(maker.key, user, AN_HOUR, headers);
    expect(second.id).toBe(first.id);
    expect((await stack.put(user, first.key, {})).body.code).toBe('invalid_api_key');
    expect((await stack.put(user, second.key, {})).status).toBe(200);
    expect((await ask(maker.key, user, AN_HOUR, headers)).body.code).toBe('key_already_used');
    const other = { ...AN_HOUR, expires_in: 60 };
    expect((await ask(maker.key, user, other, headers)).body.code).toBe('idempotency_key_reused');
  });

  test('two makers do not meet', async () => {
    const { maker, user } = await partner();
    const other = await partner();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await created(maker.key, user, AN_HOUR, headers);
    const second = await created(other.maker.key, user, AN_HOUR, headers);
    expect(second.id).not.toBe(first.id);
    const own = await stack.key(user);
    const body = { name: 'n', role: 'profile' };
    expect((await stack.call('POST', '/keys', own.key, body, headers)).status).toBe(201);
  });

  test('a change that is repeated with the next key of the same maker takes effect once', async () => {
    const { maker, user } = await partner();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await created(maker.key, user);
    await stack.put(user, first.key, { phone: '1' }, headers);
    await expire(first.id);
    await stack.scheduled();
    const rotated = await stack.call('POST', '/keys/self/rotate', maker.key, {});
    const second = await created(rotated.body.data.key, user);
    const repeat = await stack.put(user, second.key, { phone: '1' }, headers);
    expect([repeat.status, repeat.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((await stack.row(user))['version']).toBe(2);
  });

  test('but not with a key of another maker, nor of another user', async () => {
    const { maker, user } = await partner();
    const other = await partner();
    const headers = { 'idempotency-key': randomUUID() };
    const keys = [
      await created(maker.key, user),
      await created(other.maker.key, user),
      await created(maker.key, other.user),
    ];
    for (const key of keys) {
      const response = await stack.put(key.owner_id, key.key, { phone: '1' }, headers);
      expect(response.headers.get('idempotency-replayed')).toBeNull();
    }
  });
});

test('keys that have come and gone leave the table and its indexes as large as before', async () => {
  const { maker, user } = await partner();
  const size = async () => {
    await stack.query('vacuum (index_cleanup on) api_keys');
    const [row] = await stack.query<{ bytes: string }>(
      `select pg_total_relation_size('api_keys') as bytes`,
    );
    return Number(row?.bytes);
  };
  const round = async () => {
    await stack.query(
      `insert into api_keys (owner_id, name, role, scopes, hash, prefix, expires_at, short_lived, made_by)
       select $1, 'Short-lived key', 'profile', '{user:read,user:write}', sha256(gen_random_uuid()::text::bytea),
         'in-000000', now() - interval '1 s', true, $2
       from generate_series(1, 2000)`,
      [user, maker.keyId],
    );
    await stack.scheduled();
    expect(await rowsOf(user)).toEqual([]);
    return await size();
  };
  const rounds = async (count: number) => {
    let bytes = 0;
    for (let done = 0; done < count; done++) bytes = await round();
    return bytes;
  };
  // The first ones make the room that the others use again.
  const settled = await rounds(4);
  expect(await rounds(6)).toBeLessThan(settled * 1.2);
});
