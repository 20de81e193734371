import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ProjectCopy } from './support/project-copy.ts';

test('npm run deploy -- --dry-run builds with no network and no database', async () => {
  const project = await ProjectCopy.make();
  try {
    const nowhere = {
      HTTP_PROXY: 'http://127.0.0.1:1',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      DATABASE_URL: '',
    };
    const { code, stdout } = await project.run('npm run -s deploy -- --dry-run', nowhere);
    expect([code, stdout]).toEqual([0, expect.stringContaining('--dry-run: exiting now.')]);
  } finally {
    await project.remove();
  }
});

test('npm run deploy without a DATABASE_URL says so before it does anything', async () => {
  const project = await ProjectCopy.make();
  try {
    const { code, stderr } = await project.run('npm run -s deploy', { DATABASE_URL: '' });
    expect([code, stderr]).toEqual([
      1,
      'Set DATABASE_URL to the connection string of your Neon database.\n',
    ]);
  } finally {
    await project.remove();
  }
});

test('the build prints the size of the bundle, which keeps its limit', async () => {
  const project = await ProjectCopy.make();
  try {
    const { code, stdout } = await project.run('npm run -s build');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^dist\/index\.js: \d+\.\d KiB gzipped, of at most 72\.0 KiB\n$/),
    ]);
  } finally {
    await project.remove();
  }
});

test('no configuration that lands in git holds a secret', async () => {
  const texts = await Promise.all(
    ['wrangler.toml', '.dev.vars.example'].map((file) => readFile(file, 'utf8')),
  );
  expect(texts.join()).not.toMatch(/DATABASE_URL\s*=\s*"?postgres(ql)?:\/\/(?!user:password@)/);
  expect(texts[0]).toMatch(/redact_query_string = true/);
  expect(texts[0]).toMatch(/invocation_logs = false/);
  expect(texts[0]).not.toMatch(/DATABASE/);
});

test('the driver that ships makes workerd load neither Buffer nor process', async () => {
  const driver = await readFile('dist/driver/neon.js', 'utf8');
  expect(driver).toContain('Neon-Connection-String');
  expect(driver).not.toMatch(/globalThis\.(Buffer|process)\b/);
});
