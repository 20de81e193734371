import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { databaseOf, runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';
import { hasTerminal, onTerminal } from '../support/terminal.ts';

// Each command is a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

// The operator manages users past the Worker, by the same statements, acting for nobody.

const stack = useStack();
const NOBODY = '00000000-0000-4000-8000-000000000000';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Runs the command on the database of the stack. */
const users = (...args: string[]) => runScript('tools/users.ts', { args, env: databaseOf(stack) });

/** The JSON that the command prints. */
async function read(...words: string[]) {
  const { code, stdout, stderr } = await users(...words);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const printed = (stdout: string) => ({ code: 0, stdout, stderr: '' });
const refused = (stderr: string) => ({ code: 1, stdout: '', stderr });

const newEmail = () => `${randomUUID()}@example.com`;
const exists = async (id: string) =>
  (await stack.query('select from users where id = $1', [id])).length === 1;

describe('create', () => {
  test('stores a user whose first log row is of no key', async () => {
    const email = newEmail();
    const { code, stdout } = await users('create', '--email', email);
    const id = stdout.slice(-38, -2);
    expect(id).toMatch(UUID);
    expect([code, stdout]).toEqual([0, `Created ${email} with the id ${id}.\n`]);
    expect(await stack.row(id)).toMatchObject({
      email,
      first_name: null,
      is_superuser: false,
      is_active: true,
      version: 1,
    });
    const log = await stack.query(
      'select version, api_key_id, request_id, changes from user_changes where user_id = $1',
      [id],
    );
    expect(log).toEqual([
      {
        version: 1,
        api_key_id: null,
        request_id: expect.stringMatching(UUID),
        changes: expect.objectContaining({ email: { before: null, after: email } }),
      },
    ]);
  });

  test('takes id, names and superuser, and prints the user as the API returns them', async () => {
    const [id, email] = [randomUUID(), newEmail()];
    const names = ['--first-name', 'Ada', '--last-name', 'Lovelace'];
    const created = await read(
      ...['create', '--email', email, '--id', id, ...names, '--superuser', '--json'],
    );
    const { key } = await stack.key(id);
    const { body } = await stack.call('GET', `/user/${id}`, key);
    expect(created).toEqual(body.data);
    expect(created).toMatchObject({ id, email, first_name: 'Ada', last_name: 'Lovelace' });
    expect(created.is_superuser).toBe(true);
  });

  test('says in one line what is wrong, and stores nothing', async () => {
    const email = newEmail();
    const id = await stack.user({ email });
    const attempts = {
      'email must be an e-mail address, such as jsmith@example.com.': '--email ada',
      'first_name must be at most 255 characters long.': `--email ${newEmail()} --first-name ${'x'.repeat(256)}`,
      'id must be a UUID, such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.': `--email ${newEmail()} --id 7`,
      'Use another e-mail address; another user has this one, ignoring case.': `--email ${email.toUpperCase()}`,
      'Use another id, or update the user who has this one.': `--email ${newEmail()} --id ${id}`,
    };
    const [before] = await stack.query('select count(*) from users');
    const results = await Promise.all(
      Object.values(attempts).map((words) => users('create', ...words.split(' '))),
    );
    expect(results).toEqual(Object.keys(attempts).map((why) => refused(`${why}\n`)));
    expect(await stack.query('select count(*) from users')).toEqual([before]);
  });

  test('gives the id of an erased user only to be restored', async () => {
    const id = await stack.user();
    await users('erase', id, '--yes');
    const words = ['create', '--email', newEmail(), '--id', id];
    expect(await users(...words)).toEqual(
      refused('Use another id; the user who had this one was erased.\n'),
    );
    expect(await exists(id)).toBe(false);
    expect(await read(...words, '--restore', '--json')).toMatchObject({ id });
    expect(await stack.query('select from erased_users where id = $1', [id])).toEqual([]);
  });
});

describe('show', () => {
  test('finds a user by id and by e-mail in any case', async () => {
    const email = newEmail();
    const id = await stack.user({ email, first_name: 'Ada' });
    const byId = await read('show', id, '--json');
    expect(byId).toMatchObject({ id, email, first_name: 'Ada', version: 1 });
    expect(Date.parse(byId.created_at)).toBeGreaterThan(0);
    expect(await read('show', email.toUpperCase(), '--json')).toEqual(byId);
  });

  test('prints a field a line, in which nothing is hidden', async () => {
    const id = await stack.user({ first_name: 'A\u202eda' });
    const { stdout } = await users('show', id);
    expect(stdout).toMatch(/^first_name {18}"A\\u202eda"$/m);
    expect(stdout).toMatch(/^phone {23}null$/m);
    expect(stdout).toMatch(/^version {21}1$/m);
    expect(stdout.trim().split('\n')).toHaveLength(31);
  });
});

describe('list', () => {
  test('has a line a user in at most 100 columns, in which nothing is hidden', async () => {
    const email = `${'long.'.repeat(5)}${randomUUID()}@example.com`;
    const inactive = { is_active: false, is_superuser: true };
    const id = await stack.user({
      email,
      first_name: '\u202e',
      last_name: 'x'.repeat(255),
      ...inactive,
    });
    const { code, stdout } = await users('list');
    const lines = stdout.split('\n');
    expect([code, lines[0]?.split(/ {2,}/)]).toEqual([0, ['id', 'email', 'name', 'status']]);
    const index = lines.findIndex((line) => line.startsWith(id));
    expect(lines[index]?.split(/ {2,}/)).toEqual([
      id,
      `${email.slice(0, 31)}…`,
      '‹U+202E› xxxxxxx…',
      'inactive',
    ]);
    expect(lines[index + 1]?.trim()).toBe('superuser');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('reads all pages, by id', async () => {
    await stack.query(
      "insert into users (email) select 'many' || n || '@example.com' from generate_series(1, 1001) n",
    );
    const listed: { id: string }[] = await read('list', '--json');
    const stored = await stack.query<{ id: string }>('select id from users order by id');
    expect(listed.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  });

  test('is narrowed by e-mail, Stripe customer and last change', async () => {
    const email = newEmail();
    const customer = `cus_${randomUUID()}`;
    const id = await stack.user({ email, stripe_customer_id: customer });
    const found = [expect.objectContaining({ id, email, stripe_customer_id: customer })];
    expect(await read('list', '--json', '--email', email.toUpperCase())).toEqual(found);
    expect(await read('list', '--json', '--stripe-customer', customer)).toEqual(found);
    await stack.query("update user_changes set changed_at = '2999-01-01Z' where user_id = $1", [
      id,
    ]);
    expect(await read('list', '--json', '--updated-since', '2999-01-01')).toEqual(found);
    expect(await read('list', '--json', '--updated-since', '2999-01-01T00:00:01Z')).toEqual([]);
  });

  test('refuses a date that is none', async () => {
    const { code, stderr } = await users('list', '--updated-since', 'yesterday');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^updated_since must be an RFC 3339 .+\n$/),
    ]);
  });
});

test('export prints what the API exports', async () => {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  await stack.put(id, key, { phone: '1' });
  const { body } = await stack.call('GET', `/user/${id}/export`, key);
  const exported = await read('export', id);
  expect(exported).toEqual(body.data);
  expect(exported.changes).toMatchObject([{ version: 1 }, { version: 2 }]);
});

describe('erase', () => {
  test('with --yes erases the user, by no key', async () => {
    const email = newEmail();
    const id = await stack.user({ email });
    expect(await users('erase', email, '--yes')).toEqual(
      printed(`Erased ${email}, whose id was ${id}.\n`),
    );
    expect(await exists(id)).toBe(false);
    const rows = await stack.query(
      'select api_key_id, api_key_prefix from erased_users where id = $1',
      [id],
    );
    expect(rows).toEqual([{ api_key_id: null, api_key_prefix: null }]);
  });

  test('without a terminal and --yes erases nobody', async () => {
    const id = await stack.user();
    expect(await users('erase', id)).toEqual(
      refused('There is no terminal to confirm this on. Add --yes.\n'),
    );
    expect(await exists(id)).toBe(true);
  });

  test.skipIf(!hasTerminal).each([
    ['the e-mail address', (email: string) => `${email.toUpperCase()}\r`, /\r\nErased .+\.\r\n$/],
    ['something else', () => 'yes\r', /\r\nNot confirmed\. Nothing changed\.\r\n$/],
    ['Ctrl-D', () => '\u0004', /Not confirmed\. Nothing changed\.\r\n$/],
    ['Ctrl-C', () => '\u0003', /: (\^C)?$/],
  ])('on a terminal asks for the e-mail address, and given %s ends so', async (_, typed, shown) => {
    const email = newEmail();
    const id = await stack.user({ email });
    const prompt = `To erase ${email} for good, type the e-mail address: `;
    const text = await onTerminal(`tools/users.ts erase ${id}`, {
      prompt,
      reply: typed(email),
      env: databaseOf(stack),
    });
    expect(text.startsWith(prompt)).toBe(true);
    expect(text).toMatch(shown);
    expect(await exists(id)).toBe(!/Erased/.test(text));
  });

  test('leaves the last superuser', async () => {
    await stack.query('update users set is_superuser = false');
    const [first, second] = [await stack.user({ is_superuser: true }), await stack.user()];
    const last = refused('Make another user a superuser first.\n');
    expect(await users('erase', first, '--yes')).toEqual(last);
    expect(await exists(first)).toBe(true);
    await users('grant-superuser', second);
    expect(await users('erase', first, '--yes')).toMatchObject({ code: 0 });
  });
});

describe('grant-superuser', () => {
  test('makes the user a superuser, and logs it', async () => {
    const email = newEmail();
    const id = await stack.user({ email });
    for (const _ of [1, 2])
      expect(await users('grant-superuser', email)).toEqual(
        printed(`${email} is a superuser now.\n`),
      );
    expect(await stack.row(id)).toMatchObject({ is_superuser: true, version: 2 });
    expect(await stack.log(id)).toMatchObject([
      { version: 2, api_key_id: null, changes: { is_superuser: { before: false, after: true } } },
    ]);
  });

  test('says so if the user is inactive', async () => {
    const email = newEmail();
    await stack.user({ email, is_active: false });
    expect(await users('grant-superuser', email)).toEqual(
      printed(`${email} is an inactive superuser now.\n`),
    );
  });
});

test.each(['show', 'export', 'erase', 'grant-superuser'])(
  '%s says that nobody is found',
  async (name) => {
    for (const wanted of [NOBODY, 'nobody@example.com'])
      expect(await users(name, wanted)).toEqual(refused(`User not found: ${wanted}.\n`));
  },
);
