import { spawnSync } from 'node:child_process';
import { command, runCommand } from './command.ts';
import { databaseUrlFrom } from './local-stack.ts';
import { migrate } from './migrate.ts';

const QUEUE = 'edge-profile-webhooks';

/** Migrates first, so the old Worker must work with the new tables for some seconds. */
async function migrateFirst(): Promise<void> {
  const url = databaseUrlFrom('DATABASE_URL');
  if (!url) throw new Error('Set DATABASE_URL to the connection string of your Neon database.');
  const applied = await migrate(url, 'migrations');
  console.log(applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration(s).`);
}

/** Creates the queue of wrangler.toml that wakes the delivery of webhooks, unless it exists. */
function createQueue(): void {
  const queues = (command: string, stdio: 'ignore' | 'inherit') =>
    spawnSync('npx', ['wrangler', 'queues', command, QUEUE], { stdio });
  if (queues('info', 'ignore').status !== 0) queues('create', 'inherit');
}

await runCommand(
  command('npm run deploy --', 'Migrates the database at DATABASE_URL, then deploys the Worker.')
    .option('--dry-run', 'only build the bundle; needs neither network nor DATABASE_URL')
    .action(async ({ dryRun }: { dryRun?: true }) => {
      if (!dryRun) await migrateFirst();
      if (!dryRun) createQueue();
      const options = dryRun ? ['--dry-run', '--outdir', 'dist'] : [];
      const { status } = spawnSync('npx', ['wrangler', 'deploy', '--minify', ...options], {
        stdio: 'inherit',
      });
      process.exitCode = status ?? 1;
    }),
);
