import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, runCommand } from './command.ts';
import {
  added,
  BREAKPOINT,
  FUNCTIONS,
  generate,
  MIGRATIONS,
  missingFunctions,
  SCHEMA,
} from './migrations.ts';

/** Writes a migration for schema changes. Returns its file, or undefined if there are none. */
const generateMigration = (...options: string[]): string | undefined =>
  added(MIGRATIONS, () => generate(SCHEMA, MIGRATIONS, ...options)).find((name) =>
    name.endsWith('.sql'),
  );

await runCommand(
  command(
    'npm run db:generate --',
    `Writes a migration with the changes in src/db/schema.ts and ${FUNCTIONS}.`,
  )
    .requiredOption('--name <name>', 'what changes, such as user_nickname')
    .action(async ({ name }: { name: string }) => {
      const ofSchema = generateMigration(`--name=${name}`);
      const functions = await missingFunctions(MIGRATIONS, FUNCTIONS);
      if (functions.length > 0) {
        const file = ofSchema ?? generateMigration('--custom', `--name=${name}`);
        if (!file) throw new Error('drizzle-kit wrote no migration.');
        // A function may call one that is created after it.
        const statements = ['SET LOCAL check_function_bodies = off;', ...functions];
        const separator = ofSchema ? BREAKPOINT : '\n';
        appendFileSync(join(MIGRATIONS, file), `${separator}${statements.join(BREAKPOINT)}\n`);
        console.log(`migrations/${file}`);
      } else console.log(ofSchema ? `migrations/${ofSchema}` : 'Nothing changed.');
    }),
);
