import { check, step } from './check.ts';
import { command, runCommand } from './command.ts';

// npx vitest run takes more options, and leaves out the check.

await runCommand(
  command('npm test --', 'Runs npm run check, then the tests.')
    .argument('[files...]', 'only the tests of these files')
    .option('-t, --testNamePattern <pattern>', 'only the tests with such a name')
    .option('--reporter <name>', 'how vitest reports')
    .action(() => {
      check();
      step('vitest run', process.argv.slice(2));
    }),
);
