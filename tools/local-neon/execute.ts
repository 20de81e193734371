import type { Login } from './connection-string.ts';
import type { Connections, PooledClient } from './connections.ts';
import { isFromPostgres, NeonError, statementError } from './errors.ts';
import { type ArrayTypes, rawText, typedValues } from './output.ts';
import { ISOLATION_LEVELS, type SqlBody, type SqlModes, type SqlQuery } from './request.ts';
import { type Output, ResponseSize, runStatement } from './statement.ts';

/** One HTTP request. */
export interface SqlRequest {
  login: Login;
  modes: SqlModes;
  body: SqlBody;
  maxResponseBytes: number;
}

/** The result of a request. */
export interface Execution {
  /** The response body. */
  json: string;
  /** Returns the connection to the pool. Must be called once, after the response was sent. */
  release(): void;
}

/**
 * Runs a request.
 * @param signal stops it: the running statement is cancelled, a batch rolls back
 * @throws NeonError with the response for the client
 */
export async function execute(
  connections: Connections,
  request: SqlRequest,
  signal: AbortSignal,
): Promise<Execution> {
  for (;;) {
    const client = await connections.acquire(request.login, signal);
    const abandon = () => connections.abandon(client);
    signal.addEventListener('abort', abandon, { once: true });
    try {
      signal.throwIfAborted();
      const json = await run(client, request, signal);
      return { json, release: () => connections.recycle(client) };
    } catch (error) {
      const closedBeforeStart = wasClosedBeforeStart(client, error);
      // If this server refused the statement while it was running, it still runs in Postgres.
      if (error instanceof NeonError) abandon();
      if (request.body.kind === 'batch' && isFromPostgres(error) && !signal.aborted) {
        connections.recycle(client);
      } else {
        connections.drop(client);
      }
      if (!closedBeforeStart) throw statementError(error);
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }
}

/**
 * Whether Postgres was already closing a pooled connection when the request arrived, and did not start
 * on the request. The request can then safely run on another connection.
 */
function wasClosedBeforeStart(client: PooledClient, error: unknown): boolean {
  const shuttingDown = isFromPostgres(error) && error.code?.startsWith('57P') === true;
  return shuttingDown && client.uses > 1 && !client.hasResponded;
}

async function run(
  client: PooledClient,
  { body, modes, maxResponseBytes }: SqlRequest,
  signal: AbortSignal,
): Promise<string> {
  const conversions = modes.rawText ? rawText : typedValues(await readArrayTypes(client));
  const size = new ResponseSize(maxResponseBytes);
  const runQuery = (query: SqlQuery) => {
    const output: Output = { arrayMode: query.arrayMode ?? modes.arrayMode, conversions, size };
    return runStatement(client, query, output);
  };
  if (body.kind === 'single') return runQuery(body.query);

  const results: string[] = [];
  try {
    await runQuery(command(startTransaction(modes)));
    for (const query of body.queries) {
      signal.throwIfAborted();
      results.push(await runQuery(query));
    }
    signal.throwIfAborted();
    await runQuery(command('COMMIT'));
  } catch (error) {
    // Rolls back before the response is sent, so that no lock of this batch remains. If this fails,
    // the reset of the connection fails, too.
    if (isFromPostgres(error) && !signal.aborted) await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
  return `{"results":[${results.join(',')}]}`;
}

function command(text: string): SqlQuery {
  return { text, params: [], arrayMode: null };
}

function startTransaction({ isolation, readOnly, deferrable }: SqlModes): string {
  const options = [
    isolation !== null && `ISOLATION LEVEL ${ISOLATION_LEVELS.get(isolation)}`,
    readOnly && 'READ ONLY',
    deferrable && 'DEFERRABLE',
  ];
  return `START TRANSACTION ${options.filter((option) => option !== false).join(', ')}`;
}

/**
 * Runs before the transaction starts, because SET TRANSACTION must come before any query. So arrays
 * of a type that the request itself creates stay text.
 */
async function readArrayTypes(client: PooledClient): Promise<ArrayTypes> {
  const { rows } = await client.query<[string, string, string]>({
    text: `SELECT oid, typelem, typdelim FROM pg_catalog.pg_type
           WHERE typoutput = 'pg_catalog.array_out'::regproc`,
    rowMode: 'array',
  });
  return new Map(
    rows.map(([oid, element, delimiter]) => [Number(oid), { element: Number(element), delimiter }]),
  );
}
