import autocannon from 'autocannon';
import { endWithParent, report } from './child.ts';
import type { LoadJob, LoadMessage, LoadResult } from './load.ts';
import { createMark, type OperationName, operations, type Request } from './operations.ts';
import { percentile } from './statistics.ts';

// Runs the jobs that the parent sends, one after another. autocannon sends the requests. Its histogram
// has whole milliseconds only, so this module collects the response times itself.

/** autocannon's types lack `destroy`. */
type Client = autocannon.Client & { destroy(): void };

/** How long a response may take, in seconds. */
const PATIENCE = 10;
const SAMPLE_MS = 20;
/** At least this number of responses is counted, or one for each connection if that is more. */
const LEAST = 4;

const send = (message: LoadMessage) => report(message);

endWithParent();
process.on('message', (job: LoadJob) => {
  run(job).then(send, (error: Error) => send({ failure: error.message }));
});

/** Resolves when every connection has its last response, so that no request is under way. */
function run(job: LoadJob): Promise<LoadResult> {
  const times: number[] = [];
  const clients: Client[] = [];
  let phase: 'warming' | 'counting' | 'over' = 'warming';
  let began = 0;
  let seconds = 0;
  let due = false;
  let lastBody: Buffer | undefined;
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      phase = 'over';
      for (const client of clients) client.destroy();
      reject(new Error(`${what} ${lastBody?.toString('utf8', 0, 1000) ?? ''}`));
    };
    const begin = () => {
      if (phase !== 'warming') return;
      phase = 'counting';
      began = performance.now();
      send('counting');
      setTimeout(() => {
        due = true;
        endIfEnough();
      }, job.seconds * 1000);
    };
    const endIfEnough = () => {
      const enough = due && times.length >= Math.max(LEAST, job.connections);
      if (phase !== 'counting' || !(enough || times.length === job.requests)) return;
      phase = 'over';
      seconds = (performance.now() - began) / 1000;
      send('counted');
    };
    const load = autocannon(
      {
        url: job.origin,
        connections: job.connections,
        ...(job.perSecond && { overallRate: job.perSecond }),
        duration: job.warmupSeconds + job.seconds + PATIENCE,
        timeout: PATIENCE,
        sampleInt: SAMPLE_MS,
        setupClient: (added) => {
          const client = added as Client;
          const nextRequest = requestsOf(job, clients.push(client) - 1);
          client.setRequests([{ setupRequest: (defaults) => ({ ...defaults, ...nextRequest() }) }]);
          client.on('body', (body) => {
            lastBody = body;
          });
        },
      },
      () => resolve(summary(times, seconds)),
    );
    load.on('reqError', (error) => fail(error.message));
    load.on('response', (client, received, _bytes, milliseconds) => {
      const { status, title } = operationOf(job, clients.indexOf(client as Client));
      if (received !== status) fail(`${title}: expected ${status}, received ${received}.`);
      if (phase === 'counting') times.push(milliseconds);
      endIfEnough();
      if (phase === 'over') (client as Client).destroy();
    });
    setTimeout(begin, job.warmupSeconds * 1000);
  });
}

/** Returns the operation of a connection; each connection has only one. */
function operationOf({ operation }: LoadJob, connection: number) {
  const all = [operation].flat();
  return operations[all[connection % all.length] as OperationName];
}

/** Returns a function that returns the next request of a connection, for its people in turn. */
function requestsOf(job: LoadJob, connection: number): () => Request {
  const operation = operationOf(job, connection);
  const people = job.people.filter((_, i) => i % job.connections === connection);
  const mark = createMark();
  let sent = 0;
  return () => {
    const person = people[sent % people.length];
    if (!person) throw new Error('There are fewer people than connections.');
    const count = Math.floor(sent++ / people.length);
    return operation.request({ person, count, mark });
  };
}

const summary = (times: readonly number[], seconds: number): LoadResult => ({
  requests: times.length,
  seconds,
  perSecond: times.length / seconds,
  p50: percentile(times, 0.5),
  p90: percentile(times, 0.9),
  p99: percentile(times, 0.99),
});
