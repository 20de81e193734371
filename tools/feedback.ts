import { summariseFeedback } from '../src/feedback/statements.ts';
import { command, runCommand } from './command.ts';
import { withDatabase } from './database.ts';

await runCommand(
  command(
    'npm run feedback --',
    'Prints what readers said of the pages of the documentation, on the local stack or on Neon.',
  )
    .option('--json', 'print JSON, for scripts')
    .action(async ({ json }: { json?: true }) => {
      const pages = await withDatabase(summariseFeedback);
      if (json) console.log(JSON.stringify(pages, null, 2));
      else console.table(pages);
    }),
);
