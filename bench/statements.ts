import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type JsonValue, parameterText } from '../tools/local-neon/parameters.ts';
import type { Bench } from './cells.ts';
import { type Explained, explain } from './explain.ts';
import { operations } from './operations.ts';
import { cpuMs } from './processes.ts';
import { rivals, subjects } from './subjects.ts';
import { type Statement, startWire } from './wire.ts';
import { startWorkerd } from './workerd.ts';

type Rival = (typeof rivals)[number];

/** What the statements of one PUT cost by themselves, on one connection, without Neon and Worker. */
export interface StatementCosts {
  /** CPU time of the backend per PUT, in milliseconds: one value a batch. Commit and all. */
  cpuMs: Record<Rival, number[]>;
  /** Buffers touched per PUT as the backend counts them, foreign keys and catalogue included: one value a batch. */
  buffers: Record<Rival, number[]>;
  /** EXPLAIN (ANALYZE, BUFFERS) of those who have one statement: one entry a PUT. */
  explained: Record<'floor' | 'ours', Explained[]>;
}

/** The statements of one PUT. */
type Put = Statement[];

/**
 * Takes the statements of a PUT from the wire and runs them by themselves on one connection, as the
 * local Neon does (extended protocol, unnamed, each committed by itself), with other values for each
 * person each time. Batches are short and the contenders take turns, for the speed of a shared machine
 * wanders.
 */
export async function measureStatements(bench: Bench): Promise<StatementCosts> {
  const { stack, plan } = bench;
  const puts: Record<Rival, Put[]> = {
    floor: await capture(bench, 'floor'),
    ours: await capture(bench, 'ours'),
    conventional: await capture(bench, 'conventional'),
  };
  const costs: StatementCosts = {
    cpuMs: { floor: [], ours: [], conventional: [] },
    buffers: { floor: [], ours: [], conventional: [] },
    explained: { floor: [], ours: [] },
  };
  const client = new pg.Client({
    connectionString: stack.databaseUrl,
    options: '-c search_path=profile',
  });
  await client.connect();
  try {
    const backend = await backendOf(client);
    const { people, batches, batch: size } = plan.statements;
    for (let batch = 0; batch < batches; batch++) {
      const first = (batch * size) % people;
      for (const rival of batch % 2 === 0 ? rivals : rivals.toReversed()) {
        bench.signal.throwIfAborted();
        if (rival === 'conventional') await forgetLog(bench, first, first + size);
        const batchOf = puts[rival].slice(first, first + size);
        const cost = await replay(client, backend, stack.pool, batchOf);
        costs.cpuMs[rival].push(cost.cpuMs);
        costs.buffers[rival].push(cost.buffers);
      }
    }
    for (let i = 0; i < plan.statements.explained; i++)
      for (const rival of ['floor', 'ours'] as const) {
        const [statement] = puts[rival][i % puts[rival].length] ?? [];
        if (statement) costs.explained[rival].push(await explain(client, statement));
      }
  } finally {
    await client.end();
  }
  bench.say(
    `statements: CPU ${rivals.map((rival) => `${rival} ${costs.cpuMs[rival].at(-1)?.toFixed(2)} ms`).join(', ')}`,
  );
  return costs;
}

/** What a contender sends to the database for a PUT of each person. */
async function capture({ stack, modules, population, plan }: Bench, rival: Rival): Promise<Put[]> {
  const wire = await startWire(Number(new URL(stack.endpoint).port), { record: true });
  const worker = await startWorkerd({ modules: modules[rival], bindings: stack.bindings(wire) });
  const mark = randomBytes(6).toString('hex');
  const { references, edited } = population;
  for (const person of edited.slice(0, plan.statements.people)) {
    const { path, ...init } = operations.put.request({ person, count: 0, mark, references });
    const { status } = await fetch(worker.origin + path, init);
    if (status !== operations.put.status) throw new Error(`${rival} answered ${status}.`);
  }
  const statements = wire.statements();
  await worker.stop();
  await wire.close();
  const { databaseRequests = 1 } =
    subjects.find(({ contender, operation }) => contender === rival && operation === 'put') ?? {};
  return Array.from({ length: statements.length / databaseRequests }, (_, i) =>
    statements.slice(i * databaseRequests, (i + 1) * databaseRequests),
  );
}

async function replay(
  client: pg.Client,
  backend: number,
  pool: pg.Pool,
  puts: readonly Put[],
): Promise<{ cpuMs: number; buffers: number }> {
  const buffersBefore = await buffersOf(client, pool, backend);
  const cpuBefore = cpuMs(backend);
  for (const put of puts) for (const statement of put) await client.query(extended(statement));
  const cpuAfter = cpuMs(backend);
  const buffersAfter = await buffersOf(client, pool, backend);
  return {
    cpuMs: (cpuAfter - cpuBefore) / puts.length,
    buffers: (buffersAfter - buffersBefore) / puts.length,
  };
}

/** As the local Neon sends it. pg's types do not know `queryMode`. */
function extended({ query, params }: Statement): pg.QueryArrayConfig {
  const config = {
    text: query,
    values: params.map((value) => parameterText(value as JsonValue)),
    rowMode: 'array' as const,
    queryMode: 'extended',
  };
  return config;
}

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as pid');
  return rows[0].pid;
}

/** All buffers that a backend has found in shared memory or read, so far. */
async function buffersOf(client: pg.Client, pool: pg.Pool, backend: number): Promise<number> {
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    'select sum(coalesce(hits, 0) + coalesce(reads, 0))::float8 as touched from pg_stat_get_backend_io($1)',
    [backend],
  );
  return rows[0].touched;
}

/** What the conventional way logs is numbered by what it read, and can be inserted once only. */
async function forgetLog({ stack, population }: Bench, from: number, to: number): Promise<void> {
  await stack.pool.query('delete from user_changes where user_id = any ($1)', [
    population.edited.slice(from, to).map(({ userId }) => userId),
  ]);
}
