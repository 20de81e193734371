import { rm } from 'node:fs/promises';
import { localDirectory, runningStack } from './local-stack.ts';

if (runningStack()) {
  console.error('Stop npm start first (Ctrl-C).');
  process.exit(1);
}
await rm(localDirectory(), { recursive: true, force: true });
console.log(`${localDirectory()} is gone; the next npm start makes a new one.`);
