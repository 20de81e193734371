import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { cookieOf, signInVariables, usePeople } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';

const variables = await signInVariables();
const stack = useStack({ ...variables, SIGN_UP: 'on' });
const people = usePeople(stack, variables);

const newEmail = () => `${randomUUID()}@example.com`;
const usersWith = (email: string) =>
  stack.query<{ id: string }>('select id from users where lower(email) = lower($1)', [email]);

describe('with SIGN_UP=on, the first sign-in', () => {
  test('of a verified address that nobody has creates the user, and the creation is logged', async () => {
    const email = newEmail();
    const { end } = await people.signIn({ email });
    expect(end.location).toBe(`${stack.origin}/settings`);
    const [user] = await usersWith(email);
    const { body } = await stack.fetch('/auth/session', {
      headers: { cookie: cookieOf(end.headers) },
    });
    expect(body.data).toMatchObject({ email, is_superuser: false });
    const log = await stack.query('select * from user_changes where user_id = $1', [user?.id]);
    expect(log).toMatchObject([{ version: 1, api_key_id: null }]);
    expect(log[0]?.['request_id']).not.toBe('sql');
  });

  test('again, in any case of the address, creates nobody', async () => {
    const email = newEmail();
    await people.signIn({ email, id: 'one' });
    const { end } = await people.signIn({ email: email.toUpperCase(), id: 'one' });
    expect(end.location).toBe(`${stack.origin}/settings`);
    expect(await usersWith(email)).toHaveLength(1);
  });

  test('of an address that a user has signs that user in', async () => {
    const email = newEmail();
    const id = await stack.user({ email });
    expect((await people.signIn({ email })).end.location).toBe(`${stack.origin}/settings`);
    expect(await usersWith(email)).toEqual([{ id }]);
  });

  test('of an address that a key gave to a user neither signs in nor creates anybody', async () => {
    const id = await stack.user();
    const { key } = await stack.key(id);
    const email = newEmail();
    await stack.put(id, key, { email });
    const { end } = await people.signIn({ email });
    expect(end.location).toBe(`${stack.origin}/settings?sign_in=unknown_user`);
    expect(await usersWith(email)).toEqual([{ id }]);
  });

  test.each([
    ['unverified', { email: newEmail(), emailVerified: false }, 'unverified_email'],
    [
      'too long for a user',
      {
        id: 'long',
        email: `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.com`,
      },
      'unknown_user',
    ],
  ])('of an address that is %s creates nobody', async (_, person, outcome) => {
    const { end } = await people.signIn(person);
    expect(end.location).toBe(`${stack.origin}/settings?sign_in=${outcome}`);
    expect(await usersWith(person.email)).toEqual([]);
  });

  test('whose response from the database was lost creates one user, who is signed in', async () => {
    const email = newEmail();
    stack.database.faults.push('cutAfterCommit');
    expect((await people.signIn({ email })).end.location).toBe(`${stack.origin}/settings`);
    expect(await usersWith(email)).toHaveLength(1);
  });
});
