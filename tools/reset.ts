import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, runCommand } from './command.ts';
import { endLeftovers, localDirectory, runningStack, stackFile } from './local-stack.ts';
import { removeData } from './postgres-place.ts';

await runCommand(
  command(
    'npm run reset --',
    'Deletes the data of npm start: the folder .local, or LOCAL_DIR.',
  ).action(async () => {
    const stack = await runningStack();
    if (stack)
      throw new Error(
        `npm start is running as process ${stack.pid} (${stackFile()}): stop it first (Ctrl-C).`,
      );
    await endLeftovers();
    await removeData(join(localDirectory(), 'postgres'));
    await rm(localDirectory(), { recursive: true, force: true });
    console.log(`Deleted ${localDirectory()}; the next npm start creates a new one.`);
  }),
);
