import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Modules } from '../contenders.ts';
import type { Request } from '../operations.ts';
import type { Stack } from '../stack.ts';
import type { Statement } from '../wire.ts';
import { startWorkerd } from '../workerd.ts';

/** Tells the statements of a Worker without running them. */
export interface Recorder {
  /** The statement that each request makes the Worker send. */
  record(requests: readonly Request[]): Promise<Statement[]>;
  stop(): Promise<void>;
}

/** What the Worker takes for an answer of Postgres: a statement that failed is not sent again. */
const REFUSAL = JSON.stringify({ message: 'recorded', code: '22000' });

/** Starts a Worker with an endpoint in the place of the database that only writes down what it is asked. */
export async function startRecorder(stack: Stack, modules: Modules): Promise<Recorder> {
  let recorded: Statement[] = [];
  const server = createServer(async (request, response) => {
    recorded.push((await json(request)) as Statement);
    response.writeHead(400, { 'content-type': 'application/json' }).end(REFUSAL);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const worker = await startWorkerd({ modules, bindings: stack.bindings({ port }) });
  return {
    async record(requests) {
      recorded = [];
      for (const { path, ...init } of requests)
        await (await fetch(worker.origin + path, init)).text();
      if (recorded.length !== requests.length)
        throw new Error(`${requests.length} requests made ${recorded.length} statements.`);
      return recorded;
    },
    async stop() {
      await worker.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
