import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftovers, localDirectory, runningStack, stackFile } from './local-stack.ts';
import { removeData } from './postgres-place.ts';

const stack = await runningStack();
if (stack) {
  console.error(
    `npm start is running as process ${stack.pid} (${stackFile()}): stop it first (Ctrl-C).`,
  );
  process.exit(1);
}
await endLeftovers();
await removeData(join(localDirectory(), 'postgres'));
await rm(localDirectory(), { recursive: true, force: true });
console.log(`${localDirectory()} is gone; the next npm start makes a new one.`);
