import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { scopes as allScopes, type KeyRole, type Scope } from '../../src/permissions.ts';
import { routes } from '../../src/routes.ts';
import { userFields } from '../../src/users/fields.ts';
import type { ApiResponse } from '../support/contract.ts';
import { NOBODY } from '../support/provocations.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });

/** A change of each group of fields. */
const CHANGES = {
  profile: { first_name: 'changed', email: 'changed@example.com' },
  account: { is_enterprise: true },
  billing: { is_paying: true, stripe_customer_id: 'cus_1' },
};
const GROUPS = ['profile', 'account', 'billing'] as const;

/** The response for each word in the table below. */
const OUTCOMES = {
  ok: [200, undefined],
  field: [403, 'field_not_writable'],
  scope: [403, 'insufficient_scope'],
  owner: [403, 'owner_inactive'],
} as const;

type Cell = keyof typeof OUTCOMES;
type Owner = 'superuser' | 'ordinary' | 'inactive';

// One row: the owner, the role of the key, then what happens to a change of
//                                      their own user              another user
//                                      profile account billing     profile account billing
// biome-ignore format: a table
const MATRIX: [Owner, KeyRole, Cell[], Cell[]][] = [
  ['superuser', 'read_only',    ['scope', 'scope', 'scope'], ['scope', 'scope', 'scope']],
  ['superuser', 'profile',      ['ok',    'field', 'field'], ['scope', 'scope', 'scope']],
  ['superuser', 'billing_sync', ['field', 'field', 'ok'],    ['field', 'field', 'ok']],
  ['superuser', 'full_access',  ['ok',    'ok',    'ok'],    ['ok',    'ok',    'ok']],
  ['ordinary',  'read_only',    ['scope', 'scope', 'scope'], ['scope', 'scope', 'scope']],
  ['ordinary',  'profile',      ['ok',    'field', 'field'], ['scope', 'scope', 'scope']],
  ['ordinary',  'billing_sync', ['scope', 'scope', 'scope'], ['scope', 'scope', 'scope']],
  ['ordinary',  'full_access',  ['ok',    'field', 'field'], ['scope', 'scope', 'scope']],
  ['inactive',  'read_only',    ['owner', 'owner', 'owner'], ['owner', 'owner', 'owner']],
  ['inactive',  'profile',      ['owner', 'owner', 'owner'], ['owner', 'owner', 'owner']],
  ['inactive',  'billing_sync', ['owner', 'owner', 'owner'], ['owner', 'owner', 'owner']],
  ['inactive',  'full_access',  ['owner', 'owner', 'owner'], ['owner', 'owner', 'owner']],
];

const OWNERS = {
  superuser: { is_superuser: true },
  ordinary: {},
  inactive: { is_superuser: true, is_active: false },
};

const KEYS = {
  live: {},
  expired: { expires_at: new Date(Date.now() - 1000) },
  revoked: { revoked_at: new Date(), expires_at: new Date(Date.now() + 1e6) },
};

const cases = MATRIX.flatMap(([owner, role, own, other]) =>
  GROUPS.flatMap((group, i) => [
    { owner, role, group, target: 'own' as const, cell: own[i] as Cell },
    { owner, role, group, target: 'another' as const, cell: other[i] as Cell },
  ]),
);

async function attempt(
  owner: Owner,
  role: KeyRole,
  group: keyof typeof CHANGES,
  target: string,
  key: object,
) {
  const ownerId = await stack.user(OWNERS[owner]);
  const userId = target === 'own' ? ownerId : await stack.user();
  const { key: text } = await stack.key(ownerId, { role, ...key });
  await stack.query(
    `update users set email = gen_random_uuid() || '@example.com' where email = 'changed@example.com'`,
  );
  const before = await stack.row(userId);
  const response = await stack.put(userId, text, CHANGES[group]);
  const after = await stack.row(userId);
  return { response, before, after, log: await stack.log(userId) };
}

describe.each(cases)(
  'an active $role key of $owner owner changes $group fields of $target user:',
  ({ owner, role, group, target, cell }) => {
    test(cell, async () => {
      const { response, before, after, log } = await attempt(owner, role, group, target, KEYS.live);
      expect([response.status, response.body.code]).toEqual(OUTCOMES[cell]);
      if (cell === 'ok') {
        expect(after).toMatchObject({ ...CHANGES[group], version: 2 });
        expect(Object.keys(log[0]?.changes ?? {}).sort()).toEqual(
          Object.keys(CHANGES[group]).sort(),
        );
      } else {
        expect(after).toEqual(before);
        expect(log).toEqual([]);
      }
      if (cell === 'field')
        expect(response.body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual(
          Object.keys(CHANGES[group])
            .map((name) => `/${name}`)
            .sort(),
        );
    });
  },
);

test.each(cases)(
  'in a batch, an active $role key of $owner owner gets the same for $group fields of $target user',
  async ({ owner, role, group, target, cell }) => {
    const ownerId = await stack.user(OWNERS[owner]);
    const id = target === 'own' ? ownerId : await stack.user();
    const { key } = await stack.key(ownerId, { role });
    await stack.query(
      `update users set email = gen_random_uuid() || '@example.com' where email = 'changed@example.com'`,
    );
    const { status, body } = await stack.call('PATCH', '/user', key, [
      { id, fields: CHANGES[group] },
    ]);
    const item = body.data?.[0] ?? { status, problem: body };
    expect([item.status, item.problem?.code]).toEqual(OUTCOMES[cell]);
    expect((await stack.row(id))['version']).toBe(cell === 'ok' ? 2 : 1);
  },
);

describe.each(['expired', 'revoked'] as const)(
  'every %s key is refused, whatever its rights:',
  (state) => {
    test.each(cases)(
      '$role of $owner owner, $group of $target user',
      async ({ owner, role, group, target }) => {
        const { response, before, after, log } = await attempt(
          owner,
          role,
          group,
          target,
          KEYS[state],
        );
        expect([response.status, response.body.code]).toEqual([401, `${state}_api_key`]);
        expect(response.headers.get('www-authenticate')).toBe(
          'Bearer realm="edge-profile", error="invalid_token"',
        );
        expect([after, log]).toEqual([before, []]);
      },
    );
  },
);

/** The other operations on users, and the column of each in the table below. */
const OPERATIONS = {
  'GET /user/{user}': 'read',
  'GET /user/{user}/changes': 'read',
  'GET /user/{user}/versions/1': 'read',
  'GET /user/{user}/export': 'read',
  'GET /user': 'list',
  'POST /user/{user}/revert': 'revert',
  'POST /user/{user}/keys': 'keys',
  'POST /user': 'create',
  'DELETE /user/{user}': 'erase',
} as const;

type Operation = keyof typeof OPERATIONS;
type Target = 'own' | 'another';
const COLUMNS = ['read', 'revert', 'erase', 'keys', 'create'];

// One row: the owner, the role of the key, then what happens with
//                               their own user                                another user
//                               read    revert   erase    keys     create              read     revert   erase    keys
// biome-ignore format: a table
const LIFE: ['superuser' | 'ordinary', KeyRole, Record<Target, Cell[]>][] = [
  ['superuser', 'read_only',    { own: ['ok',    'scope', 'scope', 'scope', 'scope'], another: ['scope', 'scope', 'scope', 'scope'] }],
  ['superuser', 'profile',      { own: ['ok',    'ok',    'scope', 'scope', 'scope'], another: ['scope', 'scope', 'scope', 'scope'] }],
  ['superuser', 'billing_sync', { own: ['ok',    'field', 'scope', 'scope', 'scope'], another: ['ok',    'field', 'scope', 'scope'] }],
  ['superuser', 'full_access',  { own: ['ok',    'ok',    'ok',    'ok',    'ok'],    another: ['ok',    'ok',    'ok',    'ok']    }],
  ['ordinary',  'read_only',    { own: ['ok',    'scope', 'scope', 'scope', 'scope'], another: ['scope', 'scope', 'scope', 'scope'] }],
  ['ordinary',  'profile',      { own: ['ok',    'ok',    'scope', 'scope', 'scope'], another: ['scope', 'scope', 'scope', 'scope'] }],
  ['ordinary',  'billing_sync', { own: ['ok',    'scope', 'scope', 'scope', 'scope'], another: ['scope', 'scope', 'scope', 'scope'] }],
  ['ordinary',  'full_access',  { own: ['ok',    'ok',    'scope', 'ok',    'scope'], another: ['scope', 'scope', 'scope', 'scope'] }],
];

interface Situation {
  /** Whose rows of the table hold; a `response` goes before. */
  rows: 'superuser' | 'ordinary';
  owner?: object;
  key?: object;
  /** What changes of the owner before the request. */
  change?: string;
  response?: readonly [number, string];
}

const SITUATIONS: Record<string, Situation> = {
  superuser: { rows: 'superuser' },
  ordinary: { rows: 'ordinary', owner: OWNERS.ordinary },
  demoted: { rows: 'ordinary', change: 'is_superuser = false' },
  inactive: { rows: 'superuser', change: 'is_active = false', response: OUTCOMES.owner },
  expired: { rows: 'superuser', key: KEYS.expired, response: [401, 'expired_api_key'] },
  revoked: { rows: 'superuser', key: KEYS.revoked, response: [401, 'revoked_api_key'] },
};

const lifeCases = Object.entries(SITUATIONS).flatMap(([name, situation]) =>
  LIFE.filter(([owner]) => owner === situation.rows).flatMap(([, role, cells]) =>
    (Object.keys(OPERATIONS) as Operation[]).flatMap((operation) =>
      (operation.includes('{user}') ? ['own', 'another'] : ['own']).map((target) => {
        const kind = OPERATIONS[operation];
        const cell = cells[target as Target][COLUMNS.indexOf(kind === 'list' ? 'read' : kind)];
        const [status, code] = situation.response ?? OUTCOMES[cell as Cell];
        return { name, situation, role, operation, target, status, code, cells };
      }),
    ),
  ),
);

describe('for every operation, role, target and situation of owner and key:', () => {
  let writer: string;
  beforeAll(async () => {
    // Superusers who stay, so that each of the others may go.
    writer = (await stack.key(await stack.user(OWNERS.superuser))).key;
  });

  /** A user whose first name was Ada at first. */
  async function changedUser(columns: object = {}): Promise<string> {
    const id = await stack.user({ ...columns, first_name: 'Ada' });
    await stack.put(id, writer, { first_name: 'Grace' });
    return id;
  }

  test.each(lifeCases)(
    '$operation of $target user with a $role key of $name owner: $status $code',
    async ({ situation, role, operation, target, status, code, cells }) => {
      const since = new Date().toISOString();
      const owner = await changedUser(situation.owner ?? OWNERS.superuser);
      const another = await changedUser();
      const user = target === 'own' ? owner : another;
      const { key } = await stack.key(owner, { role, ...situation.key });
      if (situation.change)
        await stack.query(`update users set ${situation.change} where id = $1`, [owner]);
      const email = `${randomUUID()}@example.com`;
      const kind = OPERATIONS[operation];
      const bodies = {
        revert: { version: 1 },
        create: { email },
        keys: { role: 'read_only', expires_in: 60 },
      };
      const body = bodies[kind as keyof typeof bodies];
      const query = { list: `?updated_since=${since}` }[kind as string] ?? '';
      const [method = '', path = ''] = operation.replace('{user}', user).split(' ');
      const before = await stack.row(user);
      const response = await stack.call(method, path + query, key, body);
      expect([response.status, response.body?.code]).toEqual([
        status === 200 ? ({ create: 201, keys: 201, erase: 204 }[kind as string] ?? 200) : status,
        code,
      ]);
      const isDone = status === 200;
      const row = await stack.row(user);
      expect(row['id']).toEqual(isDone && kind === 'erase' ? undefined : user);
      if (kind === 'revert') expect(row['first_name']).toBe(isDone ? 'Ada' : 'Grace');
      else if (row['id']) expect(row).toEqual(before);
      expect(await stack.query('select from users where email = $1', [email])).toHaveLength(
        isDone && kind === 'create' ? 1 : 0,
      );
      if (isDone && kind === 'list')
        expect(listedOf(response, [owner, another])).toEqual(
          cells.another[0] === 'ok' ? [owner, another] : [owner],
        );
    },
  );

  test('the table names every operation on users but the updates', () => {
    const onUsers = routes
      .filter(({ path }) => path.startsWith('/api/v1/user'))
      .map(
        ({ method, path }) =>
          `${method} ${path.replace('/api/v1', '').replace(':user_id', '{user}').replace(':version', '1')}`,
      )
      .filter((operation) => !/^(PUT|PATCH) /.test(operation));
    expect(Object.keys(OPERATIONS).toSorted()).toEqual(onUsers.toSorted());
  });
});

/** Which of the users a list has. */
const listedOf = ({ body }: ApiResponse, users: string[]): string[] =>
  users.filter((id) => body.data.some((user: { id: string }) => user.id === id));

/** The scope that changing each field needs, as the reference says. */
const FIELDS = {
  'user:write': {
    first_name: 'x',
    last_name: 'x',
    email: 'x@example.com',
    birthdate: '2000-01-01T00:00:00Z',
    phone: 'x',
    state: 'x',
    country: 'x',
    address: 'x',
  },
  'account:write': {
    is_active: false,
    is_superuser: true,
    is_enterprise: true,
    role_id: '00000000-0000-4000-8000-000000000000',
  },
  'billing:write': {
    active_billing_plan_id: '00000000-0000-4000-8000-000000000000',
    next_billing_plan_id: '00000000-0000-4000-8000-000000000000',
    stripe_customer_id: 'x',
    stripe_subscription_id: 'x',
    stripe_subscription_status: 'x',
    stripe_has_payment_method: true,
    is_trial: true,
    used_trial: true,
    is_paying: true,
    stripe_last_payment_date: '2000-01-01T00:00:00Z',
    billing_updated_at: '2000-01-01T00:00:00Z',
    last_credits_refresh: '2000-01-01T00:00:00Z',
    next_credits_refresh: '2000-01-01T00:00:00Z',
  },
} as const;

describe('every field', () => {
  test('is in one of three groups', () => {
    const names = Object.values(FIELDS).flatMap((fields) => Object.keys(fields));
    expect(names.sort()).toEqual(Object.keys(userFields).sort());
  });

  test.each(Object.entries(FIELDS))(
    'that needs %s cannot be changed with a key without it',
    async (scope, fields) => {
      const owner = await stack.user({ is_superuser: true });
      const target = await stack.user();
      const scopes = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter((s) => s !== scope);
      const { key } = await stack.key(owner, { scopes: [...scopes, 'users:all'] });
      for (const [name, value] of Object.entries(fields)) {
        const { body } = await stack.put(target, key, { [name]: value });
        expect([name, body.code]).toEqual([name, 'field_not_writable']);
      }
      expect(await stack.row(target)).toMatchObject({ version: 1 });
    },
  );
});

/** Every route that needs one of these scopes. */
const ACCEPTED: [string, string, Scope[]][] = [
  ['GET', '/api/v1/user', ['user:read']],
  ['POST', '/api/v1/user', ['users:manage']],
  ['GET', '/api/v1/user/{user}', ['user:read']],
  ['PUT', '/api/v1/user/{user}', ['user:write', 'account:write', 'billing:write']],
  ['PATCH', '/api/v1/user/{user}', ['user:write', 'account:write', 'billing:write']],
  ['DELETE', '/api/v1/user/{user}', ['users:manage']],
  ['GET', '/api/v1/user/{user}/changes', ['user:read']],
  ['GET', '/api/v1/user/{user}/versions/1', ['user:read']],
  ['GET', '/api/v1/user/{user}/export', ['user:read']],
  ['POST', '/api/v1/user/{user}/revert', ['user:write', 'account:write', 'billing:write']],
  ['POST', '/api/v1/keys', ['keys:write']],
  ['GET', '/api/v1/keys', ['keys:write']],
  ['GET', '/api/v1/keys/{key}', ['keys:write']],
  ['PATCH', '/api/v1/keys/{key}', ['keys:write']],
  ['POST', '/api/v1/keys/{key}/rotate', ['keys:write']],
  ['DELETE', '/api/v1/keys/{key}', ['keys:write']],
  ['POST', '/api/v1/webhooks', ['webhooks:write']],
  ['GET', '/api/v1/webhooks', ['webhooks:write']],
  ['GET', '/api/v1/webhooks/{webhook}', ['webhooks:write']],
  ['PATCH', '/api/v1/webhooks/{webhook}', ['webhooks:write']],
  ['DELETE', '/api/v1/webhooks/{webhook}', ['webhooks:write']],
  ['POST', '/api/v1/webhooks/{webhook}/rotate', ['webhooks:write']],
  ['POST', '/api/v1/webhooks/{webhook}/test', ['webhooks:write']],
  ['GET', '/api/v1/webhooks/{webhook}/deliveries', ['webhooks:write']],
  ['POST', '/api/v1/webhooks/{webhook}/replay', ['webhooks:write']],
  ['GET', '/api/v1/webhooks/{webhook}/skipped', ['webhooks:write']],
];

describe.each(ACCEPTED)('%s %s', (method, path, accepted) => {
  /** Sends a valid request for the route, with a superuser's key that has these scopes. */
  async function sendWith(scopes: Scope[]) {
    const user = await stack.user({ is_superuser: true });
    const { key } = await stack.key(user, { scopes });
    const { keyId } = await stack.key(user, { scopes });
    const manager = await stack.key(user, { scopes: ['webhooks:write'] });
    const { body: webhook } = await stack.call('POST', '/webhooks', manager.key, { url: NOBODY });
    const bodies: Record<string, object> = {
      keys: { name: 'n', scopes },
      user: { email: `${randomUUID()}@example.com` },
      revert: { version: 1 },
      webhooks: { url: NOBODY },
      replay: { skip: randomUUID() },
    };
    const body = bodies[path.split('/').at(-1) ?? ''] ?? {};
    return await stack.fetch(
      path.replace('{user}', user).replace('{key}', keyId).replace('{webhook}', webhook.data.id),
      {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(/^P/.test(method) && { body: JSON.stringify(body) }),
      },
    );
  }

  test('refuses a key that has all other scopes', async () => {
    const others = allScopes.filter((scope) => !accepted.includes(scope));
    const { status, body } = await sendWith(others);
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
  });

  test.each(accepted)('accepts a key that has only %s', async (scope) => {
    expect((await sendWith([scope])).status).toBeLessThan(300);
  });
});

describe('protected fields', () => {
  test('are accepted with their current values: the whole document with one permitted change', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id, { role: 'profile' });
    const { body } = await stack.put(id, key, {});
    const response = await stack.put(id, key, { ...body.data, last_name: 'Lovelace' });
    expect(response.status).toBe(200);
    expect(response.body.data).toEqual({ ...body.data, last_name: 'Lovelace' });
    expect((await stack.log(id)).map(({ changes }) => Object.keys(changes))).toEqual([
      ['last_name'],
    ]);
  });

  test('that would change are all named in the error, and nothing changes', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id, { role: 'profile' });
    const response = await stack.put(id, key, {
      first_name: 'A',
      is_superuser: true,
      is_paying: true,
      is_trial: false,
    });
    expect(response.body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual([
      '/is_paying',
      '/is_superuser',
    ]);
    expect(await stack.row(id)).toMatchObject({
      first_name: null,
      is_superuser: false,
      version: 1,
    });
  });

  test('reveal nothing about another user: any other user returns the same 403', async () => {
    const id = await stack.user();
    const other = await stack.user({ is_paying: true });
    const { key } = await stack.key(id);
    const problems = await Promise.all(
      [other, '00000000-0000-4000-8000-000000000000'].flatMap((userId) =>
        [true, false].map((is_paying) =>
          stack.put(userId, key, { is_paying }, { 'x-request-id': 'same' }),
        ),
      ),
    );
    expect(new Set(problems.map(({ text }) => text)).size).toBe(1);
    expect(problems[0]?.body.code).toBe('insufficient_scope');
  });
});

describe('a change of the rights of the owner takes effect with the next request:', () => {
  test('demotion, promotion, deactivation and revocation', async () => {
    const id = await stack.user({ is_superuser: true });
    const other = await stack.user();
    const { key, keyId } = await stack.key(id);
    let n = 0;
    const codes = async () => {
      n++;
      const own = await stack.put(id, key, { state: `s${n}` });
      const others = await stack.put(other, key, { state: `s${n}` });
      return [own.body.code ?? own.status, others.body.code ?? others.status];
    };
    const set = (assignment: string) =>
      stack.query(`update users set ${assignment} where id = $1`, [id]);
    expect(await codes()).toEqual([200, 200]);
    await set('is_superuser = false');
    expect(await codes()).toEqual([200, 'insufficient_scope']);
    await set('is_superuser = true');
    expect(await codes()).toEqual([200, 200]);
    await set('is_active = false');
    expect(await codes()).toEqual(['owner_inactive', 'owner_inactive']);
    await set('is_active = true');
    await stack.query('update api_keys set revoked_at = now() where id = $1', [keyId]);
    expect(await codes()).toEqual(['revoked_api_key', 'revoked_api_key']);
  });

  test('also if superusers demote themselves', async () => {
    const id = await stack.user({ is_superuser: true });
    const { key } = await stack.key(id);
    expect((await stack.put(id, key, { is_superuser: false })).body.data.is_superuser).toBe(false);
    expect((await stack.put(id, key, { is_superuser: true })).body.code).toBe('field_not_writable');
  });
});
