import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { command, runCommand } from './command.ts';

/**
 * What drizzle-kit would add to bring the migrations up to the schema: the names of new files, none
 * if both agree. Throws if drizzle-kit does not say either, for it exits with 0 when it fails.
 */
export function missingMigrations(schema: string, migrations: string): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    cpSync(migrations, copy, { recursive: true });
    const before = new Set(readdirSync(copy));
    // drizzle-kit takes relative paths only.
    const out = relative(process.cwd(), copy);
    const said = execFileSync(
      'npx',
      ['drizzle-kit', 'generate', '--dialect', 'postgresql', '--schema', schema, '--out', out],
      { encoding: 'utf8', stdio: 'pipe' },
    );
    const missing = readdirSync(copy).filter((name) => !before.has(name));
    if (missing.length === 0 && !said.includes('No schema changes')) throw new Error(said);
    return missing;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

if (import.meta.main)
  await runCommand(
    command(
      'node tools/check-migrations.ts',
      'Checks that the migrations make the schema, nothing less.',
    ).action(() => {
      if (missingMigrations('src/db/schema.ts', 'migrations').length > 0)
        throw new Error('The schema is ahead of the migrations: npx drizzle-kit generate --name …');
      console.log('The migrations agree with the schema.');
    }),
  );
