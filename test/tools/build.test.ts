import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProjectCopy } from '../support/project-copy.ts';

test('the build prints the size of the bundle, which is below its limit', async () => {
  const project = await ProjectCopy.make();
  try {
    const { code, stdout } = await project.run('npm run -s build');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^dist\/index\.js: \d+\.\d KiB gzipped, of at most 94\.0 KiB\n$/),
    ]);
  } finally {
    await project.remove();
  }
});

test.each([
  ['of another release', "VERSION = '1.2.0'", "VERSION = '1.1.9'", 'it is 1.2.0, not 1.1.9'],
  ['with other names', 'Ao\\.Client', 'Xy\\.Client', 'it has no /extends\\s+Xy\\.Client/'],
])('a driver %s is bundled whole, with a warning', async (_, known, other, reason) => {
  const project = await ProjectCopy.make();
  try {
    const file = join(project.folder, 'tools/slim-driver.ts');
    const source = await readFile(file, 'utf8');
    expect(source.split(known)).toHaveLength(2);
    await writeFile(
      file,
      source.replace(known, () => other),
    );
    expect(await project.run('npm run -s build')).toEqual({
      code: 1,
      stdout: expect.stringMatching(
        /^dist\/index\.js: \d+\.\d KiB gzipped, of at most 94\.0 KiB\n$/,
      ),
      stderr: `The driver is bundled whole, as ${reason}. Look up the names in tools/slim-driver.ts again.\n`,
    });
  } finally {
    await project.remove();
  }
});

test('no committed configuration contains a secret', async () => {
  const texts = await Promise.all(
    ['wrangler.toml', '.dev.vars.example'].map((file) => readFile(file, 'utf8')),
  );
  expect(texts.join()).not.toMatch(/DATABASE_URL\s*=\s*"?postgres(ql)?:\/\/(?!user:password@)/);
  expect(texts[0]).toMatch(/redact_query_string = true/);
  expect(texts[0]).toMatch(/invocation_logs = false/);
  expect(texts[0]).not.toMatch(/DATABASE/);
});

test('git ignores every file that holds secrets of a guide, wrangler or npm start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ignored-'));
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8' });
  const secrets = [
    ...['secrets.json', 'secrets.staging.json'],
    ...['.dev.vars', '.dev.vars.production', '.env', '.env.local'],
    ...['.local/worker.env', 'other/worker.env', 'other/session-secret', 'other/stack.json'],
    ...['superuser', 'owner', 'worker'].map((role) => `other/${role}-password`),
    'other/worker.env.new',
  ];
  try {
    git('init', '-q');
    await cp('.gitignore', join(folder, '.gitignore'));
    const ignored = git('check-ignore', ...secrets)
      .trim()
      .split('\n');
    expect(ignored).toEqual(secrets);
    for (const example of ['.dev.vars.example', 'secrets.example.json'])
      expect(() => git('check-ignore', example)).toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the shipped driver does not make workerd load Buffer or process', async () => {
  const driver = await readFile('dist/driver/neon.js', 'utf8');
  expect(driver).toContain('Neon-Connection-String');
  expect(driver).not.toMatch(/globalThis\.(Buffer|process)\b/);
});

test('a misspelled key of wrangler.toml is refused, which wrangler overlooks', async () => {
  const project = await ProjectCopy.make();
  try {
    const file = join(project.folder, 'wrangler.toml');
    const toml = (await readFile(file, 'utf8'))
      .replace(/\[build\]\n(.+\n)+/, '')
      .replace('./dist/assets', './docs');
    await writeFile(
      file,
      `compatability_flags = []\n${toml.replace('src/index.ts', 'src/wake.ts')}`,
    );
    const { code, stderr } = await project.run('npm run -s build');
    expect([code, stderr]).toEqual([
      1,
      'wrangler.toml: Unexpected fields found in top-level field: "compatability_flags".\n',
    ]);
  } finally {
    await project.remove();
  }
});
