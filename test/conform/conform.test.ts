import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { conform, type Report } from '../../tools/conform/run.ts';
import type { Options } from '../../tools/conform/subject.ts';
import { succeeded, table } from '../../tools/conform/table.ts';
import { useStack } from '../support/stack.ts';

vi.setConfig({ testTimeout: 180_000 });
const stack = useStack();
const run = (options: Omit<Options, 'url'>) =>
  conform({ url: stack.origin, ...options }, new AbortController().signal);

/** Returns the cases in a state, by topic and name. */
const cases = ({ results }: Report, state: string) =>
  results
    .filter((each) => each.state === state)
    .map(({ topic, name, why }) => `${topic}: ${name}${state === 'failed' ? `: ${why}` : ''}`);

const without = ({ version, updated_at, ...row }: Record<string, unknown>) => row;

/** Creates a user with a value in every kind of field. */
const person = (columns: object = {}) =>
  stack.user({
    ...{ first_name: 'Ada', phone: null, state: ' L\u00f6ndon ', address: 'a\n\tb' },
    ...{ birthdate: '1815-12-10T00:00:00.123456Z', is_trial: true, ...columns },
  });

/** The report of a run that has restored everything. */
const RESTORED = { left: [], keys: [], users: [] };

/** Returns the users who were created and not erased. */
const remaining = () => stack.query("select id from users where email ilike 'conform-%'");

describe('all cases that can run pass against the Worker, and the user is restored:', () => {
  test('with a full_access key of a superuser', async () => {
    const id = await person({ is_superuser: true });
    const other = await stack.user({ email: 'taken@example.com' });
    const { key } = await stack.key(id);
    const before = [await stack.row(id), await stack.row(other)];
    const report = await run({ key, user: id, takenEmail: 'Taken@example.com' });
    expect(cases(report, 'failed')).toEqual([]);
    expect([succeeded(report), report.restored]).toEqual([true, RESTORED]);
    expect(cases(report, 'skipped')).toEqual([
      'Reading: a key of one user receives the same 403 for any other user, existing or not',
      'Permissions: the given key may not change a billing field, but may send its current value',
      'Permissions: the given key cannot create or erase users',
      'Listing: without users:all, the list has only the owner of the key',
      'Limits: too many requests with one key return 429 with Retry-After',
      'Limits: too many refused keys from one address return 429',
      ...['invalid_token_request', 'invalid_id_token', 'unknown_identity'].map(
        (code) => `Every error: ${code}`,
      ),
      ...['not_signed_in', 'cross_origin_request', 'owner_inactive'].map(
        (code) => `Every error: ${code}`,
      ),
      ...[
        'request_timeout',
        'last_superuser',
        'too_many_keys',
        'too_many_webhooks',
        'cursor_expired',
      ].map((code) => `Every error: ${code}`),
      ...[
        'rate_limited',
        'internal_error',
        'database_busy',
        'database_unavailable',
        'provider_unavailable',
        'outcome_unknown',
      ].map((code) => `Every error: ${code}`),
    ]);
    const after = [await stack.row(id), await stack.row(other)];
    expect(after.map(without)).toEqual(before.map(without));
    const active = await stack.query(
      'select name from api_keys where owner_id = $1 and revoked_at is null and expires_at > now()',
      [id],
    );
    expect(active).toEqual([]);
    expect(await remaining()).toEqual([]);
  });

  test('with a profile key of an ordinary user', async () => {
    const id = await person();
    const { key } = await stack.key(id, { role: 'profile' });
    const before = await stack.row(id);
    const report = await run({ key, user: id });
    expect(cases(report, 'failed')).toEqual([]);
    expect(cases(report, 'passed')).toContain(
      'Permissions: the given key may not change a billing field, but may send its current value',
    );
    expect(report.results.find(({ topic }) => topic === 'Keys')).toMatchObject({
      state: 'skipped',
      why: 'needs a key with keys:write',
    });
    for (const name of ['Creating', 'Erasing'])
      expect(report.results.find(({ topic }) => topic === name)).toMatchObject({
        state: 'skipped',
        why: 'needs a key with users:manage, of a superuser',
      });
    expect(cases(report, 'passed')).toEqual(
      expect.arrayContaining([
        'Permissions: the given key cannot create or erase users',
        'Listing: without users:all, the list has only the owner of the key',
        'History: undoing a change keeps later changes of other fields',
      ]),
    );
    expect(without(await stack.row(id))).toEqual(without(before));
    expect(await stack.query('select id from api_keys where owner_id = $1', [id])).toHaveLength(1);
  });

  test('with a key that can only read: nothing is changed', async () => {
    const id = await person();
    const { key } = await stack.key(id, { role: 'read_only' });
    const before = await stack.row(id);
    const report = await run({ key, user: id });
    expect(cases(report, 'failed')).toEqual([]);
    expect(await stack.row(id)).toEqual(before);
  });

  test('with a key that requires a condition', async () => {
    const id = await person();
    const { key, keyId } = await stack.key(id, { role: 'profile' });
    await stack.query('update api_keys set require_precondition = true where id = $1', [keyId]);
    const before = await stack.row(id);
    const report = await run({ key, user: id });
    expect(cases(report, 'failed')).toEqual([]);
    expect(without(await stack.row(id))).toEqual(without(before));
  });

  test('with the key of a superuser for another user', async () => {
    const id = await person();
    const { key } = await stack.key(await stack.user({ is_superuser: true }));
    const before = await stack.row(id);
    const report = await run({ key, user: id });
    expect(cases(report, 'failed')).toEqual([]);
    expect(without(await stack.row(id))).toEqual(without(before));
  });
});

test('a key with users:manage but not users:all creates and erases users that it cannot read', async () => {
  const id = await person({ is_superuser: true });
  const { key } = await stack.key(id, { scopes: ['user:read', 'users:manage'] });
  const report = await run({ key, user: id, only: ['Creating', 'Erasing'] });
  expect(cases(report, 'failed')).toEqual([]);
  expect(cases(report, 'passed')).toContain('Erasing: an erased user is not found');
  expect(cases(report, 'skipped')).toContain('Creating: a new user can be retrieved');
  expect([report.restored, await remaining()]).toEqual([RESTORED, []]);
});

describe('the run does not begin', () => {
  test.each([
    ['with a key that is refused', 'in-wrong', /The key is not accepted: 401 invalid_api_key/],
    ['with a user whom the key cannot read', '', /The key cannot read the user: 403/],
  ])('%s', async (_, wrong, message) => {
    const { key } = await stack.key(await stack.user(), { role: 'profile' });
    await expect(run({ key: wrong || key, user: randomUUID() })).rejects.toThrow(message);
  });
});

test('the table has a row for each case, the reasons of failed and skipped cases, and the counts', async () => {
  const id = await person();
  const { key } = await stack.key(id, { role: 'read_only' });
  const report = await run({ key, user: id, only: ['Reading', 'Updating'] });
  const text = table(report);
  for (const { name, why = '' } of report.results)
    expect([text.includes(name), text.includes(why)]).toEqual([true, true]);
  expect(text).toMatch(/\d+ ok, 0 failed, \d+ skipped, compared with its own \/openapi.json/);
  expect(text).toMatch(/The user was restored; only the version and the change log differ\.$/);
  expect(text).not.toContain(key);
});
