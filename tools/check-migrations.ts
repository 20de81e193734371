import { command, runCommand } from './command.ts';
import {
  FUNCTIONS,
  MIGRATIONS,
  missingFunctions,
  missingMigrations,
  SCHEMA,
} from './migrations.ts';

const HOW = 'run npm run db:generate -- --name what_changed';

await runCommand(
  command(
    'node tools/check-migrations.ts',
    'Checks that the migrations create the whole schema and all functions.',
  ).action(async () => {
    if (missingMigrations(SCHEMA, MIGRATIONS).length > 0)
      throw new Error(`The schema is ahead of the migrations: ${HOW}.`);
    if ((await missingFunctions(MIGRATIONS, FUNCTIONS)).length > 0)
      throw new Error(`The functions are ahead of the migrations: ${HOW}.`);
    console.log('The migrations match the schema and the functions.');
  }),
);
