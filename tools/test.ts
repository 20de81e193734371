import { spawnSync } from 'node:child_process';
import { check } from './check.ts';
import { command, runCommand } from './command.ts';

// npx vitest run has more options and skips the check.

await runCommand(
  command('npm test --', 'Runs npm run check, then the tests.')
    .argument('[files...]', 'run only these test files')
    .option('-t, --testNamePattern <pattern>', 'run only tests with a matching name')
    .option('--reporter <name>', 'reporter of vitest')
    .action(async () => {
      await check();
      const words = ['vitest', 'run', ...process.argv.slice(2)];
      process.exitCode = spawnSync('npx', words, { stdio: 'inherit' }).status ?? 1;
    }),
);
