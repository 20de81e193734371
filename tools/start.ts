import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { connect, useEndpoint } from '../src/db/client.ts';
import { DEMO_ID, seedDemoData } from './demo-data.ts';
import { startLocalNeon } from './local-neon/index.ts';
import { type LocalStack, localDirectory, runningStack, stackFile } from './local-stack.ts';
import { migrate } from './migrate.ts';
import { demandPort } from './ports.ts';
import { startPostgres } from './postgres.ts';

const DATABASE = 'edge_profile';

/** What has to be ended again, in the order in which it was started. */
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

  const { hostname, port: upstreamPort } = new URL(url);
  const neon = await startLocalNeon({
    port: neonPort,
    upstream: { host: hostname, port: Number(upstreamPort || 5432) },
  });
  running.push(() => neon.close());
  useEndpoint(neon.url);
  const demoKey = await seedDemoData(connect(url));

  await startWorker(port, directory, { DATABASE_URL: url, DATABASE_ENDPOINT: neon.url });
  const stack: LocalStack = { pid: process.pid, databaseUrl: url, endpoint: neon.url };
  await writeFile(stackFile(), JSON.stringify(stack), { mode: 0o600 });
  running.push(() => rm(stackFile(), { force: true }));
  console.log(welcome(port, url, neon.url, demoKey));
}

/** Starts the embedded Postgres and makes sure of its database; answers the URL. */
async function ownPostgres(directory: string): Promise<string> {
  const postgres = await startPostgres({ directory });
  running.push(() => postgres.stop());
  const base = `postgresql://${postgres.user}:${postgres.password}@${postgres.host}:${postgres.port}`;
  const client = new pg.Client(`${base}/postgres`);
  await client.connect();
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  await client.end();
  return `${base}/${DATABASE}`;
}

/** Runs wrangler's development server, which rebuilds on save, until it answers. */
async function startWorker(
  port: number,
  directory: string,
  vars: Record<string, string>,
): Promise<void> {
  const envFile = join(directory, 'worker.env');
  const lines = Object.entries(vars).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(envFile, lines.join(''), { mode: 0o600 });
  const wrangler = join(
    dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
    'wrangler-dist/cli.js',
  );
  const options = [
    '--ip',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--inspector-port',
    '0',
    '--env-file',
    envFile,
  ];
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      wrangler,
      'dev',
      ...options,
      '--show-interactive-dev-session=false',
      '--log-level',
      'log',
    ],
    // A group of its own: Ctrl-C reaches this process alone, which then ends the rest in order.
    {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
    },
  );
  running.push(() => end(child));
  child.once('exit', () => void stop(1));
  while (!(await answers(`http://127.0.0.1:${port}/healthz`))) await pause(100);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await exited;
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function welcome(
  port: number,
  databaseUrl: string,
  neonUrl: string,
  demoKey: string | undefined,
): string {
  const api = `http://localhost:${port}`;
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
Postgres        ${databaseUrl}
Neon over HTTP  ${neonUrl}

${key}
`;
}

let stopping: Promise<void> | undefined;

/** Ends all that was started, last first, and then this process. */
function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    for (const end of running.reverse()) await end().catch(() => {});
    process.exit(code);
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop(0));

main().catch((error: Error) => {
  console.error(error.message);
  return stop(1);
});
