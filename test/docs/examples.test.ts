import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import openApi from '../../openapi.json' with { type: 'json' };
import { pathParameters } from '../../site/openapi/operations.ts';
import { type Document, type Operation, operationsOf } from '../../site/pages/document.ts';
import { guideFile, guides } from '../../site/pages/guides.ts';
import { codeBlocksOf } from '../../site/pages/markdown.ts';
import { type KeyPlace, snippet } from '../../site/pages/snippets.ts';
import { keyRoles } from '../../src/permissions.ts';
import { DEMO_ID, seedDemoData } from '../../tools/demo-data.ts';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import { NOBODY } from '../support/provocations.ts';
import { Resolver } from '../support/resolver.ts';
import { useStack } from '../support/stack.ts';
import { bash, examplesIn, fill, missing, type Reader, run } from './examples.ts';

// Runs the examples of the documents, which must print what the documents say.

const resolver = await new Resolver().listen();
resolver.names.set('hooks.example.com', ['93.184.215.14']);
const variables = await signInVariables();
const stack = useStack({
  ...variables,
  DNS_RESOLVER: resolver.url,
  WEBHOOKS_LOOPBACK: 'on',
});
const people = usePeople(stack, variables);
afterAll(() => resolver.close());

/** Creates a superuser with a full_access key, as `npm start` does. */
async function reader(): Promise<Reader> {
  const user = await stack.user({ first_name: 'Demo', is_superuser: true });
  const { key } = await stack.key(user);
  return { origin: stack.origin, key, user };
}

const endpoint = () => `http://127.0.0.1:${stack.database.port}/sql`;

/** The user of the README. */
async function demoUser(): Promise<Reader> {
  const key = (await seedDemoData(stack.connect())) ?? '';
  return { origin: stack.origin, key, user: DEMO_ID };
}

/** Of the runbook, runbook.test.ts does, in the situations that it is for; that of releasing would release. */
const others = guides.filter(({ name }) => name !== 'runbook' && name !== 'releasing');
const files = ['README.md', ...others.map(({ name }) => guideFile(name))];

test.each(files)('the examples of %s print what it says', async (file) => {
  const examples = await examplesIn(file);
  const who = await (file === 'README.md' ? demoUser() : reader());
  const printed = await run(examples, who, {
    KEY: who.key,
    DATABASE_URL: stack.databaseUrl,
    DATABASE_ENDPOINT: endpoint(),
  });
  const wrong = examples
    .map((example, at) => ({
      ...example,
      printed: printed[at],
      lacks: missing(example, printed[at] ?? '', who),
    }))
    .filter(({ lacks }) => lacks.length > 0);
  expect(wrong).toEqual([]);
});

test.each(files)('every curl of %s has its response below it', async (file) => {
  const examples = await examplesIn(file);
  const without = examples.filter(
    ({ command, expected }) => /curl -i/.test(command) && expected.length === 0,
  );
  expect(without).toEqual([]);
});

test('the SQL for operators runs', async () => {
  await seedDemoData(stack.connect());
  const readme = await readFile('README.md', 'utf8');
  const guide = await readFile('docs/guides/operating.md', 'utf8');
  const statements = [
    ...[...readme.matchAll(/psql .* -c "(insert[^"]+)"/g)].map(([, statement = '']) => statement),
    ...codeBlocksOf(guide).filter((block) => /^(select|insert)/.test(block)),
  ];
  expect(statements.length).toBeGreaterThan(2);
  for (const statement of statements) await stack.connect().execute(statement);
});

describe('the reference', () => {
  /** Returns what the cURL of an operation gets: the status, and the code of an error. */
  async function curl(operation: Operation, place: KeyPlace): Promise<string> {
    const { user, ...who } = await reader();
    const { key, keyId } = await stack.key(user);
    const { body: webhook } = await stack.call('POST', '/webhooks', who.key, { url: NOBODY });
    const email = String((await stack.row(user))['email']);
    const idToken =
      operation.id === 'exchangeToken' ? await people.idToken({ id: user, email }) : '';
    const exampleOf = (parameter: string) => `${pathParameters[parameter]?.example}`;
    const command = fill(snippet(operation, place, 'curl'), { ...who, key, user });
    const { stdout } = await bash(
      command
        .replace('HEADER.PAYLOAD.SIGNATURE', idToken)
        .replace(exampleOf('key_id'), keyId)
        .replace(exampleOf('webhook_id'), webhook.data.id)
        .replace('ada@example.com', `${randomUUID()}@example.com`)
        .replace(/^curl/, `curl -s -w '\\n%{http_code}'`),
    );
    const [status = '', body = ''] = stdout.split('\n').reverse();
    return `${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`.trim();
  }

  const operations = operationsOf(openApi as unknown as Document);

  test.each(operations.map((operation) => [operation.summary, operation] as const))(
    '%s: the cURL runs with the key in any place',
    async (_, operation) => {
      const places: KeyPlace[] = operation.isKeyed ? ['header', 'query'] : ['header'];
      const printed = await Promise.all(places.map((place) => curl(operation, place)));
      for (const one of printed) expect(one).toMatch(/^20[014]$/);
    },
  );

  test('the JavaScript compiles', () => {
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    for (const operation of operations)
      expect(() => AsyncFunction(snippet(operation, 'query', 'javascript'))).not.toThrow();
  });
});

test('a response that differs from the document is noticed', async () => {
  const who = await reader();
  const example = {
    command: `curl -i "${who.origin}/healthz"`,
    expected: ['HTTP/1.1 201', 'X-Request-Id: …'],
  };
  const [printed = ''] = await run([example], who);
  expect(missing(example, printed, who)).toEqual(['HTTP/1.1 201']);
});

test('the guides have the real limits and scopes of roles', async () => {
  const { vars } = readConfig({ config: 'wrangler.toml' });
  const inWords = (limit: unknown) => `${String(limit).replace('/', ' in ')} seconds`;
  const limits = await readFile('docs/guides/rate-limits.md', 'utf8');
  expect(limits).toContain(`| requests with one key | ${inWords(vars['KEY_LIMIT_POLICY'])} |`);
  expect(limits.split(`| ${inWords(vars['ADDRESS_LIMIT_POLICY'])} |`)).toHaveLength(4);
  const keys = await readFile('docs/guides/authentication.md', 'utf8');
  for (const [role, scopes] of Object.entries(keyRoles))
    expect(keys).toContain(`| \`${role}\` | ${scopes.map((scope) => `\`${scope}\``).join(', ')} |`);
});
