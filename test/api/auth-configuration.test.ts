import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { sessionCookie } from '../../src/auth/session.ts';
import { ConfigurationError, parseEnv } from '../../src/env.ts';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';

/** The other variables that the Worker needs. */
const others = {
  DATABASE_URL: 'postgresql://user:secret@host/database',
  KEY_LIMIT: { limit: () => {} },
  ADDRESS_LIMIT: { limit: () => {} },
  KEY_LIMIT_POLICY: '600/60',
  ADDRESS_LIMIT_POLICY: '600/60',
};
const good = {
  OIDC_ISSUER: 'https://accounts.example.com',
  OIDC_CLIENT_ID: 'id',
  OIDC_CLIENT_SECRET: 'client-secret',
  SESSION_SECRET: 's'.repeat(43),
};
const names = Object.keys(good) as (keyof typeof good)[];
const parse = (bindings: object) => parseEnv({ ...others, ...bindings }).signIn;

test('sign-in is off without the four variables', () => {
  expect(parse({})).toBeUndefined();
});

test('sign-in is on with all four variables', () => {
  expect(parse(good)).toEqual({
    issuer: good.OIDC_ISSUER,
    clientId: good.OIDC_CLIENT_ID,
    clientSecret: good.OIDC_CLIENT_SECRET,
    sessionSecrets: [good.SESSION_SECRET],
    createsUsers: false,
    appClientIds: [],
  });
  const PREVIOUS_SESSION_SECRET = 'p'.repeat(43);
  expect(parse({ ...good, PREVIOUS_SESSION_SECRET })).toMatchObject({
    sessionSecrets: [good.SESSION_SECRET, PREVIOUS_SESSION_SECRET],
  });
  expect(parse({ ...good, OIDC_APP_CLIENT_IDS: ' ios-app,,android-app ' })).toMatchObject({
    appClientIds: ['ios-app', 'android-app'],
  });
  expect(parse({ ...good, SIGN_UP: 'on' })).toMatchObject({ createsUsers: true });
  expect(() => parse({ ...good, SIGN_UP: 'yes' })).toThrow(
    new ConfigurationError('missing or invalid variables: SIGN_UP'),
  );
});

test.each(names)('with only %s set, the error names the missing variables', (name) => {
  const missing = names.filter((other) => other !== name);
  expect(() => parse({ [name]: good[name] })).toThrow(
    new ConfigurationError(`missing or invalid variables: ${missing.join(', ')}`),
  );
});

test.each(['http://127.0.0.1:4445', 'http://localhost:4445', 'http://[::1]:4445'])(
  'plain http is accepted on loopback: %s',
  (OIDC_ISSUER) => expect(parse({ ...good, OIDC_ISSUER })?.issuer).toBe(OIDC_ISSUER),
);

test.each([
  ['OIDC_ISSUER', 'http://accounts.example.com'],
  ['OIDC_ISSUER', 'http://127.0.0.1.example.com'],
  ['OIDC_ISSUER', 'http://127.0.0.1@example.com'],
  ['OIDC_ISSUER', 'http://192.168.0.1:4445'],
  ['OIDC_ISSUER', 'accounts.example.com'],
  ['OIDC_ISSUER', ''],
  ['OIDC_CLIENT_ID', ''],
  ['OIDC_CLIENT_SECRET', ''],
  ['SESSION_SECRET', 's'.repeat(42)],
  ['PREVIOUS_SESSION_SECRET', 's'.repeat(42)],
])('an invalid %s is reported by name, without its value: %j', (name, value) => {
  expect(() => parse({ ...good, [name]: value })).toThrow(
    new ConfigurationError(`missing or invalid variables: ${name}`),
  );
});

describe('a Worker without sign-in', () => {
  const stack = useStack();

  test.each(['/auth/login', '/auth/callback?code=x&state=y'])('reports it: %s', async (path) => {
    const { status, headers } = await stack.fetch(path, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([303, '/settings?sign_in=unavailable']);
  });

  test('has no signed-in users, and anybody can sign out', async () => {
    expect((await stack.fetch('/auth/session')).body.code).toBe('not_signed_in');
    const { status } = await stack.fetch('/auth/logout', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', cookie: '__Host-session=x' },
      redirect: 'manual',
    });
    expect(status).toBe(303);
  });
});

test('the bundle contains nothing of the local provider', async () => {
  const bundle = await readFile('dist/index.js', 'utf8');
  expect(bundle).not.toMatch(/oidc-provider|local-oidc|demo users|asks for no password/);
});

describe('a Worker with a new secret and the one before', async () => {
  const variables = await signInVariables();
  const before = 'b'.repeat(43);
  const stack = useStack({ ...variables, PREVIOUS_SESSION_SECRET: before });
  const people = usePeople(stack, variables);

  test('keeps people signed in whose cookie was sealed with either', async () => {
    const { id, cookie } = await people.signedIn();
    const [session] = await stack.query<{ id: string }>('select id from sessions');
    const old = await sessionCookie({ id: session?.id ?? '', userId: id }, [before]);
    const foreign = await sessionCookie({ id: session?.id ?? '', userId: id }, ['f'.repeat(43)]);
    const statuses = [];
    for (const value of [cookie, old.split(';')[0] ?? '', foreign.split(';')[0] ?? ''])
      statuses.push((await stack.fetch('/api/v1/keys', { headers: { cookie: value } })).status);
    expect(statuses).toEqual([200, 200, 401]);
  });
});
