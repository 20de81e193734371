import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import requestBody from '../../docs/reference/request.json' with { type: 'json' };
import responseBody from '../../docs/reference/response.json' with { type: 'json' };
import { freePort } from '../../tools/ports.ts';
import { checkOrigin, fetchResponse } from '../support/contract.ts';
import { Browser } from '../support/oidc-browser.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import { sql } from './local-neon/http.ts';

// One story, from the first start in a fresh clone to the reset. Each test continues the last one.
let project: ProjectCopy;
let stack: Awaited<ReturnType<ProjectCopy['start']>>;
let env: { PORT: string; NEON_PORT: string; OIDC_PORT: string };
/** The cookie of a user who stays signed in. */
const browser = new Browser();
const DEMO = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
/** The files with the passwords of Postgres's roles. */
const PASSWORD_FILES = ['superuser-password', 'owner-password', 'worker-password'];
let passwords: string[];
const READY = /^(curl|npm run keys) (.+\n)+\n/m;

const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((at) => at?.address === '::1');

const start = () => project.start('npm start', env, READY);
/** Reads a file of the stack. */
const local = (name: string) => readFile(join(project.folder, '.local', name), 'utf8');
const readPasswords = () => Promise.all(PASSWORD_FILES.map(local));
const demoKey = () => /in-[0-9A-Za-z]{43}/.exec(stack.output())?.[0] ?? '';

const put = (key: string, body: unknown, userId = DEMO) =>
  fetchResponse(`http://localhost:${env.PORT}/api/v1/user/${userId}?api_key=${key}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  project = await ProjectCopy.make();
  env = {
    PORT: `${await freePort()}`,
    NEON_PORT: `${await freePort()}`,
    OIDC_PORT: `${await freePort()}`,
  };
  checkOrigin(`http://localhost:${env.PORT}`);
});
afterAll(() => project.remove());

describe('npm start, the first time,', () => {
  test('prints a curl that works', async () => {
    stack = await start();
    const curl = /^curl (.+\n)+/m.exec(stack.output())?.[0] ?? '';
    const pasted = await project.run(curl.replace('curl', 'curl -s'));
    expect(JSON.parse(pasted.stdout)).toMatchObject({
      message: 'Data updated successfully',
      data: { id: DEMO, first_name: 'Ada', country: 'United Kingdom' },
    });
  });

  test('prints a dozen lines, and then one line per request', async () => {
    await expect.poll(() => stack.output()).toMatch(/^PUT \/api\/v1\/user\/:user_id 200 \d+ ms$/m);
    const [, ours = ''] = stack.output().split('> exec node tools/start.ts\n');
    const [before, requests] = [
      ours.slice(0, ours.search(/^PUT /m)),
      ours.match(/^(PUT|GET) .*$/gm),
    ];
    expect(before.split('\n').filter(Boolean).length).toBeLessThanOrEqual(12);
    expect(before).not.toMatch(/wrangler|env\.|pgsecret|postgresql:/);
    expect(before).toBe(stripVTControlCharacters(before));
    expect(requests).toHaveLength(1);
  });

  test('serves localhost on IPv4 and IPv6', async () => {
    for (const host of ['127.0.0.1', ...(HAS_IPV6 ? ['[::1]'] : []), 'localhost']) {
      const { stdout } = await project.run(`curl -gs http://${host}:${env.PORT}/healthz`);
      expect([host, stdout]).toEqual([host, '{"status":"ok"}']);
    }
  });

  test('creates data with which the published example works', async () => {
    const { status, body } = await put(demoKey(), requestBody);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(Object.keys(responseBody));
    expect(Object.keys(body.data)).toEqual(Object.keys(responseBody.data));
    expect(body.data).toMatchObject(requestBody);
  });

  test('has changed a row in a real Postgres', async () => {
    const client = new pg.Client((await project.stack()).databaseUrl);
    await client.connect();
    const { rows } = await client.query('select email, version from profile.users where id = $1', [
      DEMO,
    ]);
    await client.end();
    expect(rows).toEqual([{ email: requestBody.email, version: 3 }]);
  });

  test('gives the Worker a role that reads no table, and commands one that is no superuser', async () => {
    const { databaseUrl, endpoint } = JSON.parse(await local('stack.json'));
    const [, workerUrl = ''] = /^DATABASE_URL=(.+)$/m.exec(await local('worker.env')) ?? [];
    expect(new URL(workerUrl).username).toBe('edge_profile_worker');
    const run = async (url: string, statement: string) =>
      (await sql(endpoint, statement, [], { 'Neon-Connection-String': url })).body;
    expect((await run(workerUrl, 'select from profile.users')).code).toBe('42501');
    const role = `select usename, usesuper, usecreatedb from pg_user where usename = current_user`;
    expect((await run(databaseUrl, role)).rows).toEqual([
      { usename: 'edge_profile_owner', usesuper: false, usecreatedb: false },
    ]);
    expect((await run(databaseUrl.replace(/\w+$/, 'postgres'), 'select 1')).code).toBe('42501');
  });

  test('keeps the random password of the superuser where only the developer can read it', async () => {
    passwords = await readPasswords();
    expect(new Set(passwords).size).toBe(PASSWORD_FILES.length);
    for (const password of passwords) expect(password).toMatch(/^[\w-]{43}$/);
    const [superuser = ''] = passwords;
    for (const file of ['stack.json', 'worker.env'])
      expect(await local(file)).not.toContain(superuser);
    expect(stack.output()).not.toContain(superuser);
    for (const name of PASSWORD_FILES)
      expect((await stat(join(project.folder, '.local', name))).mode & 0o777).toBe(0o600);
    // The Postgres of root runs as another user, who needs access.
    const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
    expect((await stat(join(project.folder, '.local'))).mode & 0o777).toBe(mode);
  });

  test('also creates an ordinary user', async () => {
    const { stdout } = await project.run(
      'npm run -s keys -- create --user ordinary@example.com --name n --role profile --json',
    );
    const { key, owner_id } = JSON.parse(stdout);
    expect((await put(key, { first_name: 'Own' }, owner_id)).status).toBe(200);
    expect((await put(key, { is_paying: true }, owner_id)).body.code).toBe('field_not_writable');
    expect((await put(key, {})).body.code).toBe('insufficient_scope');
  });
});

test('npm start lets the demo users sign in to the Settings page', async () => {
  const origin = `http://localhost:${env.PORT}`;
  expect(stack.output()).toContain(`Settings page   ${origin}/settings\n`);
  const page = await browser.follow(`${origin}/auth/login`);
  expect(page.text).toContain(requestBody.email); // The current address in the database.
  const body = new URLSearchParams({ user: DEMO });
  const headers = { origin: new URL(page.url).origin };
  const chosen = await browser.visit(page.url, { method: 'POST', headers, body });
  const end = await browser.follow(chosen.location ?? '', `${origin}/settings`);
  expect(end.location).toBe(`${origin}/settings`);
  const session = await browser.visit(`${origin}/auth/session`);
  expect(JSON.parse(session.text).data).toMatchObject({
    email: requestBody.email,
    is_superuser: true,
  });
});

test('npm start serves the documentation, and / redirects to it', async () => {
  const origin = `http://localhost:${env.PORT}`;
  expect(stack.output()).toContain(`Documentation   ${origin}/docs\n`);
  const page = await fetch(origin);
  expect([page.status, page.url]).toEqual([200, `${origin}/docs`]);
  expect(await page.text()).toContain('<h1>Documentation</h1>');
});

describe('while it runs', () => {
  test('an error in a saved file is printed', async () => {
    // A file that the build of the pages does not load, because that would fail before the Worker's build.
    const file = join(project.folder, 'src/cleanup.ts');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}const wrong = ;\n`);
    await expect.poll(() => stack.output(), { timeout: 20_000 }).toContain('Unexpected ";"');
    await writeFile(file, text);
    await expect
      .poll(() => stack.output(), { timeout: 20_000 })
      .toContain('The Worker is rebuilt.');
  });

  test('a saved change is served', async () => {
    const file = join(project.folder, 'src/health.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace(`'ok'`, `'reloaded'`));
    // Not with fetch, which compares responses with the document, and this change is not in it.
    await expect
      .poll(
        async () => (await project.run(`curl -s http://localhost:${env.PORT}/healthz`)).stdout,
        {
          timeout: 20_000,
        },
      )
      .toContain('reloaded');
  });

  test('a second npm start in the same folder says that it is running already', async () => {
    const { code, stderr } = await project.run('npm start -s');
    expect([code, stderr.trim()]).toEqual([
      1,
      expect.stringMatching(
        /^npm start is already running as process \d+ \(\.local\/stack\.json\)\.$/,
      ),
    ]);
  });

  test.each(['PORT', 'NEON_PORT', 'OIDC_PORT'] as const)(
    'a %s in use is reported in one line',
    async (variable) => {
      const others = {
        PORT: `${await freePort()}`,
        NEON_PORT: `${await freePort()}`,
        OIDC_PORT: `${await freePort()}`,
        LOCAL_DIR: '.other',
      };
      const { code, stderr } = await project.run('npm start -s', {
        ...others,
        [variable]: env[variable],
      });
      expect([code, stderr]).toEqual([
        1,
        `Port ${env[variable]} is in use; set ${variable} to another one.\n`,
      ]);
    },
  );

  test.each([
    ['PORT', 'abc', 'PORT must be a port, 1 to 65535.'],
    ['HOST', '192.0.2.1', 'HOST must be localhost or an address of this machine, not 192.0.2.1.'],
    ['LOCAL_POSTGRES_URL', 'nonsense', 'LOCAL_POSTGRES_URL must be like postgresql://'],
  ])('an invalid %s (%s) is reported in one line', async (variable, value, line) => {
    const others = {
      PORT: `${await freePort()}`,
      NEON_PORT: `${await freePort()}`,
      OIDC_PORT: `${await freePort()}`,
      LOCAL_DIR: '.other',
    };
    const { code, stderr } = await project.run('npm start -s', { ...others, [variable]: value });
    expect([code, stderr]).toEqual([1, expect.stringContaining(line)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('reset refuses to delete the database', async () => {
    const { code, stderr } = await project.run('npm run -s reset');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^npm start is running as process \d+ \(\.local\/stack\.json\): stop it first \(Ctrl-C\)\.\n$/,
      ),
    ]);
  });
});

// Each command is a process, which takes seconds on a busy machine.
describe('the keys command', { timeout: 120_000 }, () => {
  const keys = (words: string) => project.run(`npm run -s keys -- ${words}`);

  test('creates a key that works, lists it without the key itself, and revokes it', async () => {
    const created = await keys(
      `create --user ${DEMO} --name 'my laptop' --role profile --description d --expires 30d --json`,
    );
    const { id, key, ...rest } = JSON.parse(created.stdout);
    expect(rest).toMatchObject({
      name: 'my laptop',
      role: 'profile',
      description: 'd',
      prefix: key.slice(0, 9),
      require_precondition: false,
    });
    const days = (Date.parse(rest.expires_at) - Date.parse(rest.created_at)) / 86_400_000;
    expect(days).toBeCloseTo(30, 2);
    expect((await put(key, {})).status).toBe(200);

    const list = await keys(`list --user ${DEMO} --json`);
    const listed = JSON.parse(list.stdout).find((row: { id: string }) => row.id === id);
    // Miniflare puts every client into one country.
    const used = { last_used_at: expect.any(String), last_used_country: expect.any(String) };
    expect(listed).toEqual({ ...rest, id, ...used });
    for (const { stdout } of [
      list,
      await keys('list'),
      await keys(`list --user ${DEMO}`),
      await keys(`show ${id}`),
    ]) {
      expect(stdout).toContain(key.slice(0, 9));
      expect(stdout).not.toContain(key.slice(0, 10));
    }

    expect((await keys(`revoke ${id}`)).stdout).toBe(`Revoked ${key.slice(0, 9)}… (my laptop).\n`);
    expect((await put(key, {})).body.code).toBe('revoked_api_key');
  });

  test('rotates a key, which works for its grace, and revokes a reported key', async () => {
    const created = JSON.parse(
      (await keys(`create --user ${DEMO} --name r --role profile --json`)).stdout,
    );
    const rotated = JSON.parse((await keys(`rotate ${created.id} --grace 1h --json`)).stdout);
    expect(rotated).toMatchObject({ name: 'r', role: 'profile', state: 'active' });
    expect((await put(created.key, {})).status).toBe(200);
    expect((await put(rotated.key, {})).status).toBe(200);
    const report = `echo ${rotated.key} | npm run -s keys -- report`;
    expect((await project.run(report)).stdout).toBe(
      'If this was an active key, it has been revoked.\n',
    );
    expect((await put(rotated.key, {})).body.code).toBe('revoked_api_key');
  });

  test('creates a key that requires a version', async () => {
    const created = JSON.parse(
      (await keys(`create --user ${DEMO} --name s --role profile --require-precondition --json`))
        .stdout,
    );
    expect(created.require_precondition).toBe(true);
    expect((await put(created.key, {})).body.code).toBe('precondition_required');
  });

  test('shows characters of a name that are invisible or change the text direction', async () => {
    const database = new pg.Client((await project.stack()).databaseUrl);
    await database.connect();
    const { rows } = await database.query(
      `insert into profile.api_keys (owner_id, name, description, scopes, hash, prefix)
       values ($1, $2, $3, '{user:read}', sha256('hidden'), 'in-hidden') returning id`,
      [DEMO, '\u202eevil', 'a\u009b31m'],
    );
    await database.end();
    const [{ id }] = rows;
    const [list, shown, asJson] = [
      await keys(`list --user ${DEMO}`),
      await keys(`show ${id}`),
      await keys(`show ${id} --json`),
    ].map(({ stdout }) => stdout);
    expect(list).toContain('‹U+202E›evil');
    expect(shown).toContain('‹U+202E›evil');
    expect(shown).toContain('a‹U+009B›31m');
    expect(asJson).toContain('\\u202eevil');
    expect(JSON.parse(asJson ?? '')).toMatchObject({
      name: '\u202eevil',
      description: 'a\u009b31m',
    });
    expect((await keys(`revoke ${id}`)).stdout).toBe('Revoked in-hidden… (‹U+202E›evil).\n');
    const all = [list, shown, asJson, (await keys('list')).stdout].join('');
    expect(all).not.toMatch(/[\u202e\u009b]/);
  });

  test('prints a key for people, once', async () => {
    const { stdout } = await keys(
      `create --user ${requestBody.email.toUpperCase()} --name n --role read_only --expires 2099-01-31`,
    );
    expect(stdout).toMatch(
      /^in-[0-9A-Za-z]{43}\n\nThe key is shown only once\. Its id is [0-9a-f-]{36}; it expires at 2099-01-31T00:00:00Z\.\n$/,
    );
  });

  test.each([
    [
      `create --user nobody@example.com --name n --role profile`,
      'User not found: nobody@example.com.',
    ],
    [
      `create --user ${DEMO} --name n --role admin`,
      'Allowed choices are read_only, profile, billing_sync, full_access.',
    ],
    [`create --user ${DEMO} --name '' --role profile`, 'name must not be empty.'],
    [`create --user ${DEMO} --name 'a\u202eb' --role profile`, 'name must not contain U+202E'],
    [
      `create --user ${DEMO} --name n --role profile --expires yesterday`,
      'It must be a duration such as 30d or 12h',
    ],
    [
      `create --user ${DEMO} --name n --role profile --expires 45`,
      'It must be a duration such as 30d or 12h',
    ],
    [
      `create --user ${DEMO} --name n --role profile --expires 1M`,
      'It must be a duration such as 30d or 12h',
    ],
    [
      `create --user ${DEMO} --name n --role profile --expires 2027-02-30`,
      'It must be a duration such as 30d or 12h',
    ],
    [`create --user ordinary@example.com --name n --role full_access`, 'You cannot grant all of'],
    [
      `create --user ${DEMO} --name n --role profile --expires 2001-01-01`,
      'expires_at must be in the future.',
    ],
    [`create --name n --role profile`, '--user'],
    [
      'revoke 00000000-0000-4000-8000-000000000000',
      'Key not found: 00000000-0000-4000-8000-000000000000',
    ],
    ['revoke x', 'It must be the id of a key, a UUID.'],
    ['mint', 'unknown command'],
  ])('%s reports what is wrong', async (words, message) => {
    const { code, stdout, stderr } = await keys(words);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\bat \w+ \(|select|insert/);
  });
});

test('the feedback command shows the feedback of readers', async () => {
  const response = await fetchResponse(`http://localhost:${env.PORT}/api/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"page": "/docs/quick-start", "helpful": true}',
  });
  expect(response.status).toBe(204);
  const { stdout } = await project.run('npm run -s feedback -- --json');
  expect(JSON.parse(stdout)).toMatchObject([
    { page: '/docs/quick-start', helpful: 1, not_helpful: 0 },
  ]);
  expect((await project.run('npm run -s feedback')).stdout).toContain('/docs/quick-start');
});

/** Files that a backup or an editor makes readable for others while nothing runs. */
const OPENED = [...PASSWORD_FILES, 'session-secret', 'worker.env'];
/** Passwords of the first start, to compare with the second. */
let postgres: string;

test('wrangler leaves no file with an API key, and serves no pages of its own', async () => {
  const key = demoKey();
  await put(key, {});
  expect((await fetch(`http://localhost:${env.PORT}/cdn-cgi/explorer/api`)).status).toBe(404);
  const { stdout } = await project.run(
    `grep -rlaE 'in-[0-9A-Za-z]{43}' .wrangler .local/wrangler .local/worker.log || true`,
  );
  expect(stdout).toBe('');
});

describe('SIGTERM', () => {
  test('ends everything', async () => {
    postgres = new URL((await project.stack()).databaseUrl).host;
    await stack.stop('SIGTERM', 'process');
    await expect.poll(() => project.processes()).toEqual([]);
    for (const name of OPENED) await chmod(join(project.folder, '.local', name), 0o644);
  });

  test('after it, the keys command says what to do', async () => {
    const { code, stderr } = await project.run('npm run -s keys -- list', { DATABASE_URL: '' });
    expect([code, stderr]).toEqual([
      1,
      'No database: run npm start in another terminal, or set DATABASE_URL.\n',
    ]);
  });
});

describe('npm start, the second time,', () => {
  test('has the same data and keys, and says how to create another key', async () => {
    const key = demoKey();
    stack = await start();
    expect(stack.output()).not.toMatch(/in-[0-9A-Za-z]{43}/);
    const command = /^npm run keys -- create .*$/m.exec(stack.output())?.[0] ?? '';
    expect((await project.run(command)).stdout).toMatch(/^in-|\nin-/);
    const { body } = await put(key, {});
    expect(body.data.email).toBe(requestBody.email);
  });

  test('makes a file private again', async () => {
    for (const name of OPENED)
      expect([name, (await stat(join(project.folder, '.local', name))).mode & 0o777]).toEqual([
        name,
        0o600,
      ]);
  });

  test('has the same passwords of Postgres', async () => {
    expect(await readPasswords()).toEqual(passwords);
  });

  test('has Postgres at the same port', async () => {
    expect(new URL((await project.stack()).databaseUrl).host).toBe(postgres);
  });

  test('keeps sessions, with a secret that only its owner can read', async () => {
    const session = await browser.visit(`http://localhost:${env.PORT}/auth/session`);
    expect(session.status).toBe(200);
    const { mode } = await stat(join(project.folder, '.local/session-secret'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('ends with Ctrl-C too', async () => {
    await stack.stop('SIGINT', 'group');
    await expect.poll(() => project.processes()).toEqual([]);
  });
});

test('Ctrl-C during the start leaves nothing behind', async () => {
  const starting = await project.start('npm start', env, /exec node tools/);
  await expect.poll(async () => (await project.processes()).join()).toContain('start.ts');
  await starting.stop('SIGINT', 'group');
  await expect.poll(() => project.processes()).toEqual([]);
});

test('if Postgres ends, everything stops with a message', async () => {
  const dying = await start();
  const [pid] = (
    await readFile(join(project.folder, '.local/postgres/postmaster.pid'), 'utf8')
  ).split('\n');
  process.kill(Number(pid), 'SIGINT');
  await expect.poll(() => project.processes(), { timeout: 20_000 }).toEqual([]);
  expect(dying.output()).toContain('Postgres stopped, so everything else stops too.');
});

test('data of an older version, with other roles, is refused in one line', async () => {
  await rm(join(project.folder, '.local/worker-password'));
  const { code, stderr } = await project.run('npm start -s', env);
  expect([code, stderr]).toEqual([
    1,
    'The data in .local is from an older version: run npm run reset.\n',
  ]);
});

test('npm run reset deletes the data', async () => {
  expect((await project.run('npm run -s reset && test ! -e .local')).code).toBe(0);
});

test('after it, Postgres gets new passwords', async () => {
  stack = await start();
  const fresh = await readPasswords();
  expect(fresh.filter((password) => passwords.includes(password))).toEqual([]);
  await stack.stop('SIGTERM', 'process');
  await expect.poll(() => project.processes()).toEqual([]);
});

test('LOCAL_POSTGRES_URL makes the stack use another Postgres', async () => {
  const base = inject('postgresUrl');
  const client = new pg.Client(`${base}/postgres`);
  await client.connect();
  await client.query('create database elsewhere');
  await client.end();
  const elsewhere = { ...env, LOCAL_POSTGRES_URL: `${base}/elsewhere` };
  stack = await project.start('npm start', elsewhere, READY);
  expect((await put(demoKey(), { first_name: 'There' })).status).toBe(200);
  expect((await project.processes()).join()).not.toContain('postgres -D');
  await stack.stop('SIGTERM', 'process');
  await expect.poll(() => project.processes()).toEqual([]);
});
