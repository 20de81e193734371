import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { desc, eq } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import type { Database } from '../src/db/client.ts';
import { webhooks } from '../src/db/schema.ts';
import { isLoopback } from '../src/env.ts';
import { change, create, remove } from '../src/webhooks/operations.ts';
import { MANAGE_WEBHOOKS } from '../src/webhooks/routes.ts';
import { command, runCommand } from './command.ts';
import { withDatabase } from './database.ts';
import { DEMO_ID } from './demo-data.ts';
import { databaseSettings } from './local-stack.ts';
import { findUser, operator } from './operator.ts';
import { jsonOption, print, table, toJson } from './output.ts';

const program = command(
  'npm run webhooks --',
  'Prints the events of a webhook on the local stack, and lists, pauses and resumes webhooks there or, with DATABASE_URL set, on Neon.',
);

program
  .command('listen')
  .description('create a webhook on this machine, and print each event until Ctrl-C')
  .option('--user <id or email>', 'owner of the webhook; a superuser gets all changes', DEMO_ID)
  .action(async ({ user }: { user: string }) => {
    await requireLocal();
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const owner = await withDatabase((db) => findUser(db, user));
    const webhook = await withDatabase((db) =>
      create(ownerOf(db, owner), {
        url,
        description: 'npm run webhooks -- listen',
        types: null,
        fields: null,
      }),
    );
    const verifier = new Webhook(webhook.secret);
    server.on('request', async (request, response) => {
      const line = await lineOf(request, verifier);
      console.log(line ?? 'An event whose signature is wrong.');
      response.writeHead(line === undefined ? 400 : 204).end();
    });
    console.log(
      `Listening on ${url} for ${webhook.all_users ? 'changes of all users' : 'changes of the owner'}. Change a user to see an event; Ctrl-C deletes the webhook.`,
    );
    await interrupted();
    server.closeAllConnections();
    server.close();
    await withDatabase((db) => remove(ownerOf(db, owner), webhook.id));
    console.log('Deleted the webhook.');
  });

program
  .command('list')
  .description('list the webhooks of all users, newest first')
  .addOption(jsonOption())
  .action(async ({ json }) => {
    const rows = await withDatabase(listAll);
    print(rows, json, listed(rows));
  });

for (const [name, state, description] of [
  ['pause', 'paused', 'stop sending; the webhook keeps its place'],
  ['resume', 'active', 'send again, from where it stopped'],
] as const)
  program
    .command(name)
    .description(description)
    .argument('<id>', 'id of the webhook, as shown by list')
    .action(async (id: string) => {
      await withDatabase(async (db) => {
        const actor = ownerOf(db, await findWebhookOwner(db, id));
        await change(actor, id, { values: { state } });
      });
      const when = state === 'active' ? ' Events are sent within five minutes.' : '';
      console.log(`The webhook is ${state}.${when}`);
    });

/** Throws a line unless the database is that of the local stack, whose Worker sends to this machine. */
async function requireLocal(): Promise<void> {
  const { endpoint } = await databaseSettings();
  if (!endpoint || !isLoopback(new URL(endpoint)))
    throw new Error('listen needs the local stack: unset DATABASE_URL, and run npm start.');
}

/** Returns the operator as the actor who manages the webhooks of a user. */
function ownerOf(db: Database, userId: string) {
  const { credential, ...actor } = operator(db, userId);
  return { ...actor, access: { credential, scopes: MANAGE_WEBHOOKS } };
}

/** Returns what is printed of an event; undefined if its signature is wrong. */
async function lineOf(request: IncomingMessage, verifier: Webhook): Promise<string | undefined> {
  const body = await text(request);
  try {
    const event = verifier.verify(body, request.headers as Record<string, string>);
    return `Signature verified: ${toJson(event)}`;
  } catch {
    return undefined;
  }
}

const interrupted = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => done());
  });

const listAll = (db: Database) =>
  db
    .select({
      id: webhooks.id,
      owner_id: webhooks.owner_id,
      url: webhooks.url,
      all_users: webhooks.all_users,
      state: webhooks.state,
      paused_reason: webhooks.paused_reason,
      blocked_by: webhooks.blocked_by,
      failing_since: webhooks.failing_since,
    })
    .from(webhooks)
    .orderBy(desc(webhooks.created_at), desc(webhooks.id));

const listed = (rows: Awaited<ReturnType<typeof listAll>>): string =>
  table(
    { 'id, URL': 48, 'gets the changes of': 36, state: 12 },
    rows.map(({ id, url, all_users, owner_id, state, paused_reason, blocked_by }) => [
      [id, url],
      [all_users ? 'all users' : owner_id],
      [state, paused_reason ?? (blocked_by ? 'blocked' : '')],
    ]),
  );

async function findWebhookOwner(db: Database, id: string): Promise<string> {
  const [row] = await db
    .select({ owner: webhooks.owner_id })
    .from(webhooks)
    .where(eq(webhooks.id, id));
  if (!row) throw new Error(`Webhook not found: ${id}.`);
  return row.owner;
}

await runCommand(program);
