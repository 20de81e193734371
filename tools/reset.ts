import { rm } from 'node:fs/promises';
import { command, runCommand } from './command.ts';
import { localDirectory, runningStack } from './local-stack.ts';

await runCommand(
  command(
    'npm run reset --',
    'Deletes the data of npm start: the folder .local, or the one that LOCAL_DIR names.',
  ).action(async () => {
    if (runningStack()) throw new Error('Stop npm start first (Ctrl-C).');
    await rm(localDirectory(), { recursive: true, force: true });
    console.log(`${localDirectory()} is gone; the next npm start makes a new one.`);
  }),
);
