import { endWithParent, report } from './child.ts';
import { startWire } from './wire.ts';

// The wire in its own process, so that it does not slow the local Neon or count as its CPU. The argument
// is the port of the local Neon. A message is a number: the round trip to set, in milliseconds.

endWithParent();
const wire = await startWire(Number(process.argv[2]));
process.on('message', (roundTripMs: number) => {
  wire.roundTripMs = roundTripMs;
  report('set');
});
report({ port: wire.port });
