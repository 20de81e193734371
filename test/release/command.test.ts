import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { watchTail } from '../../tools/release/budget.ts';
import { Cloudflare } from '../../tools/release/cloudflare.ts';
import { status } from '../../tools/release/operations.ts';
import { checkSecrets } from '../../tools/release/settings.ts';
import { CloudflareApi } from '../support/cloudflare-api.ts';
import { commandsOn } from '../support/cloudflare-commands.ts';
import { runScript } from '../support/run-script.ts';
import { smallProject } from './small-project.ts';

// `npm run release` as an operator runs it, with wrangler, in front of a stand-in of Cloudflare's API.
// `steps.test.ts` has all ways in which it can fail.

vi.setConfig({ testTimeout: 180_000 });
const api = new CloudflareApi();
let folder: string;
let databaseUrl: string;

beforeAll(async () => {
  await api.listen();
  for (const [name, value] of Object.entries(api.env)) vi.stubEnv(name, value);
  folder = await smallProject();
  const secrets = { DATABASE_URL: 'postgresql://worker:secret@db.example.com/db' };
  await writeFile(join(folder, 'secrets.json'), JSON.stringify(secrets));
  const name = `release_${randomUUID().replaceAll('-', '')}`;
  await query('postgres', `create database ${name}`);
  databaseUrl = `${inject('postgresUrl')}/${name}`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
  await rm(folder, { recursive: true });
});

async function query(database: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(`${inject('postgresUrl')}/${database}`);
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

/** Runs a release without checks. Returns its exit code, its steps without their times, and stderr. */
async function release(...args: string[]) {
  const { code, stdout, stderr } = await runScript('tools/release/index.ts', {
    args: ['--no-check', '--no-conform', '--wait', '0s', ...args],
    cwd: folder,
    env: { ...api.env, DATABASE_URL: databaseUrl },
  });
  const lines = stdout.trimEnd().split('\n');
  return { code, stderr, steps: lines.map((line) => line.replace(/ +\d+\.\d s +/, ': ')) };
}

/** Writes a script that prints log lines of the version with a tag, some of them of errors. */
async function logOf(tag: string, requests: number, errors: number): Promise<string> {
  const lines = Array.from({ length: requests }, (_, i) => ({
    ...{ message: 'request', version: api.account.id(tag) },
    ...{ status: i < errors ? 503 : 200, duration_ms: 10 },
  }));
  await writeFile(join(folder, 'log'), lines.map((line) => JSON.stringify(line)).join('\n'));
  return 'sed "s/\\"\\"/\\"$RELEASE_VERSION\\"/" log';
}

test('the first release, and one that is rolled back', async () => {
  const { account } = api;
  expect(await release('--tag', 'one')).toEqual({
    code: 0,
    stderr: '',
    steps: [
      'settings: edge-profile, 3 variables',
      'check: left out',
      'backward: no migration since an earlier release',
      expect.stringMatching(/^migrate: applied \d+$/),
      'queues: edge-profile-webhooks created',
      `deploy: version ${account.id('one')}`,
      'finish: release one is finished',
    ],
  });
  expect(account.changes.splice(0)).toEqual([
    'queue edge-profile-webhooks',
    'upload one',
    'deploy one@100',
    'schedules',
    'consumer edge-profile',
    'deploy one@100',
  ]);
  expect(account.crons).toEqual(['17 * * * *', '*/5 * * * *']);
  // The secrets of the file, although this process has another DATABASE_URL.
  expect(account.versions[0]?.resources.bindings).toContainEqual({
    ...{ name: 'DATABASE_URL', type: 'secret_text' },
    text: 'postgresql://worker:secret@db.example.com/db',
  });
  const name = new URL(databaseUrl).pathname.slice(1);
  expect(await query(name, 'select id from profile.users')).toEqual([]);

  const bad = ['--ramp', '50,100', '--log-command', await logOf('two', 40, 4)];
  const { code, stderr, steps } = await release('--tag', 'two', ...bad);
  expect([code, stderr]).toEqual([
    1,
    'The new version failed, and was rolled back: the error budget: 40 requests, 10.0 % 5xx, p99 10 ms; before: no requests.\n',
  ]);
  expect(steps.slice(3)).toEqual([
    'migrate: the database is up to date',
    'queues: edge-profile-webhooks exists',
    `upload: version ${account.id('two')}`,
    `stage: 0 % beside ${account.id('one')}`,
    'conform: left out',
    'ramp 50 %: rolled back',
  ]);
  expect(account.changes.splice(0)).toEqual([
    'upload two',
    'deploy two@0 one@100',
    'deploy two@50 one@50',
    'deploy one@100',
  ]);

  expect(await status(new Cloudflare(undefined, commandsOn(account)))).toMatch(
    `All requests go to one (${account.id('one')}) since`,
  );
  expect(api.unknown).toEqual([]);
});

test('a rehearsal prints the plan and asks nobody', async () => {
  const { code, stderr, steps } = await release('--tag', 'three', '--dry-run');
  expect([code, stderr]).toEqual([0, '']);
  expect(steps).toEqual([
    'Release three of a Worker that exists; the first one of all is deployed at once.',
    '  settings   checks wrangler.toml, the secrets and the options',
    '  check      runs npm run check',
    '  backward   runs the bundles of earlier releases on the new tables',
    '  migrate    applies new migrations to the database at DATABASE_URL',
    '  queues     creates missing queues',
    '  upload     uploads a version with its secrets; it gets no requests',
    '  stage      deploys it with 0 % of the requests',
    '  conform    runs the conformance command against the new version alone',
    ...['ramp 5 %   ', 'ramp 25 %  ', 'ramp 100 % '].map(
      (name) =>
        `  ${name}gives it this share of the requests, waits, and compares its errors and times`,
    ),
    '  triggers   applies crons, queue consumers and routes',
    '  finish     marks the release as finished',
    'settings: edge-profile, 3 variables',
    'check: left out',
    'backward: no migration since an earlier release',
  ]);
});

test.each([
  [
    { DATABASE_URL: 'postgresql://user:password@h/d' },
    'secrets.json has no value for DATABASE_URL.',
  ],
  [{}, 'The Worker would not start: missing or invalid variables: DATABASE_URL (secrets.json).'],
  [
    { DATABASE_URL: 'postgresql://u:p@h/d', OIDC_ISSUER: 'https://id.example.com' },
    'The Worker would not start: missing or invalid variables: OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, SESSION_SECRET (secrets.json).',
  ],
])('the secrets %j are refused on this machine', async (secrets, message) => {
  const file = join(folder, 'secrets.json');
  const before = await readFile(file, 'utf8');
  await writeFile(file, JSON.stringify(secrets));
  await expect(
    checkSecrets(file, { KEY_LIMIT_POLICY: '600/60', ADDRESS_LIMIT_POLICY: '60/60' }),
  ).rejects.toThrow(message.replace('secrets.json', file));
  await writeFile(file, before);
});

test('the requests of wrangler tail are counted by version', async () => {
  const line = (status: number) =>
    JSON.stringify({ message: 'request', status, duration_ms: 7, route: '/api/v1/user/:user_id' });
  const event = (id: string, ...logs: string[]) => ({
    ...{ outcome: 'ok', scriptName: 'edge-profile', scriptVersion: { id }, exceptions: [] },
    ...{ eventTimestamp: 0, event: null },
    logs: logs.map((text) => ({ message: [text], level: 'log', timestamp: 0 })),
  });
  api.tailEvents = [
    event('new', line(200)),
    event('old', line(500), 'not JSON'),
    event('new', '{"message":"webhooks","status":500}'),
  ];
  expect(await watchTail()(() => api.tailed.promise, 'new')).toEqual([
    { version: 'new', status: 200, durationMs: 7 },
    { version: 'old', status: 500, durationMs: 7 },
  ]);
});
