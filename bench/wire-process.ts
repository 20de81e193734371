import { endWithParent, report } from './child.ts';
import { startWire } from './wire.ts';

// The wire in a process of its own, so that it neither slows the local Neon nor counts as its CPU.
// Argument: the port of the local Neon. A number as a message sets the round trip, in milliseconds.

endWithParent();
const wire = await startWire(Number(process.argv[2]));
process.on('message', (roundTripMs: number) => {
  wire.roundTripMs = roundTripMs;
  report('set');
});
report({ port: wire.port });
