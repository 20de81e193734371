import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type JsonValue, parameterText } from '../tools/local-neon/parameters.ts';
import type { Modules } from './contenders.ts';
import type { Request } from './operations.ts';
import type { Stack } from './stack.ts';
import { startWorkerd } from './workerd.ts';

/** A statement with its parameters, as `pg` takes them. */
export interface Statement {
  text: string;
  values: (string | null)[];
}

/**
 * Records the statements of a Worker without running them, so that they run for the first time when
 * they are measured. So no file of the benchmark contains a copy of the Worker's SQL.
 */
export interface Recorder {
  /** Returns the one statement that each request causes. Run them within seconds. */
  record(requests: readonly Request[]): Promise<Statement[]>;
  stop(): Promise<void>;
}

/** The Worker takes this for an error of Postgres, and does not send the statement again. */
const REFUSAL = JSON.stringify({ message: 'recorded', code: '22000' });

/** Starts a Worker whose database is an endpoint that records each statement and refuses it. */
export async function startRecorder(stack: Stack, modules: Modules): Promise<Recorder> {
  let recorded: Statement[] = [];
  const server = createServer(async (request, response) => {
    const { query, params } = (await json(request)) as { query: string; params: JsonValue[] };
    recorded.push({ text: query, values: params.map(parameterText) });
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
