import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { migrate } from './migrate.ts';

const { dryRun } = new Command('npm run deploy --')
  .description('Migrates the database at DATABASE_URL, then deploys the Worker.')
  .option('--dry-run', 'build what would be deployed; needs neither network nor DATABASE_URL')
  .parse()
  .opts<{ dryRun?: true }>();

if (!dryRun) await migrateFirst();
const options = dryRun ? ['--dry-run', '--outdir', 'dist'] : [];
const { status } = spawnSync('npx', ['wrangler', 'deploy', '--minify', ...options], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

/** The old Worker must work with the new tables for the seconds in between. */
async function migrateFirst(): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (!url) {
    console.error('Set DATABASE_URL to the connection string of your Neon database.');
    process.exit(1);
  }
  try {
    const applied = await migrate(url, 'migrations');
    console.log(applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration(s).`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
