import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { connect, useEndpoint } from '../src/db/client.ts';
import { rememberIdentity } from '../src/db/sessions.ts';
import { command } from './command.ts';
import { DEMO_ID, demoPeople, ORDINARY_ID, seedDemoData } from './demo-data.ts';
import { startDevWorker } from './dev-worker.ts';
import { explain } from './explain.ts';
import { startLocalNeon } from './local-neon/index.ts';
import { startLocalOidc } from './local-oidc/index.ts';
import {
  databaseUrlFrom,
  type LocalStack,
  localDirectory,
  runningStack,
  stackFile,
} from './local-stack.ts';
import { migrate } from './migrate.ts';
import { ensureOwnedDatabase } from './owned-database.ts';
import { demandPort, portFrom } from './ports.ts';
import { startPostgres } from './postgres.ts';

const DATABASE = 'edge_profile';

command(
  'npm start --',
  'Runs everything on this machine until Ctrl-C: Postgres, Neon over HTTP, an OpenID provider and the Worker. PORT, NEON_PORT, OIDC_PORT, LOCAL_DIR and LOCAL_POSTGRES_URL set it up.',
).parse();

/** How to end what was started, in the order in which it was started. */
const running: (() => Promise<unknown>)[] = [];

async function main(): Promise<void> {
  const port = portFrom('PORT', 8787);
  const neonPort = portFrom('NEON_PORT', 4444);
  const oidcPort = portFrom('OIDC_PORT', 4445);
  const other = runningStack();
  if (other) throw new Error(`It is running already, as process ${other.pid}.`);
  await demandPort(port, 'PORT');
  await demandPort(neonPort, 'NEON_PORT');
  await demandPort(oidcPort, 'OIDC_PORT');
  const directory = resolve(localDirectory());
  // Started by root, Postgres runs as a user of its own, who has to get to its data.
  await mkdir(directory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });

  const url = databaseUrlFrom('LOCAL_POSTGRES_URL') ?? (await ownPostgres(directory));
  await migrate(url, 'migrations', 'LOCAL_POSTGRES_URL');
  const endpoint = await localNeon(url, neonPort);
  useEndpoint(endpoint);
  const demoKey = await seedDemoData(connect(url));

  const envFile = join(directory, 'worker.env');
  const signIn = await localSignIn({ port, oidcPort, directory, url });
  const variables = { DATABASE_URL: url, DATABASE_ENDPOINT: endpoint, ...signIn };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writePrivately(envFile, lines.join(''));
  const worker = await startDevWorker({ port, envFile, onExit: () => void stop(1) });
  running.push(() => worker.stop());

  const stack: LocalStack = { pid: process.pid, databaseUrl: url, endpoint };
  await writePrivately(stackFile(), JSON.stringify(stack));
  running.push(() => rm(stackFile(), { force: true }));
  console.log(welcome(`http://localhost:${port}`, stack, demoKey));
}

/** Starts the embedded Postgres and makes sure of the database in it; returns the URL of its owner. */
async function ownPostgres(local: string): Promise<string> {
  const directory = join(local, 'postgres');
  const passwordFile = join(local, 'superuser-password');
  // Data of the time when the password was a constant, and the Worker's own role the superuser.
  if (existsSync(join(directory, 'PG_VERSION')) && !existsSync(passwordFile))
    throw new Error(`The data in ${localDirectory()} is of an older version: run npm run reset.`);
  const postgres = await startPostgres({ directory, password: await keptSecret(passwordFile) });
  running.push(() => postgres.stop());
  void postgres.ended.then(() => {
    if (!stopping) console.error('Postgres has ended, and so does the rest.');
    return stop(1);
  });
  const { user, password, host, port } = postgres;
  return ensureOwnedDatabase({
    superuserUrl: `postgresql://${user}:${password}@${host}:${port}/postgres`,
    name: DATABASE,
    password: await keptSecret(join(local, 'database-password')),
  });
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

/** Serves an OpenID provider with the demo users; answers the Worker's variables for it. */
async function localSignIn(at: { port: number; oidcPort: number; directory: string; url: string }) {
  const clientId = 'settings-page';
  const clientSecret = randomBytes(32).toString('base64url');
  const oidc = await startLocalOidc({
    port: at.oidcPort,
    clientId,
    clientSecret,
    redirectUris: ['localhost', '127.0.0.1'].map(
      (host) => `http://${host}:${at.port}/auth/callback`,
    ),
    users: () => demoPeople(connect(at.url)),
  });
  running.push(() => oidc.close());
  // The published example changes the demo user's e-mail address; they sign in all the same.
  for (const id of [DEMO_ID, ORDINARY_ID])
    await rememberIdentity(connect(at.url), { issuer: oidc.issuer, subject: id }, id);
  return {
    OIDC_ISSUER: oidc.issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    SESSION_SECRET: await keptSecret(join(at.directory, 'session-secret')),
  };
}

/** A random secret of this directory; kept, so that data and sessions outlive a restart. */
async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept) return kept;
  const made = randomBytes(32).toString('base64url');
  await writePrivately(file, made);
  return made;
}

/** For files that hold secrets. */
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
Settings page   ${api}/settings
Documentation   ${api}/docs

${key}
`;
}

/** 0 when all runs, 1 if something did not start. */
const started = main().then(
  () => 0,
  (error: Error) => {
    console.error(explain(error));
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
