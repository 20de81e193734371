import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { connect, useEndpoint } from '../src/db/client.ts';
import { DEMO_ID, seedDemoData } from './demo-data.ts';
import { startDevWorker } from './dev-worker.ts';
import { startLocalNeon } from './local-neon/index.ts';
import { type LocalStack, localDirectory, runningStack, stackFile } from './local-stack.ts';
import { migrate } from './migrate.ts';
import { demandPort } from './ports.ts';
import { startPostgres } from './postgres.ts';

const DATABASE = 'edge_profile';

/** How to end what was started, in the order in which it was started. */
const running: (() => Promise<unknown>)[] = [];

async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 8787);
  const neonPort = Number(process.env['NEON_PORT'] ?? 4444);
  const other = runningStack();
  if (other) throw new Error(`It is running already, as process ${other.pid}.`);
  await demandPort(port, 'PORT');
  await demandPort(neonPort, 'NEON_PORT');
  const directory = resolve(localDirectory());
  await mkdir(directory, { recursive: true });

  const url = process.env['LOCAL_POSTGRES_URL'] ?? (await ownPostgres(join(directory, 'postgres')));
  await migrate(url, 'migrations');
  const endpoint = await localNeon(url, neonPort);
  useEndpoint(endpoint);
  const demoKey = await seedDemoData(connect(url));

  const envFile = join(directory, 'worker.env');
  await writePrivately(envFile, `DATABASE_URL=${url}\nDATABASE_ENDPOINT=${endpoint}\n`);
  const worker = await startDevWorker({ port, envFile, onExit: () => void stop(1) });
  running.push(() => worker.stop());

  const stack: LocalStack = { pid: process.pid, databaseUrl: url, endpoint };
  await writePrivately(stackFile(), JSON.stringify(stack));
  running.push(() => rm(stackFile(), { force: true }));
  console.log(welcome(`http://localhost:${port}`, stack, demoKey));
}

/** Starts the embedded Postgres and makes sure of the database in it; answers the URL. */
async function ownPostgres(directory: string): Promise<string> {
  const postgres = await startPostgres({ directory });
  running.push(() => postgres.stop());
  const { user, password, host, port } = postgres;
  const base = `postgresql://${user}:${password}@${host}:${port}`;
  const client = new pg.Client(`${base}/postgres`);
  await client.connect();
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  await client.end();
  return `${base}/${DATABASE}`;
}

/** Serves the Postgres at a URL as Neon would; answers the URL of its endpoint. */
async function localNeon(url: string, port: number): Promise<string> {
  const upstream = new URL(url);
  const neon = await startLocalNeon({
    port,
    upstream: { host: upstream.hostname, port: Number(upstream.port || 5432) },
  });
  running.push(() => neon.close());
  return neon.url;
}

/** Both files hold the password of the database. */
const writePrivately = (file: string, text: string) => writeFile(file, text, { mode: 0o600 });

function welcome(api: string, stack: LocalStack, demoKey: string | undefined): string {
  const key = demoKey
    ? `The key of the demo user, shown this once: ${demoKey}

Try it:

curl -X PUT '${api}/api/v1/user/${DEMO_ID}?api_key=${demoKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{"first_name": "Ada", "country": "United Kingdom"}'`
    : `Another key for the demo user:

npm run keys -- create --user ${DEMO_ID} --name another --role full_access`;
  return `
edge-profile    ${api}    (Ctrl-C ends it)
Postgres        ${stack.databaseUrl}
Neon over HTTP  ${stack.endpoint}

${key}
`;
}

/** 0 when all runs, 1 if something did not start. */
const started = main().then(
  () => 0,
  (error: Error) => {
    console.error(error.message);
    return 1;
  },
);

let stopping: Promise<void> | undefined;

/** Ends all that was started, the last first, and then this process; never halfway through a start. */
function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    await started;
    for (const end of running.toReversed()) await end().catch(() => {});
    process.exit(code);
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop(0));

if ((await started) !== 0) await stop(1);
