import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProjectCopy } from '../support/project-copy.ts';

// CONTRIBUTING says what a new field takes: four files by hand, three by commands. This does so.

const FOLDERS = ['client', 'test', 'bench'];
const CONFIGURATION = [
  '.gitignore',
  '.spectral.yaml',
  'biome.json',
  'biome.imports.json',
  'redocly.yaml',
  'vitest.config.ts',
];

const BY_HAND = [
  [
    'src/users/fields.ts',
    "  phone: { group: 'profile', schema: phone }, // Phone number, in any format.\n",
    "  nickname: { group: 'profile', schema: line }, // What friends call the user.\n",
  ],
  [
    'src/db/schema.ts',
    '    phone: varchar({ length: 50 }),\n',
    '    nickname: varchar({ length: 255 }),\n',
  ],
  [
    'src/db/functions/change_user.sql',
    '      phone = _after.phone,\n',
    '      nickname = _after.nickname,\n',
  ],
  ['docs/reference/response.json', '    "phone": "<string>",\n', '    "nickname": null,\n'],
] as const;

const BY_COMMANDS = [
  'npm run -s db:generate -- --name user_nickname',
  'node site/openapi/build.ts',
  'npm run -s generate -w client',
];

const CHECKS = [
  'biome check src site test',
  'tsc',
  'tsc -p settings',
  'node tools/check-migrations.ts',
  'node site/openapi/check.ts',
  'MODEL_RUNS=10 vitest run test/api/put.test.ts test/api/stored-fields.test.ts test/model',
];

let project: ProjectCopy;

beforeAll(async () => {
  project = await ProjectCopy.make({
    more: [...FOLDERS, ...CONFIGURATION],
  });
  for (const [file, before, line] of BY_HAND) {
    const path = join(project.folder, file);
    const text = await readFile(path, 'utf8');
    expect(text.split(before), `${file} does not have this exactly once: ${before}`).toHaveLength(
      2,
    );
    await writeFile(path, text.replace(before, before + line));
  }
});

afterAll(() => project.remove());

test('a new field takes these seven places and no other', async () => {
  for (const command of [...BY_COMMANDS, ...CHECKS]) {
    const { code, stdout, stderr } = await project.run(command, {
      PATH: `${join(project.folder, 'node_modules/.bin')}:${process.env['PATH']}`,
    });
    expect(code, `${command}\n${stdout}${stderr}`).toBe(0);
  }
  const openapi = await readFile(join(project.folder, 'openapi.json'), 'utf8');
  expect(openapi).toContain('"nickname"');
}, 300_000);
