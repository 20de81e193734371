import { describe, expect, test } from 'vitest';
import { overtaken } from '../support/overtaken.ts';
import { useStack } from '../support/stack.ts';

// Requests that wait for a row that another transaction has locked and then changes. They are decided
// by the state after the change, not by the state when they began.

const stack = useStack();

/** Creates a superuser with the calling key and another one, which it may rotate. */
async function superuser() {
  const id = await stack.user({ is_superuser: true });
  const { key, keyId } = await stack.key(id);
  const old = await stack.key(id);
  return { id, key, keyId, oldId: old.keyId };
}

type Person = Awaited<ReturnType<typeof superuser>>;

const post = (path: string, key: string, body: object) =>
  stack.fetch(`/api/v1/keys${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const create = ({ key }: Person) => post('', key, { name: 'n', role: 'full_access' });
const rotate = ({ key, oldId }: Person) => post(`/${oldId}/rotate`, key, {});
const promote = ({ id, key }: Person) => stack.put(id, key, { is_enterprise: true });

const REQUESTS = [
  ['a new key', create],
  ['a rotation', rotate],
  ['a change of an account field', promote],
] as const;

/** Returns what such a request could change. */
const storedStateOf = async ({ id }: Person) => [
  await stack.query('select is_enterprise, version from users where id = $1', [id]),
  await stack.query('select id from api_keys where owner_id = $1 order by id', [id]),
  await stack.query('select * from key_events where owner_id = $1', [id]),
];

/** Uses the clock, because the request began before that moment. */
const ENDS = [
  ['expires', 'expires_at = clock_timestamp()', 'expired_api_key'],
  ['is revoked', 'revoked_at = clock_timestamp()', 'revoked_api_key'],
] as const;

const end = (keyId: string, how: string) => `update api_keys set ${how} where id = '${keyId}'`;

describe.each(REQUESTS)('%s', (_, send) => {
  test.each(ENDS)('by a key that %s while it waits is refused', async (_, how, code) => {
    const person = await superuser();
    const { keyId } = person;
    const before = await storedStateOf(person);
    const response = await overtaken(
      stack,
      { holds: 'api_keys', id: keyId, meanwhile: end(keyId, how) },
      () => send(person),
    );
    expect([response.status, response.body.code]).toEqual([401, code]);
    expect(await storedStateOf(person)).toEqual(before);
  });

  test.each([
    ['demoted', 'is_superuser = false', /^(insufficient_scope|field_not_writable)$/],
    ['deactivated', 'is_active = false', /^owner_inactive$/],
  ])('by a key whose owner is %s while it waits is refused', async (_, loss, code) => {
    const person = await superuser();
    const { id } = person;
    const before = await storedStateOf(person);
    const meanwhile = `update users set ${loss} where id = '${id}'`;
    const response = await overtaken(stack, { holds: 'users', id, meanwhile }, () => send(person));
    expect([response.status, response.body.code]).toEqual([403, expect.stringMatching(code)]);
    expect(await storedStateOf(person)).toEqual(before);
  });
});

test.each(ENDS)('a key that %s while its rotation waits has no successor', async (_, how) => {
  const person = await superuser();
  const { oldId } = person;
  const before = await storedStateOf(person);
  const response = await overtaken(
    stack,
    { holds: 'api_keys', id: oldId, meanwhile: end(oldId, how) },
    () => rotate(person),
  );
  expect([response.status, response.body.code]).toEqual([409, 'key_not_live']);
  expect(await storedStateOf(person)).toEqual(before);
});

describe('of the 25 active keys of a user', () => {
  /** Creates a user with 25 active keys. */
  async function collector() {
    const person = await superuser();
    for (let i = 0; i < 23; i++) await stack.key(person.id);
    return person;
  }

  test.each(ENDS)(
    'a key that %s while a request waits makes room for the new one',
    async (_, how) => {
      const person = await collector();
      expect((await create(person)).body.code).toBe('too_many_keys');
      const { id, oldId } = person;
      const response = await overtaken(
        stack,
        { holds: 'users', id, meanwhile: end(oldId, how) },
        () => create(person),
      );
      expect(response.status).toBe(201);
    },
  );

  test('the last place goes to one key, and the waiting request is refused', async () => {
    const person = await collector();
    const { id, oldId } = person;
    await stack.query('delete from api_keys where id = $1', [oldId]);
    const insert = `
      insert into api_keys (owner_id, name, scopes, hash, prefix)
      values ('${id}', 'n', '{}', sha256('${id}'), 'in-')`;
    const late = await overtaken(stack, { holds: 'users', id, meanwhile: insert }, () =>
      create(person),
    );
    expect([late.status, late.body.code]).toEqual([409, 'too_many_keys']);
    expect(await stack.query('select from api_keys where owner_id = $1', [id])).toHaveLength(25);
  });
});
