import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { CloudflareApi } from '../support/cloudflare-api.ts';
import type { Result } from '../support/project-copy.ts';
import { runScript } from '../support/run-script.ts';
import { smallProject } from './small-project.ts';

// The scripts that .github/workflows call. `.ci/run` runs these tests.

vi.setConfig({ testTimeout: 120_000 });
const WORKER_SECRETS = '{"DATABASE_URL":"postgresql://worker:secret@ep-staging.neon.tech/db"}';

test('.ci/release passes its options and secrets to npm run release', async () => {
  const env = {
    ...process.env,
    ...{ RELEASE_OPTIONS: '--tag ci --ramp 50,100 --dry-run', WORKER_SECRETS },
    DATABASE_URL: 'postgresql://owner:secret@ep.neon.tech/db',
  };
  const { code, stdout, stderr } = await new Promise<Result>((done) =>
    execFile('bash', ['.ci/release'], { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Release ci of [\s\S]* ramp 50 % [\s\S]*\nsettings: edge-profile, /);
  expect(stdout).toContain('\ncheck: left out\n');
});

const neon = { branches: [] as { id: string; name: string }[], requests: [] as string[] };
const server = createServer((request, response) => {
  neon.requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
  if (request.method === 'POST') neon.branches.push({ id: 'br-1', name: 'pr-12' });
  if (request.method === 'DELETE') neon.branches = [];
  const endpoints = [{ host: new URL(inject('postgresUrl').replace(/^\w+/, 'http')).host }];
  response.end(JSON.stringify({ branches: neon.branches, endpoints }));
});
const api = new CloudflareApi();
let folder: string;
beforeAll(async () => {
  await api.listen();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  folder = await smallProject();
});
afterAll(async () => {
  await api.close();
  server.close();
  await rm(folder, { recursive: true });
});

test('a pull request gets a branch of the database and an address, until it is closed', async () => {
  const name = `preview_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client(`${inject('postgresUrl')}/postgres`);
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const { username, password } = new URL(inject('postgresUrl'));
  const env = {
    ...{ ...api.env, WORKER_SECRETS, NEON_PROJECT_ID: 'project', NEON_API_KEY: 'key' },
    NEON_API: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    DATABASE_URL: `postgresql://${username}:${password}@ep-staging.neon.tech/${name}`,
    GITHUB_OUTPUT: join(folder, 'output'),
  };
  await writeFile(env.GITHUB_OUTPUT, '');
  const run = (...args: string[]) =>
    runScript('tools/preview/index.ts', { args, cwd: folder, env });
  // Staging was released before.
  api.account.queues.set('edge-profile-staging-webhooks', { id: 'queue', consumers: [] });
  api.account.upload({ bindings: [] });

  const url = 'https://pr-12-edge-profile.example.workers.dev';
  expect(await run('up', 'pr-12')).toEqual({ code: 0, stdout: `${url}\n`, stderr: '' });
  expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe(`url=${url}\n`);
  const { host } = new URL(inject('postgresUrl').replace(/^\w+/, 'http'));
  expect(api.account.versions[0]?.resources.bindings).toContainEqual({
    ...{ name: 'DATABASE_URL', type: 'secret_text' },
    text: `postgresql://worker:secret@${host}/db`,
  });
  expect(api.account.deployments).toEqual([]);
  const branch = new pg.Client(`${inject('postgresUrl')}/${name}`);
  await branch.connect();
  expect((await branch.query('select from profile.users')).rowCount).toBe(0);
  await branch.end();

  for (const args of [
    ['status', '--env', 'staging'],
    ['--env', 'staging', 'status'],
  ])
    expect(await runScript('tools/release/index.ts', { args, cwd: folder, env })).toMatchObject({
      ...{ code: 0, stdout: 'There is no Worker yet. Run npm run release.\n' },
    });
  expect([...api.workers]).toEqual(['edge-profile-staging']);

  expect(await run('down', 'pr-12')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(neon.requests).toEqual([
    'GET /projects/project/branches?search=pr-12 Bearer key',
    'POST /projects/project/branches Bearer key',
    'GET /projects/project/branches?search=pr-12 Bearer key',
    'DELETE /projects/project/branches/br-1 Bearer key',
  ]);
  expect(await run('up', 'pr 12')).toMatchObject({ code: 1, stdout: '' });
});
