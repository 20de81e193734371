import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { routes } from '../../src/routes.ts';
import { NOBODY } from '../support/provocations.ts';
import { useStack } from '../support/stack.ts';

// In these tests the header stands for the address; on Cloudflare no client can set it.
const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });

const INSIDE = '198.51.100.7';
const OUTSIDE = '203.0.113.9';
const RANGES = ['198.51.100.0/24', '2001:db8:1::/48'];
const from = (address: string) => ({ 'cf-connecting-ip': address });

const superuser = () => stack.user({ is_superuser: true });

/** A superuser with a key that has these bounds. */
async function bounded(bounds: Parameters<typeof stack.key>[1]) {
  const id = await superuser();
  return { id, ...(await stack.key(id, bounds)) };
}

const create = (key: string, body: object, headers: Record<string, string> = {}) =>
  stack.call('POST', '/keys', key, { name: 'n', role: 'full_access', ...body }, headers);

describe('allowed_ips', () => {
  test.each([
    [INSIDE, 200],
    ['198.51.101.0', 403],
    [OUTSIDE, 403],
    ['2001:db8:1:ffff::1', 200],
    ['2001:0DB8:0001:0000:0000:0000:0000:0001', 200],
    ['2001:db8:2::1', 403],
    [`::ffff:${INSIDE}`, 200],
    ['nonsense', 403],
    ['fe80::1%eth0', 403],
  ])('a request from %s gets %i', async (address, status) => {
    const { id, key } = await bounded({ allowed_ips: RANGES });
    const response = await stack.put(id, key, { state: 'x' }, from(address));
    expect([response.status, response.body.code]).toEqual([
      status,
      status === 403 ? 'address_not_allowed' : undefined,
    ]);
    expect((await stack.row(id))['version']).toBe(status === 200 ? 2 : 1);
  });

  test('a single address allows only that one', async () => {
    const { id, key } = await bounded({ allowed_ips: [INSIDE] });
    expect((await stack.put(id, key, {}, from(INSIDE))).status).toBe(200);
    expect((await stack.put(id, key, {}, from('198.51.100.8'))).status).toBe(403);
  });

  test('a statement without an address is refused: an older Worker does not know of them', async () => {
    const { key } = await bounded({ allowed_ips: ['0.0.0.0/0', '::/0'] });
    const request = { accepted_scopes: [], superuser_scopes: [], all_users_scope: 'users:all' };
    const [row] = await stack.query<{ refusal: string }>(
      `select refusal from profile.find_credential($1::jsonb || jsonb_build_object('key_hash',
        (select hash from api_keys where hash = sha256($2::text::bytea))::text))`,
      [request, key],
    );
    expect(row?.refusal).toBe('address_not_allowed');
  });

  test('a refusal is no use of the key: the key that it replaced goes on working', async () => {
    const { id, key, keyId } = await bounded({ allowed_ips: RANGES });
    const rotated = await stack.call('POST', '/keys/self/rotate', key, {}, from(INSIDE));
    const next = rotated.body.data;
    expect(next.allowed_ips).toEqual(RANGES);
    expect((await stack.put(id, next.key, {}, from(OUTSIDE))).status).toBe(403);
    const [row] = await stack.query('select last_used_at from api_keys where id = $1', [next.id]);
    expect(row).toEqual({ last_used_at: null });
    expect((await stack.put(id, key, {}, from(INSIDE))).status).toBe(200);
    expect((await stack.put(id, next.key, {}, from(INSIDE))).status).toBe(200);
    expect((await stack.put(id, key, {}, from(INSIDE))).body.code).toBe('expired_api_key');
    const [old] = await stack.query('select replaced_by from api_keys where id = $1', [keyId]);
    expect(old).toEqual({ replaced_by: next.id });
  });

  test('pages of a list go on from another address', async () => {
    const { id, key } = await bounded({});
    await stack.key(id);
    const first = await stack.call('GET', '/keys?limit=1', key, undefined, from(INSIDE));
    const path = `/keys?limit=1&cursor=${first.body.meta.next_cursor}`;
    expect((await stack.call('GET', path, key, undefined, from(OUTSIDE))).status).toBe(200);
  });

  const keyed = routes.flatMap(({ method, path, scopes }) =>
    scopes === null ? [] : [`${method} ${path}`],
  );
  const BODIES: Record<string, unknown> = {
    'POST /api/v1/user': { email: 'new@example.com' },
    'PATCH /api/v1/user': [{ id: randomUUID(), fields: {} }],
    'POST /api/v1/user/:user_id/revert': { version: 1 },
    'POST /api/v1/user/:user_id/keys': { role: 'profile', expires_in: 60 },
    'POST /api/v1/keys': { name: 'n', role: 'profile' },
    'POST /api/v1/webhooks': { url: NOBODY },
    'POST /api/v1/webhooks/:webhook_id/replay': { skip: randomUUID() },
  };

  test.each(keyed)('%s is refused from elsewhere', async (route) => {
    const { id, key, keyId } = await bounded({ allowed_ips: RANGES });
    const [method = '', path = ''] = route.split(' ');
    const target = path
      .replace('/api/v1', '')
      .replace(':user_id', id)
      .replace(':key_id', keyId)
      .replace(':webhook_id', randomUUID())
      .replace(':version', '1');
    const body = /^P/.test(method) ? (BODIES[route] ?? {}) : undefined;
    const response = await stack.call(method, target, key, body, from(OUTSIDE));
    expect([response.status, response.body.code]).toEqual([403, 'address_not_allowed']);
  });
});

describe('fields', () => {
  const phoneOnly = () => bounded({ fields: ['phone'] });

  test('only these can be changed', async () => {
    const { id, key } = await phoneOnly();
    const refused = await stack.put(id, key, { phone: '1', state: 'x', is_trial: true });
    expect([refused.status, refused.body.code]).toEqual([403, 'field_not_writable']);
    expect(refused.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual([
      '/state',
      '/is_trial',
    ]);
    expect((await stack.row(id))['version']).toBe(1);
    expect((await stack.put(id, key, { phone: '1' })).body.data.phone).toBe('1');
  });

  test('others may be sent with their current values', async () => {
    const { id, key } = await phoneOnly();
    const { body } = await stack.put(id, key, {});
    expect((await stack.put(id, key, { ...body.data, phone: '2' })).status).toBe(200);
  });

  test('a field opens nothing that the scopes do not', async () => {
    const { id, key } = await bounded({ role: 'profile', fields: ['phone', 'is_trial'] });
    expect((await stack.put(id, key, { is_trial: true })).body.code).toBe('field_not_writable');
  });

  test('hold for each item of a batch', async () => {
    const { id, key } = await phoneOnly();
    const { body } = await stack.call('PATCH', '/user', key, [
      { id, fields: { state: 'x' } },
      { id, fields: { phone: '3' } },
    ]);
    expect(
      body.data.map((item: { status: number; problem?: { code: string } }) => [
        item.status,
        item.problem?.code,
      ]),
    ).toEqual([
      [403, 'field_not_writable'],
      [200, undefined],
    ]);
  });

  test('hold for reverts', async () => {
    const { id, key } = await phoneOnly();
    const free = await stack.key(id);
    await stack.put(id, free.key, { state: 'x' });
    for (const body of [{ version: 1 }, { undo: 2 }])
      expect((await stack.call('POST', `/user/${id}/revert`, key, body)).body.code).toBe(
        'field_not_writable',
      );
    expect(await stack.row(id)).toMatchObject({ state: 'x', version: 2 });
  });

  test('hold for new users', async () => {
    const { key } = await phoneOnly();
    const email = () => `${randomUUID()}@example.com`;
    const refused = await stack.call('POST', '/user', key, { email: email() });
    expect([refused.body.code, refused.body.errors[0].pointer]).toEqual([
      'field_not_writable',
      '/email',
    ]);
    const other = await bounded({ fields: ['email', 'phone'] });
    expect((await stack.call('POST', '/user', other.key, { email: email() })).status).toBe(201);
  });

  test('a key with fields erases nobody', async () => {
    const { key } = await phoneOnly();
    await superuser();
    const target = await stack.user();
    const { body } = await stack.call('DELETE', `/user/${target}`, key);
    expect(body.code).toBe('insufficient_scope');
    expect((await stack.row(target))['id']).toBe(target);
  });

  test('a dry run refuses what the update would', async () => {
    const { id, key } = await phoneOnly();
    const { body } = await stack.put(id, key, { state: 'x' }, { prefer: 'validate-only' });
    expect(body.code).toBe('field_not_writable');
  });
});

describe('a key with bounds', () => {
  test('is created with them, in their normal form, and shown with them', async () => {
    const { id, key } = await bounded({});
    const created = await create(key, {
      allowed_ips: [INSIDE, '2001:DB8:0::/32', '198.51.100.7/32'],
      fields: ['phone', 'state', 'phone'],
    });
    const bounds = {
      allowed_ips: ['198.51.100.7/32', '2001:db8::/32'],
      fields: ['phone', 'state'],
    };
    expect(created.body.data).toMatchObject(bounds);
    const shown = await stack.call('GET', `/keys/${created.body.data.id}`, key);
    const listed = await stack.call('GET', '/keys?limit=1', key);
    const own = await stack.call(
      'GET',
      '/keys/self',
      created.body.data.key,
      undefined,
      from(INSIDE),
    );
    expect(shown.body.data).toMatchObject(bounds);
    expect(listed.body.data[0]).toMatchObject(bounds);
    expect(own.body.data).toMatchObject({ ...bounds, writable_fields: ['phone', 'state'] });
    expect(
      (await stack.call('GET', `/user/${id}/export`, key)).body.data.keys.at(-1),
    ).toMatchObject(bounds);
  });

  test('keeps them in a rotation', async () => {
    const { key } = await bounded({ allowed_ips: RANGES, fields: ['phone'] });
    const rotated = await stack.call('POST', '/keys/self/rotate', key, {}, from(INSIDE));
    expect(rotated.body.data).toMatchObject({ allowed_ips: RANGES, fields: ['phone'] });
  });

  test('gives them to the keys that it creates', async () => {
    const { key } = await bounded({ allowed_ips: RANGES, fields: ['phone', 'state'] });
    const { body } = await create(key, {}, from(INSIDE));
    expect(body.data).toMatchObject({ allowed_ips: RANGES, fields: ['phone', 'state'] });
    const narrower = { allowed_ips: ['198.51.100.128/25'], fields: ['state'] };
    expect((await create(key, narrower, from(INSIDE))).body.data).toMatchObject(narrower);
  });

  test.each([
    [{ allowed_ips: ['198.51.0.0/16'] }, ['/allowed_ips']],
    [{ allowed_ips: ['198.51.100.0/24', '192.0.2.1'] }, ['/allowed_ips']],
    [{ fields: ['phone', 'email'] }, ['/fields']],
    [{ allowed_ips: ['::/0'], fields: ['email'] }, ['/allowed_ips', '/fields']],
  ])('creates no key with %j', async (wider, pointers) => {
    const { key } = await bounded({ allowed_ips: RANGES, fields: ['phone', 'state'] });
    const { status, body } = await create(key, wider, from(INSIDE));
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
    expect(body.errors.map((e: { pointer: string; code: string }) => [e.pointer, e.code])).toEqual(
      pointers.map((pointer) => [pointer, 'not_grantable']),
    );
  });

  test('rotates no key of its owner that has wider ones', async () => {
    const { id, key } = await bounded({ fields: ['phone'] });
    const { keyId } = await stack.key(id);
    const { body } = await stack.call('POST', `/keys/${keyId}/rotate`, key, {});
    expect([body.code, body.detail]).toEqual([
      'insufficient_scope',
      'Create a key with fewer rights; you cannot grant the fields of this one.',
    ]);
  });

  test('gets no wider key by the Idempotency-Key with which another created it', async () => {
    const { id, key } = await bounded({ fields: ['phone'] });
    const free = await stack.key(id);
    const headers = { 'idempotency-key': randomUUID() };
    expect((await create(free.key, {}, headers)).status).toBe(201);
    expect((await create(key, {}, headers)).body.code).toBe('insufficient_scope');
  });

  test.each([
    [{ allowed_ips: [] }, '/allowed_ips required'],
    [{ allowed_ips: '192.0.2.1' }, '/allowed_ips invalid_type'],
    [{ allowed_ips: [1] }, '/allowed_ips/0 invalid_type'],
    [{ allowed_ips: ['192.0.2.1', '192.0.2.7/24'] }, '/allowed_ips/1 invalid_format'],
    [{ allowed_ips: ['192.0.2.0/33'] }, '/allowed_ips/0 invalid_format'],
    [{ allowed_ips: ['192.0.2.0/024'] }, '/allowed_ips/0 invalid_format'],
    [{ allowed_ips: ['192.0.2'] }, '/allowed_ips/0 invalid_format'],
    [{ allowed_ips: ['010.0.0.1'] }, '/allowed_ips/0 invalid_format'],
    [{ allowed_ips: ['2001:db8::1/64'] }, '/allowed_ips/0 invalid_format'],
    [{ allowed_ips: ['::ffff:192.0.2.1'] }, '/allowed_ips/0 invalid_format'],
    [{ allowed_ips: ['fe80::1%eth0'] }, '/allowed_ips/0 invalid_format'],
    [
      { allowed_ips: Array.from({ length: 51 }, (_, i) => `192.0.2.${i}`) },
      '/allowed_ips too_long',
    ],
    [{ fields: [] }, '/fields required'],
    [{ fields: ['id'] }, '/fields/0 unknown_value'],
    [{ fields: ['phone', 'version'] }, '/fields/1 unknown_value'],
  ])('is refused with %j', async (bounds, fault) => {
    const { key } = await bounded({});
    const { status, body } = await create(key, bounds);
    expect(status).toBe(422);
    expect(
      body.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`),
    ).toEqual([fault]);
  });
});
