import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

// Packs the client as npm publish would, and lets publint and arethetypeswrong look at the tarball.

const client = fileURLToPath(new URL('..', import.meta.url));
const attw = join(
  dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
  'dist/index.js',
);

const folder = await mkdtemp(join(tmpdir(), 'packed-'));
try {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: client });
  const [tarball = ''] = await readdir(folder);
  const file = join(folder, tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(await readFile(file)).buffer },
    strict: true,
  });
  for (const message of messages) console.error(`publint: ${formatMessage(message, pkg)}`);
  // Node 20.19 and later can require() an ES module: there is no second build that could differ.
  const { status, stdout } = spawnSync(process.execPath, [attw, file, '--profile', 'esm-only']);
  if (status !== 0) console.error(`${stdout}`);
  if (status !== 0 || messages.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
