import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runScript } from '../support/run-script.ts';

/** Forbidden imports, by importing file. */
const FORBIDDEN = {
  'src/errors.ts': './http/body.ts',
  'src/http/body.ts': '../auth/session.ts',
  'src/env.ts': './db/run.ts',
  'src/db/run.ts': '../users/fields.ts',
  'src/failures.ts': './auth/session.ts',
  'src/auth/session.ts': '../keys/requests.ts',
  'src/route.ts': './auth/routes.ts',
  'src/users/fields.ts': '../keys/requests.ts',
  'src/keys/requests.ts': '../../tools/command.ts',
  'src/changes/routes.ts': '../keys/requests.ts',
  'src/webhooks/deliver.ts': '../keys/requests.ts',
  'src/wake.ts': './router.ts',
  'src/health.ts': './router.ts',
  'src/cleanup.ts': './users/fields.ts',
  'src/router.ts': './changes/routes.ts',
  'src/index.ts': '../tools/command.ts',
  'client/src/client.ts': '../../src/errors.ts',
  'tools/local-neon/index.ts': '../../test/support/stack.ts',
  'site/pages/html.ts': '../../bench/load.ts',
  'bench/load.ts': '../test/support/stack.ts',
};

const ALLOWED = {
  'src/http/values.ts': '../errors.ts',
  'src/users/routes.ts': '../auth/authenticate.ts',
  'src/keys/statements.ts': '../db/client.ts',
  'src/routes.ts': './users/routes.ts',
  'tools/keys.ts': '../src/keys/statements.ts',
  'test/support/stack.ts': '../../tools/command.ts',
};

const CIRCLE = { 'src/http/one.ts': './other.ts', 'src/http/other.ts': './one.ts' };

let folder: string;
/** Lines like `::error title=lint/style/noRestrictedImports,file=/…/src/errors.ts,line=1,…::message`. */
let complaints: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-profile-imports-'));
  for (const file of ['biome.json', 'biome.imports.json', '.gitignore'])
    await cp(file, join(folder, file));
  for (const [file, from] of Object.entries({ ...FORBIDDEN, ...ALLOWED, ...CIRCLE })) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(
      join(folder, file),
      `import type { Value } from '${from}';\nexport type A = Value;\n`,
    );
  }
  const args = ['lint', '--reporter=github', '--max-diagnostics=none'];
  const { stdout } = await runScript('node_modules/@biomejs/biome/bin/biome', {
    args,
    cwd: folder,
  });
  complaints = stdout.split('\n').filter((line) => line.startsWith('::error'));
});
afterAll(() => rm(folder, { recursive: true }));

const complaintOf = (file: string, rule: string) =>
  complaints.find((line) => line.includes(`${rule},file=${join(folder, file)},`));

test.each(Object.entries(FORBIDDEN))('%s may not import %s', (file) => {
  expect(complaintOf(file, 'noRestrictedImports')).toBeDefined();
});

test.each(Object.entries(ALLOWED))('%s may import %s', (file) => {
  expect(complaintOf(file, 'noRestrictedImports')).toBeUndefined();
});

test.each(Object.keys(CIRCLE))('%s may not be part of a cycle, not even with types', (file) => {
  expect(complaintOf(file, 'noImportCycles')).toBeDefined();
});

test('the forbidden imports cover each rule', async () => {
  const { overrides } = JSON.parse(await readFile('biome.imports.json', 'utf8'));
  for (const { linter } of overrides) {
    const [{ message }] = linter.rules.style.noRestrictedImports.options.patterns;
    expect(complaints.filter((line) => line.endsWith(`::${message}`))).not.toEqual([]);
  }
});

test('each file of src has a rule', async () => {
  const { overrides } = JSON.parse(await readFile('biome.imports.json', 'utf8'));
  const ruled = globSync(overrides.flatMap(({ includes }: { includes: string[] }) => includes));
  expect(globSync('src/**/*.ts').filter((file) => !ruled.includes(file))).toEqual([]);
});
