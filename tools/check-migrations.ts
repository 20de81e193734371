import { command, runCommand } from './command.ts';
import { faultsOf } from './migration-rules.ts';
import {
  FUNCTIONS,
  MIGRATIONS,
  missingFunctions,
  missingMigrations,
  SCHEMA,
} from './migrations.ts';
import { keptReleases, migrationsAfter } from './release/kept.ts';

const HOW = 'run npm run db:generate -- --name what_changed';

await runCommand(
  command(
    'node tools/check-migrations.ts',
    'Checks that the migrations create the whole schema and all functions, and that those after the last release break no running Worker.',
  ).action(async () => {
    if (missingMigrations(SCHEMA, MIGRATIONS).length > 0)
      throw new Error(`The schema is ahead of the migrations: ${HOW}.`);
    if ((await missingFunctions(MIGRATIONS, FUNCTIONS)).length > 0)
      throw new Error(`The functions are ahead of the migrations: ${HOW}.`);
    const [last] = keptReleases();
    const faults = faultsOf(MIGRATIONS, migrationsAfter(last?.migration, MIGRATIONS));
    if (faults.length > 0) throw new Error(faults.join('\n'));
    console.log('The migrations match the schema and the functions.');
  }),
);
