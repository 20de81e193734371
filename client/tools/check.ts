import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { command, runCommand } from '../../tools/command.ts';
import { currentTypes, FILE } from './generate.ts';

const client = fileURLToPath(new URL('..', import.meta.url));
const attw = join(
  dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
  'dist/index.js',
);

/** Packs the client as npm publish would, and lets publint and arethetypeswrong look at the tarball. */
async function checkPackage(): Promise<void> {
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
}

await runCommand(
  command(
    'npm run check -w client --',
    'Checks that src/api.ts is what openapi.json says, and the package that would be published.',
  ).action(async () => {
    if ((await currentTypes()) !== (await readFile(FILE, 'utf8').catch(() => '')))
      throw new Error('src/api.ts is not what openapi.json says: run npm run generate -w client.');
    await checkPackage();
  }),
);
