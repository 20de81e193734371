import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { command, runCommand } from '../command.ts';
import { migrate } from '../migrate.ts';
import { Cloudflare } from '../release/cloudflare.ts';
import { NeonProject } from './neon.ts';

const program = command(
  'node tools/preview/index.ts',
  'A version of the staging Worker at an address of its own, with a branch of the database at Neon.',
);

program
  .command('up')
  .description('Creates or updates a preview, and prints its address.')
  .argument('<name>', 'such as pr-12', parseName)
  .action(async (name: string) => {
    const secrets = JSON.parse(variable('WORKER_SECRETS')) as { DATABASE_URL: string };
    const host = await project().hostOf(name);
    await migrate(at(host, variable('DATABASE_URL')), 'migrations');
    const url = await upload(name, { ...secrets, DATABASE_URL: at(host, secrets.DATABASE_URL) });
    console.log(url);
    const output = process.env['GITHUB_OUTPUT'];
    if (output) await appendFile(output, `url=${url}\n`);
  });

program
  .command('down')
  .description('Deletes the branch of a preview. Without it, its Worker has no database.')
  .argument('<name>', 'such as pr-12', parseName)
  .action(async (name: string) => project().remove(name));

await runCommand(program);

/** Uploads a version with secrets that this machine does not keep. Returns its address. */
async function upload(name: string, secrets: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preview-'));
  const file = join(folder, 'secrets.json');
  try {
    await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
    return await new Cloudflare('staging').preview(name, file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function project(): NeonProject {
  const [id, key] = [variable('NEON_PROJECT_ID'), variable('NEON_API_KEY')];
  return new NeonProject(id, key, process.env['NEON_API']);
}

/** Returns the URL of a database at the host of a branch. */
function at(host: string, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.host = host;
  return url.href;
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}.`);
  return value;
}

/** The name is a part of an address. */
function parseName(text: string): string {
  if (/^[a-z][a-z\d-]{0,30}$/.test(text)) return text;
  throw new InvalidArgumentError('It must have small letters, digits and hyphens.');
}
