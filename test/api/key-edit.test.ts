import { describe, expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();

/** A superuser with a key that manages, and another that is to be edited. */
async function two(options: Parameters<typeof stack.key>[1] = {}) {
  const id = await stack.user({ is_superuser: true });
  const manager = await stack.key(id);
  const { key, keyId } = await stack.key(id, options);
  const edit = (body: unknown, headers: Record<string, string> = {}) =>
    stack.call('PATCH', `/keys/${keyId}`, manager.key, body, headers);
  return { id, manager, key, keyId, edit };
}

const pointers = (body: { errors: { pointer: string; code: string }[] }) =>
  body.errors.map(({ pointer, code }) => `${pointer} ${code}`);

describe('PATCH /api/v1/keys/{key_id}', () => {
  test('changes what the body has, and records it', async () => {
    const { keyId, manager, edit } = await two({ role: 'profile' });
    const edited = await edit({ name: 'new', description: 'why' }, { 'x-request-id': 'edited' });
    expect([edited.status, edited.body.message]).toEqual([200, 'Key updated successfully']);
    expect(edited.body.data).toMatchObject({ name: 'new', description: 'why', role: 'profile' });
    const again = await edit({ description: '' });
    expect(again.body.data).toMatchObject({ name: 'new', description: '' });
    const events = await stack.query(
      'select action, actor_key_id, request_id from key_events where key_id = $1 order by id',
      [keyId],
    );
    expect(events[0]).toEqual({
      action: 'edited',
      actor_key_id: manager.keyId,
      request_id: 'edited',
    });
    expect(events).toHaveLength(2);
  });

  test('without a change records nothing', async () => {
    const { keyId, edit } = await two();
    expect((await edit({})).status).toBe(200);
    expect((await edit({ name: 'test' })).status).toBe(200);
    expect(await stack.query('select from key_events where key_id = $1', [keyId])).toEqual([]);
  });

  test('takes rights away from the next request on', async () => {
    const { id, key, edit } = await two();
    expect((await stack.put(id, key, { phone: '1', state: 'x' })).status).toBe(200);
    const bounds = { fields: ['phone'], allowed_ips: ['127.0.0.0/8', '::1/128'] };
    expect((await edit(bounds)).body.data).toMatchObject(bounds);
    expect((await stack.put(id, key, { state: 'y' })).body.code).toBe('field_not_writable');
    expect((await stack.put(id, key, { phone: '2' })).status).toBe(200);
    await edit({ allowed_ips: ['127.0.0.128/25'] });
    expect((await stack.put(id, key, { phone: '3' })).body.code).toBe('address_not_allowed');
    const { body } = await edit({ scopes: ['user:read'] });
    expect(body.data).toMatchObject({ role: null, scopes: ['user:read'] });
  });

  test.each([
    [{ scopes: ['user:read', 'keys:write'] }, ['/scopes not_grantable']],
    [{ allowed_ips: null }, ['/allowed_ips not_grantable']],
    [{ allowed_ips: ['127.0.0.0/7'] }, ['/allowed_ips invalid_format']],
    [{ allowed_ips: ['126.0.0.0/7'] }, ['/allowed_ips not_grantable']],
    [{ fields: null }, ['/fields not_grantable']],
    [{ fields: ['phone', 'email'] }, ['/fields not_grantable']],
    [
      { scopes: ['users:all'], fields: ['email'], allowed_ips: ['::/0'] },
      ['/scopes not_grantable', '/allowed_ips not_grantable', '/fields not_grantable'],
    ],
  ])('gives no rights: %j', async (wider, faults) => {
    const { keyId, edit } = await two({
      role: 'profile',
      allowed_ips: ['127.0.0.0/8'],
      fields: ['phone'],
    });
    const { status, body } = await edit({ ...wider, name: 'new' });
    const expected = faults.map((fault) => fault.replace('ips invalid', 'ips/0 invalid'));
    expect(pointers(body)).toEqual(expected);
    expect(status).toBe(faults[0]?.includes('invalid') ? 422 : 403);
    expect(await stack.query('select name from api_keys where id = $1', [keyId])).toEqual([
      { name: 'test' },
    ]);
  });

  test('may keep what its owner cannot grant any more', async () => {
    const { id, edit } = await two();
    await stack.query('update users set is_superuser = false where id = $1', [id]);
    expect((await edit({ scopes: ['users:all', 'user:read'] })).status).toBe(200);
  });

  test.each([
    [{ revoked_at: new Date() }, 'revoked'],
    [{ expires_at: new Date(0) }, 'expired'],
  ])('refuses a key that is no longer active: %#', async (times, state) => {
    const { edit } = await two(times);
    const { status, body } = await edit({ name: 'new' });
    expect([status, body.code]).toEqual([409, 'key_not_live']);
    expect(body.detail).toContain(state);
  });

  test('finds no key of another user', async () => {
    const { manager } = await two();
    const { keyId } = await two();
    const { body } = await stack.call('PATCH', `/keys/${keyId}`, manager.key, { name: 'n' });
    expect(body.code).toBe('key_not_found');
  });

  test.each([
    [{ role: 'profile' }, '/role unknown_field'],
    [{ name: '' }, '/name required'],
    [{ expires_at: null }, '/expires_at unknown_field'],
    [{ scopes: [] }, '/scopes required'],
    [{ fields: [] }, '/fields required'],
  ])('refuses %j', async (body, fault) => {
    const { edit } = await two();
    expect(pointers((await edit(body)).body)).toEqual([fault]);
  });
});
