import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProfileClient } from '../../client/src/index.ts';
import { currentTypes } from '../../client/tools/generate.ts';
import { newSecret, signatureHeaders } from '../../src/webhooks/signature.ts';
import { fill } from '../docs/examples.ts';
import { Receiver } from '../support/receiver.ts';
import { useStack } from '../support/stack.ts';
import { readExamples, readPrograms } from './examples.ts';
import { run, usePackedClient } from './packed.ts';
import { USER } from './scripted.ts';

// The package as npm would publish it, installed in a project of its own. The examples of its README and
// the programs of the guides are compiled there by strict rules, and run against the real Worker: what
// they say that they print must be what they print. In one file, because two would build it at once.

const receiver = await new Receiver().listen();
const stack = useStack({ WEBHOOKS_LOOPBACK: 'on' });
const project = usePackedClient();
const { setup, examples } = await readExamples();
const programs = await readPrograms();
let key: string;

const installed = (name: string) => join(project.folder, 'node_modules/edge-profile-client', name);
const bundle = () => readFile(installed('dist/index.js'), 'utf8');
const fileOf = (name: string) => join(project.folder, `${name.replace(/\W+/g, '-')}.ts`);

afterAll(() => receiver.close());
beforeAll(async () => {
  await stack.user({ id: USER, is_superuser: true });
  ({ key } = await stack.key(USER));
  await writeFile(join(project.folder, 'package.json'), '{"type": "module"}');
  for (const { name, code, isWorker } of examples)
    await writeFile(
      fileOf(name),
      `${isWorker ? '' : setup}\n${code}\nexport {};\n`
        .replaceAll('https://api.example.com', stack.origin)
        .replaceAll('https://hooks.example.com/profiles', receiver.url)
        .replaceAll("'in-…'", `'${key}'`),
    );
  for (const { guide, code } of programs)
    await writeFile(fileOf(guide), fill(code, { origin: stack.origin, key, user: USER }));
});

test('the types are those of the document', async () => {
  expect(await readFile('client/src/api.ts', 'utf8')).toBe(await currentTypes());
});

test('the package holds the module, its types and what is to be read, and needs nothing', async () => {
  expect(project.files).toEqual([
    'package/LICENSE',
    'package/README.md',
    'package/dist/api.d.ts',
    'package/dist/batch.d.ts',
    'package/dist/client.d.ts',
    'package/dist/errors.d.ts',
    'package/dist/exchange-token.d.ts',
    'package/dist/feed.d.ts',
    'package/dist/index.d.ts',
    'package/dist/index.js',
    'package/dist/keys.d.ts',
    'package/dist/options.d.ts',
    'package/dist/types.d.ts',
    'package/dist/verify-webhook.d.ts',
    'package/dist/webhooks.d.ts',
    'package/package.json',
  ]);
  const { dependencies, peerDependencies } = JSON.parse(
    await readFile(installed('package.json'), 'utf8'),
  );
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
  expect(await bundle()).not.toMatch(/\b(import|require)\b/);
});

test('it weighs less than 8 KiB', async () => {
  expect(gzipSync(await bundle()).length).toBeLessThan(8 * 1024);
});

test('it can be required from CommonJS', async () => {
  const code = "console.log(typeof require('edge-profile-client').ProfileClient)";
  const { stdout } = await run(process.execPath, ['-e', code], { cwd: project.folder });
  expect(stdout).toBe('function\n');
});

test('it works with no more than the globals of React Native', async () => {
  const build = await rolldown({ input: installed('dist/index.js') });
  const { output } = await build.generate({ format: 'iife', name: 'bundle' });
  const { crypto, Request, Response, FormData, AbortController } = globalThis;
  const context = createContext({
    ...{ Request, Response, Headers, FormData, AbortController, setTimeout, clearTimeout },
    fetch: (request: Request) => fetch(request),
    // With react-native-get-random-values.
    crypto: { getRandomValues: (array: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(array) },
  });
  runInContext(output[0].code.replace(/^var bundle/, 'globalThis.bundle'), context);
  const { ProfileClient: Client } = context['bundle'] as { ProfileClient: typeof ProfileClient };
  const client = new Client({ baseUrl: stack.origin, key });
  const { user } = await client.updateUser(USER, () => ({ first_name: 'Ada' }));
  expect(user.first_name).toBe('Ada');
});

describe('the examples of the README and the programs of the guides', () => {
  test.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])('compile with module %s and moduleResolution %s', async (module, moduleResolution) => {
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'ES2022', lib: ['ES2022', 'DOM'], types: [] },
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
    };
    const file = join(project.folder, `tsconfig.${module}.json`);
    await writeFile(file, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const tsc = resolve('client/node_modules/typescript/bin/tsc');
    const result = run(process.execPath, [tsc, '-p', file]).catch(({ stdout }) => ({ stdout }));
    expect((await result).stdout).toBe('');
  });

  test.each(examples.filter(({ isWorker }) => !isWorker))(
    'do what they say: $name',
    async ({ name, code }) => {
      await resetUser();
      const { stdout } = await run(process.execPath, [fileOf(name)]);
      expect(stdout.split('\n')).toEqual(expect.arrayContaining(promisedBy(code)));
    },
  );

  test('update a user from a Worker', async () => {
    const bindings = { PROFILE_API: stack.origin, PROFILE_KEY: key };
    expect(await inWorker('Where it runs', bindings)).toEqual([200, '{"country":"UK"}']);
  });

  test('receive webhooks in a Worker', async () => {
    const [secret, body] = [newSecret(), '{"type":"user.updated","data":{"version":7}}'];
    const signed = { id: 'e', time: Math.floor(Date.now() / 1000), body };
    const send = async (by: string) => {
      const request = { method: 'POST', headers: await signatureHeaders(signed, [by]), body };
      return inWorker('Webhooks', { WEBHOOK_SECRET: secret }, request);
    };
    expect(await send(secret)).toEqual([200, '{"stored":7}']);
    expect(await send(newSecret())).toEqual([400, expect.stringMatching(/^Wrong signature/)]);
  });

  test('the program of the quick start updates the user', async () => {
    await resetUser();
    await run(process.execPath, [fileOf('quick-start')]);
    expect(await stack.row(USER)).toMatchObject({ first_name: 'Ada', phone: null, version: 2 });
  });

  test('the nightly sync sends what has changed, once, and reports conflicts', async () => {
    await resetUser();
    const [gone, conflicting] = [
      '5f0c8a52-6a5e-4a0c-9d57-0f4b1c0e7a11',
      '9b2d4c1e-7f3a-4e5b-8c6d-1a2b3c4d5e6f',
    ];
    await stack.user({ id: gone });
    await stack.user({ id: conflicting });
    await stack.put(conflicting, key, { phone: '+44 20 7946 0009' });
    const code = programs.find(({ guide }) => guide === 'nightly-sync')?.code ?? '';
    await stack.query('delete from erased_users');
    await stack.call('DELETE', `/user/${gone}`, key);
    for (const start of ['first', 'after a crash that lost its results']) {
      const { stdout } = await run(process.execPath, [fileOf('nightly-sync')]);
      expect([start, stdout.trim().split('\n')]).toEqual([start, promisedBy(code)]);
    }
    expect(await stack.row(USER)).toMatchObject({ phone: '+44 20 7946 0001', version: 2 });
    expect(await stack.row(conflicting)).toMatchObject({ phone: '+44 20 7946 0009', version: 2 });
  });
});

const promisedBy = (code: string) =>
  [...code.matchAll(/\/\/ prints: (.*)/g)].map(([, text]) => text);

/** The user of the examples as it is at the beginning of each. */
async function resetUser(): Promise<void> {
  await stack.query(
    `update users set first_name = 'Ada', last_name = null, phone = '0044 20 7946 0000', version = 1 where id = $1`,
    [USER],
  );
  await stack.query('delete from user_changes where user_id = $1', [USER]);
}

/** What the example of a Worker under a heading returns on the real runtime: the status and the body. */
async function inWorker(
  heading: string,
  bindings: Record<string, string>,
  request: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<[number, string]> {
  const example = examples.find(({ name, isWorker }) => isWorker && name.startsWith(heading));
  const build = await rolldown({ input: fileOf(example?.name ?? ''), cwd: project.folder });
  const { output } = await build.generate({ format: 'esm' });
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: output[0].code,
      compatibilityDate: '2026-01-01',
      bindings,
    }),
  );
  try {
    const response = await worker.dispatchFetch('http://localhost/', request);
    return [response.status, await response.text()];
  } finally {
    await worker.dispose();
  }
}
