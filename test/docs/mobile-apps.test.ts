import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ProfileClient } from '../../client/src/index.ts';
import { run } from '../client/packed.ts';
import { Browser } from '../support/oidc-browser.ts';
import { APP_CALLBACK, signInVariables, usePeople } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';

// The programs of the guide for mobile apps: those in TypeScript run against the Worker and the local
// provider. Those in Swift and Kotlin, which nothing here compiles, must send what these send.

const variables = await signInVariables();
const stack = useStack(variables);
const people = usePeople(stack, variables);
const guide = await readFile('docs/guides/mobile-apps.md', 'utf8');

/** The blocks of a language. */
const blocksIn = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );
const programs = blocksIn('ts').map((code) => ({
  name: /^\/\/ (\S+)\n/.exec(code)?.[1] ?? '',
  code,
}));

/** What the guide leaves to the reader. */
const OWN = {
  'sessions.ts':
    'export const userOf = async (request: Request): Promise<string | null> => (/^Bearer (.*)/.exec(request.headers.get("authorization") ?? "") ?? [])[1] || null;',
  'session.ts':
    'export const session = async (): Promise<string> => (globalThis as unknown as { sessionOfApp: string }).sessionOfApp;',
  'platform.ts': `type Platform = { openBrowser(url: URL): Promise<URL>; storage: { get(): Promise<string | undefined>; set(text: string): Promise<void> } };
export const { openBrowser, storage } = (globalThis as unknown as { platform: Platform }).platform;`,
};

/** The same library, but that it uses plain http, which the local provider has. */
const INSECURE = `import * as oauth from ${JSON.stringify(resolve('node_modules/oauth4webapi/build/index.js'))};
export * from ${JSON.stringify(resolve('node_modules/oauth4webapi/build/index.js'))};
const plain = { [oauth.allowInsecureRequests]: true };
export const discoveryRequest = (url) => oauth.discoveryRequest(url, plain);
export const authorizationCodeGrantRequest = (...given) => oauth.authorizationCodeGrantRequest(...given, plain);
export const refreshTokenGrantRequest = (...given) => oauth.refreshTokenGrantRequest(...given, plain);`;

let folder: string;
/** What was sent to the API and to the reader's own server, latest last. */
const sent: { url: string; method: string; headers: Headers; text: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mobile-'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await writeFile(join(folder, 'insecure.js'), INSECURE);
  for (const [name, code] of Object.entries(OWN)) await writeFile(join(folder, name), code);
  for (const { name, code } of programs) await writeFile(join(folder, name), code);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a program of the guide against this Worker and provider. */
async function load<Exports>(name: string): Promise<Exports> {
  const code = programs.find((program) => program.name === name)?.code ?? '';
  const file = join(folder, `run-${name}`);
  await writeFile(
    file,
    code
      .replaceAll('https://api.example.com', stack.origin)
      .replaceAll('https://accounts.example.com', variables.OIDC_ISSUER)
      .replace("'edge-profile-client'", JSON.stringify(resolve('client/src/index.ts')))
      .replace("'oauth4webapi'", "'./insecure.js'"),
  );
  return await import(/* @vite-ignore */ pathToFileURL(file).href);
}

/** Notes what is sent, and passes what is for the reader's own server to it. */
function intercept(server?: (request: Request) => Promise<Response>) {
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
    const request = new Request(...given);
    const { url, method, headers } = request;
    sent.push({ url, method, headers, text: await request.clone().text() });
    return server && url.startsWith('https://your-server.example')
      ? await server(request)
      : await real(request);
  });
  return () => vi.unstubAllGlobals();
}

const sentTo = (path: string) => sent.filter(({ url }) => new URL(url).pathname === path);

/** Lets the short-lived keys of a user expire. */
const expireKeys = (id: string) =>
  stack.query(
    `update api_keys set expires_at = now() - interval '1 ms' where owner_id = $1 and short_lived`,
    [id],
  );

/** Uses the client of an app until its key has expired, and then once more. */
async function useUntilExpired(profiles: ProfileClient, id: string) {
  expect((await profiles.getUser(id)).user.id).toBe(id);
  await expireKeys(id);
  const { version } = await profiles.setUser(id, { phone: '1' });
  expect(version).toBe('"2"');
  const writes = sent.filter(({ method }) => method === 'PUT').slice(-2);
  const [first, second] = writes.map(({ headers }) => headers);
  expect(first?.get('authorization')).not.toBe(second?.get('authorization'));
  expect(first?.get('idempotency-key')).toBe(second?.get('idempotency-key'));
}

test('the programs in TypeScript compile by strict rules', async () => {
  expect(programs.map(({ name }) => name)).toEqual(['server.ts', 'app-with-server.ts', 'app.ts']);
  const options = {
    ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true },
    ...{ module: 'nodenext', target: 'es2023', types: ['node'], erasableSyntaxOnly: true },
    paths: { 'edge-profile-client': [resolve('client/src/index.ts')] },
  };
  const config = { compilerOptions: options, files: programs.map(({ name }) => name) };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await run(resolve('node_modules/.bin/tsc'), ['-p', folder]);
});

test('an app gets keys through its server', async () => {
  vi.stubEnv('PROFILE_KEY', (await stack.key(await stack.user({ is_superuser: true }))).key);
  const id = await stack.user();
  vi.stubGlobal('sessionOfApp', id);
  const { profileKey } = await load<{ profileKey: (r: Request) => Promise<Response> }>('server.ts');
  const restore = intercept(profileKey);
  const { profiles } = await load<{ profiles: ProfileClient }>('app-with-server.ts');
  await useUntilExpired(profiles, id);
  restore();
  vi.unstubAllEnvs();
  expect(sentTo('/profile-key').map(({ method }) => method)).toEqual(['POST', 'POST']);
  const response = await profileKey(new Request('https://your-server.example/profile-key'));
  expect(response.status).toBe(401);
});

test('an app gets keys through the OpenID provider; the person signs in once', async () => {
  const id = await stack.user();
  const email = String((await stack.row(id))['email']);
  people.users = [{ id: 'ada', email, name: 'Ada' }];
  const opened: URL[] = [];
  let kept: string | undefined;
  vi.stubGlobal('platform', {
    openBrowser: async (url: URL) => {
      opened.push(url);
      const browser = new Browser();
      const page = await browser.follow(url.href);
      return new URL(await people.press(browser, page, { user: 'ada' }, APP_CALLBACK));
    },
    storage: {
      get: async () => kept,
      set: async (text: string) => {
        kept = text;
      },
    },
  });
  const restore = intercept();
  const { profiles } = await load<{ profiles: ProfileClient }>('app.ts');
  await useUntilExpired(profiles, id);
  expect(opened).toHaveLength(1);
  kept = 'expired';
  await expireKeys(id);
  await profiles.getUser(id);
  restore();
  expect(opened).toHaveLength(2);
  expect(sentTo('/api/v1/token')).toHaveLength(3);
});

/** The pairs of a name and a value, as the group of an expression has them in the code of a language. */
const pairsIn = (code: string, pattern: RegExp) =>
  Object.fromEntries([...code.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]));

test.each([
  ['swift', /URLQueryItem\(name: "(\w+)", value: (?:"([^"]*)"|idToken)\)/g],
  ['kotlin', /\.add\("(\w+)", (?:"([^"]*)"|idToken)\)/g],
])('the programs in %s send the same', (language, pattern) => {
  const code = blocksIn(language).join('\n');
  const [request] = sentTo('/api/v1/token');
  const form = new URLSearchParams(request?.text);
  expect(request?.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
  expect(pairsIn(code, pattern)).toEqual({ ...Object.fromEntries(form), subject_token: '' });
  expect(code).toContain('"https://api.example.com/api/v1/token"');

  const app = programs.find(({ name }) => name === 'app.ts')?.code ?? '';
  for (const literal of [
    /client_id: '(.*?)'/,
    /REDIRECT_URI = '(.*?)'/,
    /claims: '(.*?)'/,
    /fetch\('(.*?)'/,
    /Authorization: `(Bearer )/,
  ]) {
    const [, value = '-'] = literal.exec(app) ?? literal.exec(programs[1]?.code ?? '') ?? [];
    expect(code).toContain(value);
  }
  for (const scope of ['openid', 'email']) expect(code).toContain(scope);
});
