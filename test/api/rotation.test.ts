import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const DAY_MS = 86_400_000;

/** Creates a superuser with a key that may manage keys, and another key to rotate. */
async function owner(expires_at?: Date) {
  const id = await stack.user({ is_superuser: true });
  const old = await stack.key(id, { role: 'profile', ...(expires_at && { expires_at }) });
  return { id, ...(await stack.key(id)), old };
}

const post = (path: string, key: string, body: unknown, idempotencyKey?: string) =>
  stack.fetch(`/api/v1/keys${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(idempotencyKey && { 'idempotency-key': `"${idempotencyKey}"` }),
    },
    body: JSON.stringify(body),
  });

const codeOf = async (id: string, key: string) =>
  (await stack.put(id, key, {})).body.code ?? 'works';

const activeKeys = async (id: string) =>
  (
    await stack.query<{ id: string }>(
      `select id from api_keys where owner_id = $1 and revoked_at is null
       and coalesce(expires_at > now(), true)`,
      [id],
    )
  ).map((row) => row.id);

describe('without grace', () => {
  test('the old key works until the first use of the new one, and no longer', async () => {
    const { id, key, old } = await owner();
    const rotated = await post(`/${old.keyId}/rotate`, key, {});
    const { body: before } = await stack.call('GET', `/keys/${old.keyId}`, key);
    expect(before.data).toMatchObject({
      replaces: null,
      replaced_by: rotated.body.data.id,
      until_first_use: true,
    });
    expect(rotated.body.data).toMatchObject({
      replaces: old.keyId,
      replaced_by: null,
      until_first_use: false,
    });
    expect(await codeOf(id, old.key)).toBe('works');
    expect(await codeOf(id, rotated.body.data.key)).toBe('works');
    expect(await codeOf(id, old.key)).toBe('expired_api_key');
  });

  test.each([
    ['GET of the user', (id: string) => [`/api/v1/user/${id}`, 'GET'] as const],
    ['GET of keys/self', () => ['/api/v1/keys/self', 'GET'] as const],
    ['POST of keys/self/rotate', () => ['/api/v1/keys/self/rotate', 'POST'] as const],
  ])('the first use can be a %s', async (_, of) => {
    const { id, key, old } = await owner();
    const successor = (await post(`/${old.keyId}/rotate`, key, {})).body.data.key;
    const [path, method] = of(id);
    const headers = { authorization: `Bearer ${successor}`, 'content-type': 'application/json' };
    const used = await stack.fetch(path, {
      method,
      headers,
      ...(method === 'POST' && { body: '{}' }),
    });
    expect(used.status).toBeLessThan(300);
    expect(await codeOf(id, old.key)).toBe('expired_api_key');
  });

  test('a dry run of the new key does not end the old one', async () => {
    const { id, key, old } = await owner();
    const successor = (await post(`/${old.keyId}/rotate`, key, {})).body.data.key;
    await stack.put(id, successor, { first_name: 'A' }, { prefer: 'validate-only' });
    expect(await codeOf(id, old.key)).toBe('works');
  });

  test('it works for at most 24 hours, as meta and Sunset say, and never beyond its own expiry', async () => {
    const { id, key, old } = await owner();
    const { body } = await post(`/${old.keyId}/rotate`, key, {});
    const left = Date.parse(body.meta.replaced.expires_at) - Date.now();
    expect(left).toBeGreaterThan(DAY_MS - 60_000);
    expect(left).toBeLessThan(DAY_MS + 1000);
    expect(Date.parse((await stack.put(id, old.key, {})).headers.get('sunset') ?? '')).toBe(
      Math.floor(Date.parse(body.meta.replaced.expires_at) / 1000) * 1000,
    );
    const soon = await owner(new Date(Date.now() + 60_000));
    const short = await post(`/${soon.old.keyId}/rotate`, soon.key, {});
    expect(Date.parse(short.body.meta.replaced.expires_at) - Date.now()).toBeLessThan(61_000);
  });

  test('a second rotation after a lost response keeps the original expiry and leaves one successor', async () => {
    for (const [expires_at, path] of [
      [undefined, 'manager'],
      [undefined, 'self'],
      [new Date(Date.now() + 40 * DAY_MS), 'self'],
    ] as const) {
      const { id, key, keyId, old } = await owner(expires_at);
      const rotate = () =>
        path === 'self' ? post('/self/rotate', old.key, {}) : post(`/${old.keyId}/rotate`, key, {});
      const lost = await rotate();
      const second = await rotate();
      expect([second.status, second.body.data.expires_at]).toEqual([
        201,
        expires_at ? expect.stringMatching(expires_at.toISOString().slice(0, 19)) : null,
      ]);
      expect((await activeKeys(id)).sort()).toEqual([keyId, old.keyId, second.body.data.id].sort());
      expect(await codeOf(id, lost.body.data.key)).toBe('revoked_api_key');
      expect(await codeOf(id, second.body.data.key)).toBe('works');
      expect(await codeOf(id, old.key)).toBe('expired_api_key');
    }
  });

  test('only the first use of the latest successor ends the old key', async () => {
    const { id, key, old } = await owner();
    const first = await post(`/${old.keyId}/rotate`, key, { grace: 3600 });
    const second = await post(`/${old.keyId}/rotate`, key, {});
    expect(await codeOf(id, first.body.data.key)).toBe('works');
    expect(await codeOf(id, old.key)).toBe('works');
    expect(await codeOf(id, second.body.data.key)).toBe('works');
    expect(await codeOf(id, old.key)).toBe('expired_api_key');
  });

  test('an explicit grace of 0 ends the old key at once', async () => {
    const { id, key, old } = await owner();
    const { body } = await post(`/${old.keyId}/rotate`, key, { grace: 0 });
    expect(body.meta.replaced).toMatchObject({ id: old.keyId, until_first_use: false });
    expect(await codeOf(id, old.key)).toBe('expired_api_key');
  });

  test('a rotated key does not count toward the 25, but cannot be used to exceed them', async () => {
    const { id, key, old } = await owner();
    for (let keys = 2; keys < 25; keys++) await stack.key(id);
    expect((await post(`/${old.keyId}/rotate`, key, {})).status).toBe(201);
    expect((await post('', key, { name: 'one more', role: 'profile' })).body.code).toBe(
      'too_many_keys',
    );
    const chain = [];
    let last = old.keyId;
    for (let round = 0; round < 30; round++) {
      const next = await post(`/${last}/rotate`, key, {});
      chain.push(next.body.code ?? 'created');
      if (next.body.data) last = next.body.data.id;
    }
    expect((await activeKeys(id)).length).toBeLessThanOrEqual(50);
    expect(chain.at(-1)).toBe('too_many_keys');
  });

  test('with 25 active keys, a rotation with a grace is refused and changes nothing', async () => {
    const { id, key, old } = await owner();
    for (let keys = 2; keys < 25; keys++) await stack.key(id);
    const everything = () =>
      stack.query('select * from api_keys where owner_id = $1 order by id', [id]);
    await stack.put(id, key, {});
    const before = await everything();
    const refused = await post(`/${old.keyId}/rotate`, key, { grace: 3600 });
    expect([refused.status, refused.body.code]).toEqual([409, 'too_many_keys']);
    expect(await everything()).toEqual(before);
    expect(await stack.query('select from key_events where owner_id = $1', [id])).toEqual([]);
    expect((await post(`/${old.keyId}/rotate`, key, { grace: 0 })).status).toBe(201);
    expect(await activeKeys(id)).toHaveLength(25);
  });
});

describe('POST /api/v1/keys/self/rotate', () => {
  test.each(['read_only', 'profile', 'billing_sync', 'full_access'] as const)(
    'a key of the role %s rotates itself and gains no rights',
    async (role) => {
      const id = await stack.user({ is_superuser: true });
      const expires_at = new Date(Date.now() + 30 * DAY_MS);
      const old = await stack.key(id, { role, expires_at });
      const { status, body } = await post('/self/rotate', old.key, { expires_at: null });
      const before = (await stack.query('select * from api_keys where id = $1', [old.keyId]))[0];
      expect([status, body.data.scopes, body.data.owner_id]).toEqual([201, before?.['scopes'], id]);
      expect(Date.parse(body.data.expires_at)).toBe(expires_at.getTime());
      expect(body.meta.replaced).toMatchObject({ id: old.keyId, until_first_use: true });
      expect(
        await stack.query('select action, actor, actor_key_id from key_events where key_id = $1', [
          old.keyId,
        ]),
      ).toEqual([{ action: 'rotated', actor: 'key', actor_key_id: old.keyId }]);
    },
  );

  test.each([
    ['revoked', { revoked_at: new Date() }, {}, 'revoked_api_key'],
    ['expired', { expires_at: new Date(Date.now() - 1000) }, {}, 'expired_api_key'],
    ['of an inactive owner', {}, { is_active: false }, 'owner_inactive'],
  ])('a key that is %s cannot rotate itself', async (_, options, columns, code) => {
    const id = await stack.user(columns);
    const { key } = await stack.key(id, options);
    expect((await post('/self/rotate', key, {})).body.code).toBe(code);
    expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(1);
  });

  test('a later expiry of the successor does not extend the old key', async () => {
    const expires_at = new Date(Date.now() + DAY_MS);
    const { key, old } = await owner(expires_at);
    await post(`/${old.keyId}/rotate`, key, { expires_at: '2099-01-01T00:00:00Z' });
    for (const body of [{}, { expires_at: null }, { expires_at: '2099-01-01T00:00:00Z' }]) {
      const own = await post('/self/rotate', old.key, body);
      expect(Date.parse(own.body.data.expires_at)).toBe(expires_at.getTime());
    }
  });

  test('makes one database request and takes the same body as rotating by id', async () => {
    const { old } = await owner();
    const requests = stack.database.requests;
    expect((await post('/self/rotate', old.key, { grace: 'soon' })).body.errors).toEqual([
      expect.objectContaining({ pointer: '/grace', code: 'invalid_type' }),
    ]);
    expect((await post('/self/rotate', old.key, {})).status).toBe(201);
    expect(stack.database.requests - requests).toBe(1);
  });
});

describe('under an Idempotency-Key', () => {
  const DRAFT = { name: 'job', role: 'profile' };

  test.each([
    ['creating', (_: string) => ['', DRAFT, { ...DRAFT, name: 'other' }] as const],
    ['rotating', (id: string) => [`/${id}/rotate`, {}, { grace: 60 }] as const],
  ])('repeating %s gives the same key a new secret until it is used', async (_, of) => {
    const { id, key, old } = await owner();
    const [path, body, otherBody] = of(old.keyId);
    const text = randomUUID();
    const lost = await post(path, key, body, text);
    const again = await post(path, key, body, text);
    expect([again.status, again.body.data.id]).toEqual([201, lost.body.data.id]);
    expect(again.body.data.key).not.toBe(lost.body.data.key);
    expect(again.body.meta).toEqual(lost.body.meta);
    expect(again.body.data.prefix).toBe(again.body.data.key.slice(0, 9));

    const other = await post(path, key, otherBody, text);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const unknown = await stack.put(id, lost.body.data.key, {});
    expect(unknown.body.code).toBe('invalid_api_key');
    expect(await codeOf(id, again.body.data.key)).toBe('works');

    const late = await post(path, key, body, text);
    expect([late.status, late.body.code]).toEqual([409, 'key_already_used']);
    expect(await codeOf(id, again.body.data.key)).toBe('works');
    const actions = await stack.query<{ action: string }>(
      'select action from key_events where key_id = $1 order by id',
      [lost.body.data.id],
    );
    expect(actions.map(({ action }) => action)).toEqual(['created', 'renewed']);
  });

  test.each([
    ['revoked', 'update api_keys set revoked_at = now() where id = $1'],
    ['expired', `update api_keys set expires_at = now() - interval '1 second' where id = $1`],
  ])('a repeat does not restore a key that was %s meanwhile', async (_, ended) => {
    const { id, key } = await owner();
    const text = randomUUID();
    const { body } = await post('', key, DRAFT, text);
    await stack.query(ended, [body.data.id]);
    const again = await post('', key, DRAFT, text);
    expect([again.status, again.body.code]).toEqual([409, 'key_already_used']);
    expect(await activeKeys(id)).not.toContain(body.data.id);
  });

  test('many at once create one key, and only one of their secrets works', async () => {
    const { id, key } = await owner();
    const text = randomUUID();
    const before = (await activeKeys(id)).length;
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => post('', key, DRAFT, text)),
    );
    expect(new Set(responses.map(({ body }) => body.data.id)).size).toBe(1);
    expect((await activeKeys(id)).length).toBe(before + 1);
    const outcomes = [];
    for (const { body } of responses) outcomes.push(await codeOf(id, body.data.key));
    expect(outcomes.sort()).toEqual([...Array(5).fill('invalid_api_key'), 'works']);
  });

  test.each(['cutAfterCommit', 'cut'] as const)(
    'a broken connection (%s) only causes a second attempt: one key, whose secret works',
    async (fault) => {
      const { id, key } = await owner();
      const before = (await activeKeys(id)).length;
      stack.database.faults.push(fault);
      const { status, body } = await post('', key, DRAFT, randomUUID());
      expect(status).toBe(201);
      expect((await activeKeys(id)).length).toBe(before + 1);
      expect(await codeOf(id, body.data.key)).toBe('works');
    },
  );

  test('expires after 24 hours, and belongs to the owner of the keys', async () => {
    const { key } = await owner();
    const text = randomUUID();
    const first = await post('', key, DRAFT, text);
    const elsewhere = await owner();
    expect((await post('', elsewhere.key, DRAFT, text)).body.data.id).not.toBe(first.body.data.id);
    await stack.query(
      `update api_keys set created_at = now() - interval '24 hours 1 second' where id = $1`,
      [first.body.data.id],
    );
    const later = await post('', key, DRAFT, text);
    expect([later.status, later.body.data.id === first.body.data.id]).toEqual([201, false]);
  });

  test('a repeat checks the rights again: without them it gets no secret', async () => {
    const { id, key } = await owner();
    const text = randomUUID();
    const draft = { name: 'job', role: 'full_access' };
    await post('', key, draft, text);
    await stack.query('update users set is_superuser = false where id = $1', [id]);
    expect((await post('', key, draft, text)).body.code).toBe('insufficient_scope');
  });

  test('two keys that rotate themselves under the same text are independent', async () => {
    const { id, key, keyId } = await owner();
    const expires_at = new Date(Date.now() + 30 * DAY_MS);
    const small = await stack.key(id, { role: 'read_only', expires_at });
    const text = 'rotation of November';
    const mine = await post('/self/rotate', key, {}, text);
    for (const attempt of ['first', 'again']) {
      const { status, body } = await post('/self/rotate', small.key, {}, text);
      expect([attempt, status, body.data.scopes]).toEqual([attempt, 201, ['user:read']]);
      expect(body.meta.replaced.id).toBe(small.keyId);
    }
    const again = await post('/self/rotate', key, {}, text);
    expect([again.body.data.id, again.body.meta.replaced.id]).toEqual([mine.body.data.id, keyId]);
    // The successor is a key of its own, and may use the same text again.
    expect((await post('/self/rotate', again.body.data.key, {}, text)).status).toBe(201);
  });

  test('a repeat with a key that expires gets no key that outlives it', async () => {
    const { id, key } = await owner();
    const expires_at = new Date(Date.now() + DAY_MS);
    const ending = await stack.key(id, { expires_at });
    const text = randomUUID();
    await post('', key, DRAFT, text);
    const { status, body } = await post('', ending.key, DRAFT, text);
    expect([status, Date.parse(body.data.expires_at)]).toEqual([201, expires_at.getTime()]);
  });

  test('a malformed one is refused and creates nothing', async () => {
    const { id, key } = await owner();
    const before = (await activeKeys(id)).length;
    const { body } = await post('', key, DRAFT, 'x'.repeat(256));
    expect([body.code, body.errors[0].header]).toEqual(['malformed_header', 'Idempotency-Key']);
    expect((await activeKeys(id)).length).toBe(before);
  });
});

describe('a request for a key whose response the Worker lost is sent again', () => {
  test.each(['cutAfterCommit', 'cut'] as const)('%s: it creates one key', async (fault) => {
    const { id, key } = await owner();
    const before = await activeKeys(id);
    stack.database.faults.push(fault, fault);
    const { status, body } = await post('', key, { name: 'job', role: 'profile' });
    expect(status).toBe(201);
    expect(await activeKeys(id)).toHaveLength(before.length + 1);
    expect(await codeOf(id, body.data.key)).toBe('works');
    const actions = await stack.query('select action from key_events where key_id = $1', [
      body.data.id,
    ]);
    expect(actions).toEqual([{ action: 'created' }]);
  });

  test('so is a rotation that has ended the calling key', async () => {
    const { id, keyId, key } = await owner();
    stack.database.faults.push('cutAfterCommit');
    const { status, body } = await post('/self/rotate', key, { grace: 0 });
    expect([status, body.meta.replaced]).toEqual([
      201,
      { id: keyId, expires_at: expect.any(String), until_first_use: false },
    ]);
    expect(await codeOf(id, body.data.key)).toBe('works');
    expect(await codeOf(id, key)).toBe('expired_api_key');
  });

  test('a late attempt, after the response to the second one, creates nothing', async () => {
    const { id, key } = await owner();
    const before = await activeKeys(id);
    stack.database.faults.push({ late: 1000 });
    expect((await post('', key, { name: 'job', role: 'profile' })).status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await activeKeys(id)).toHaveLength(before.length + 1);
  });
});

test('a key and its successors have one lineage; a new key has its own', async () => {
  const { key, keyId, old } = await owner();
  const first = (await post(`/${old.keyId}/rotate`, key, {})).body.data.id;
  const second = (await post(`/${first}/rotate`, key, { grace: 60 })).body.data.id;
  const created = (await post('', key, { name: 'job', role: 'profile' })).body.data.id;
  const lineage = new Map(
    (await stack.query('select id, lineage_id from api_keys')).map((row) => [
      row['id'],
      row['lineage_id'],
    ]),
  );
  expect([first, second].map((id) => lineage.get(id))).toEqual(
    Array(2).fill(lineage.get(old.keyId)),
  );
  expect(lineage.get(created)).toBe(created);
  expect(lineage.get(keyId)).not.toBe(lineage.get(old.keyId));
});

describe('issue_key refuses a request that lacks a member', () => {
  /**
   * Runs the last statement again for another key, without a member of its request. Returns its
   * result.
   */
  async function without(member: string) {
    const { query, params } = stack.database.statement;
    const { [member]: _, ...request } = JSON.parse(String(params[0]));
    request.hash = `\\x${randomUUID().replaceAll('-', '').repeat(2)}`;
    const [row] = await stack.query(query, [JSON.stringify(request)]);
    return row?.['result'];
  }

  test('without the limit of active keys it creates no key', async () => {
    const { key } = await owner();
    await post('', key, { name: 'job', role: 'profile' });
    expect(await without('max_active_keys')).toMatchObject({ verdict: 'too_many_keys' });
  });

  test('without the time until first use, the new key ends the old one at once', async () => {
    const { id, key, old } = await owner();
    await post(`/${old.keyId}/rotate`, key, {});
    expect(await without('first_use_within')).toMatchObject({ verdict: 'issued' });
    expect(await codeOf(id, old.key)).toBe('expired_api_key');
  });
});
