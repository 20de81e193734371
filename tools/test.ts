import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
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
      // Hundreds of short programs run; the cache spares each the compiling.
      const env = { NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled'), ...process.env };
      process.exitCode = spawnSync('npx', words, { stdio: 'inherit', env }).status ?? 1;
    }),
);
