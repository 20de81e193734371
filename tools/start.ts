import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type Database } from '../src/db/client.ts';
import { command } from './command.ts';
import { ensureDatabase, type RoleUrls } from './database-roles.ts';
import { DEMO_ID, demoPeople, ORDINARY_ID, rememberIdentity, seedDemoData } from './demo-data.ts';
import { startDevWorker } from './dev-worker.ts';
import { explain } from './explain.ts';
import { openFrontDoor } from './front-door.ts';
import { startLocalNeon } from './local-neon/index.ts';
import { startLocalOidc } from './local-oidc/index.ts';
import {
  claimDirectory,
  databaseUrlFrom,
  localDirectory,
  stackFile,
  writePrivately,
} from './local-stack.ts';
import { migrate } from './migrate.ts';
import { freePort, isFree, portFrom, requirePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { markChildren } from './processes.ts';
import { requireBuildable } from './wrangler.ts';

const DATABASE = 'edge_profile';

command(
  'npm start --',
  'Runs everything on this machine until Ctrl-C: Postgres, Neon over HTTP, an OpenID provider and the Worker. Configure it with HOST, PORT, NEON_PORT, OIDC_PORT, POSTGRES_PORT, LOCAL_DIR and LOCAL_POSTGRES_URL.',
).parse();

/** Functions that end what was started, in the order of the starts. */
const running: (() => Promise<unknown>)[] = [];

async function main(): Promise<void> {
  const host = process.env['HOST'] || 'localhost';
  const port = portFrom('PORT', 8787);
  const neonPort = portFrom('NEON_PORT', 4444);
  const oidcPort = portFrom('OIDC_PORT', 4445);
  await requireBuildable();
  const claim = await claimDirectory();
  running.push(() => claim.release());
  const directory = await realpath(localDirectory());
  markChildren(directory);
  const workerPort = await freePort();
  const door = await openFrontDoor({ host, port, to: workerPort });
  running.push(async () => door.close());
  await requirePort(neonPort, 'NEON_PORT');
  await requirePort(oidcPort, 'OIDC_PORT');

  // In another Postgres, roles are the developer's business.
  const given = databaseUrlFrom('LOCAL_POSTGRES_URL');
  const urls = given ? { owner: given, worker: given } : await ownPostgres(directory);
  const url = urls.owner;
  await migrate(url, 'migrations', 'LOCAL_POSTGRES_URL');
  const endpoint = await localNeon(url, neonPort);
  const database = connect({ url, endpoint });
  const demoKey = await seedDemoData(database);

  const envFile = join(directory, 'worker.env');
  const signIn = await localSignIn({ port, oidcPort, directory, database });
  const variables = {
    DATABASE_URL: urls.worker,
    DATABASE_ENDPOINT: endpoint,
    WEBHOOKS_LOOPBACK: 'on',
    ...signIn,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writePrivately(envFile, lines.join(''));
  const logFile = join(directory, 'worker.log');
  const onExit = () => void stop(1);
  const worker = await startDevWorker({ port: workerPort, envFile, logFile, onExit });
  running.push(() => worker.stop());

  await claim.ready({ databaseUrl: url, endpoint });
  console.log(welcome(door.origin, { url, endpoint }, demoKey));
}

/** Starts the embedded Postgres and creates the database if it is missing. Returns its URLs. */
async function ownPostgres(local: string): Promise<RoleUrls> {
  const directory = join(local, 'postgres');
  const passwordFile = (role: string) => join(local, `${role}-password`);
  // Old data belongs to another role.
  if (existsSync(join(directory, 'PG_VERSION')) && !existsSync(passwordFile('worker')))
    throw new Error(`The data in ${localDirectory()} is from an older version: run npm run reset.`);
  const postgres = await startPostgres({
    directory,
    password: await keptSecret(passwordFile('superuser')),
    port: await postgresPort(join(local, 'postgres-port')),
  });
  running.push(() => postgres.stop());
  void postgres.ended.then(() => {
    if (!stopping) console.error('Postgres stopped, so everything else stops too.');
    return stop(1);
  });
  const { user, password, host, port } = postgres;
  return ensureDatabase(`postgresql://${user}:${password}@${host}:${port}/postgres`, DATABASE, {
    owner: await keptSecret(passwordFile('owner')),
    worker: await keptSecret(passwordFile('worker')),
  });
}

/** Returns POSTGRES_PORT, or else a free port that is saved, so that saved connections still work. */
async function postgresPort(file: string): Promise<number> {
  if (process.env['POSTGRES_PORT']) {
    const port = portFrom('POSTGRES_PORT', 0);
    await requirePort(port, 'POSTGRES_PORT');
    return port;
  }
  const kept = Number(await readFile(file, 'utf8').catch(() => ''));
  if (kept && (await isFree(kept))) return kept;
  const port = await freePort();
  if (kept) console.log(`Port ${kept} is in use; Postgres now uses port ${port}.`);
  await writeFile(file, `${port}`);
  return port;
}

/** Serves the Postgres at a URL like Neon. Returns the URL of the endpoint. */
async function localNeon(url: string, port: number): Promise<string> {
  const upstream = new URL(url);
  const neon = await startLocalNeon({
    port,
    upstream: { host: upstream.hostname, port: Number(upstream.port || 5432) },
  });
  running.push(() => neon.close());
  return neon.url;
}

/** Serves an OpenID provider with the demo users. Returns the Worker's variables for it. */
async function localSignIn(at: {
  port: number;
  oidcPort: number;
  directory: string;
  database: Database;
}) {
  const clientId = 'settings-page';
  const appClientId = 'demo-app';
  const clientSecret = randomBytes(32).toString('base64url');
  const oidc = await startLocalOidc({
    port: at.oidcPort,
    clientId,
    clientSecret,
    redirectUris: ['localhost', '127.0.0.1', '[::1]'].map(
      (host) => `http://${host}:${at.port}/auth/callback`,
    ),
    apps: [{ clientId: appClientId, redirectUris: ['com.example.app:/signed-in'] }],
    users: () => demoPeople(at.database),
  });
  running.push(() => oidc.close());
  // The published example changes the demo user's e-mail address, so identities are linked beforehand.
  for (const id of [DEMO_ID, ORDINARY_ID])
    await rememberIdentity(at.database, { issuer: oidc.issuer, subject: id }, id);
  return {
    OIDC_ISSUER: oidc.issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_APP_CLIENT_IDS: appClientId,
    SESSION_SECRET: await keptSecret(join(at.directory, 'session-secret')),
  };
}

/** Returns a random secret that is saved in a file, so that data and sessions survive a restart. */
async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  const secret = kept || randomBytes(32).toString('base64url');
  // Also if it existed, because a backup or an editor may have made it readable for others.
  await writePrivately(file, secret);
  return secret;
}

function welcome(
  api: string,
  database: { url: string; endpoint: string },
  demoKey: string | undefined,
): string {
  const { host, pathname } = new URL(database.url);
  const key = demoKey
    ? `API key of the demo user (shown only once): ${demoKey}

curl -X PUT '${api}/api/v1/user/${DEMO_ID}?api_key=${demoKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{"first_name": "Ada", "country": "United Kingdom"}'`
    : `To create another API key for the demo user:

npm run keys -- create --user ${DEMO_ID} --name another --role full_access`;
  return `
edge-profile    ${api}    (Ctrl-C stops everything)
Settings page   ${api}/settings
Documentation   ${api}/docs
Neon over HTTP  ${database.endpoint}
Postgres        ${host}${pathname}    (the full URL is in ${stackFile()})
Worker's log    ${join(localDirectory(), 'worker.log')}

${key}
`;
}

/** Resolves to 0 when everything runs, to 1 if something did not start. */
const started = main().then(
  () => 0,
  (error: Error) => {
    console.error(explain(error));
    return 1;
  },
);

let stopping: Promise<void> | undefined;

/** Ends everything in reverse order, and then this process. Waits for the end of a start. */
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
