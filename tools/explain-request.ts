import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aliasedTable, and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import {
  apiKeys,
  type Changes,
  erasedUsers,
  idempotencyRecords,
  keyEvents,
  type Revert,
  userChanges,
  users,
} from '../src/db/schema.ts';
import { escapeHidden } from '../src/http/visible-text.ts';
import { command, runCommand } from './command.ts';
import { withDatabase } from './database.ts';
import { localDirectory } from './local-stack.ts';
import { type RequestLine, requestIn } from './log-line.ts';
import { jsonOption, print } from './output.ts';

const program = command(
  'npm run explain --',
  'Prints what is known of a request: by which key, of which owner, which fields of whom before and after, and repeats.',
)
  .argument('<request id>', 'as in X-Request-Id, in errors and in the log')
  .option('--log <file>', "the Worker's log lines, such as the output of wrangler tail")
  .addOption(jsonOption())
  .action(async (requestId: string, { log, json }) => {
    const stored = await withDatabase((db) => find(db, requestId));
    const found = { ...stored, log: await linesOf(requestId, log ?? localLog()) };
    if (Object.values(found).every((part) => part.length === 0))
      throw new Error(
        `Nothing is known of a request ${requestId}: it changed nothing, or it changed users who are erased. Add --log to search log lines.`,
      );
    print(found, json, textOf(found));
  });

const owners = aliasedTable(users, 'owners');

/** The key that asked, and its owner. */
const actor = { key_name: apiKeys.name, key_owner: owners.email };

/** Null: not a key, or, but for the prefix, one that is deleted. */
interface Actor {
  key_prefix: string | null;
  key_name: string | null;
  key_owner: string | null;
}

interface Change extends Actor {
  user_id: string;
  email: string;
  version: number;
  at: string;
  is_creation: boolean;
  reverts: Revert | null;
  fields: Changes;
  change_id: string;
  /** For 24 hours. The id of the change: it had none, and the Worker sent its statement twice. */
  idempotency_key: string | null;
}

type Found = Awaited<ReturnType<typeof find>> & { log: RequestLine[] };

/** Reads what the database knows. Request ids are chosen by callers, so there can be several requests. */
async function find(db: Database, requestId: string) {
  const changes: Change[] = await db
    .select({
      user_id: userChanges.user_id,
      email: users.email,
      version: userChanges.version,
      at: userChanges.changed_at,
      is_creation: userChanges.is_creation,
      reverts: userChanges.reverts,
      key_prefix: userChanges.api_key_prefix,
      ...actor,
      fields: userChanges.changes,
      change_id: userChanges.change_id,
      idempotency_key: idempotencyRecords.key,
    })
    .from(userChanges)
    .innerJoin(users, eq(users.id, userChanges.user_id))
    .leftJoin(apiKeys, eq(apiKeys.id, userChanges.api_key_id))
    .leftJoin(owners, eq(owners.id, apiKeys.owner_id))
    .leftJoin(
      idempotencyRecords,
      and(
        eq(idempotencyRecords.user_id, userChanges.user_id),
        sql`(${idempotencyRecords.result} -> 'user' ->> 'version')::integer = ${userChanges.version}`,
      ),
    )
    .where(eq(userChanges.request_id, requestId))
    .orderBy(asc(userChanges.changed_at), asc(userChanges.version));
  const erasures = await db
    .select({
      user_id: erasedUsers.id,
      at: erasedUsers.erased_at,
      key_prefix: erasedUsers.api_key_prefix,
      ...actor,
    })
    .from(erasedUsers)
    .leftJoin(apiKeys, eq(apiKeys.id, erasedUsers.api_key_id))
    .leftJoin(owners, eq(owners.id, apiKeys.owner_id))
    .where(eq(erasedUsers.request_id, requestId));
  const ofKeys = await db
    .select({
      action: keyEvents.action,
      at: keyEvents.occurred_at,
      key_id: keyEvents.key_id,
      key_owner: owners.email,
      actor: keyEvents.actor,
      actor_key_id: keyEvents.actor_key_id,
      actor_user: users.email,
    })
    .from(keyEvents)
    .leftJoin(owners, eq(owners.id, keyEvents.owner_id))
    .leftJoin(users, eq(users.id, keyEvents.actor_user_id))
    .where(eq(keyEvents.request_id, requestId))
    .orderBy(asc(keyEvents.id));
  return { changes, erasures, key_events: ofKeys };
}

/** Returns the log lines of a request, oldest first. */
async function linesOf(requestId: string, file: string | undefined): Promise<RequestLine[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} cannot be read.`);
  });
  return text
    .split('\n')
    .flatMap((line) => requestIn(line) ?? [])
    .filter((line) => line.request_id === requestId);
}

/** Returns the log of the local stack, unless the database is another. */
function localLog(): string | undefined {
  const file = join(localDirectory(), 'worker.log');
  return process.env['DATABASE_URL'] || !existsSync(file) ? undefined : file;
}

const textOf = ({ changes, erasures, key_events, log }: Found): string =>
  [
    ...changes.flatMap(changeLines),
    ...erasures.map((each) => `${each.at} erased ${each.user_id}, by ${whoOf(each)}`),
    ...key_events.map((each) => {
      const by = words(each.actor, each.actor_user, each.actor_key_id);
      return `${each.at} ${each.action} the key ${each.key_id} of ${each.key_owner}, by ${by}`;
    }),
    ...log.map((line) => {
      const {
        method,
        route,
        status,
        code,
        fault,
        duration_ms: ms,
        database_requests: asked,
      } = line;
      const outcome = words(method, route, `${status}`, code, fault && `(${fault})`);
      return `log: ${outcome} in ${ms} ms, database requests: ${asked}${line.replayed ? ', replayed' : ''}`;
    }),
  ]
    .map(escapeHidden)
    .join('\n');

const words = (...parts: (string | null | undefined)[]): string => parts.filter(Boolean).join(' ');

function changeLines(change: Change): string[] {
  const { at, email, user_id, fields } = change;
  return [
    `${at} ${actionOf(change)} ${email} (${user_id}), by ${whoOf(change)}`,
    ...Object.entries(fields).map(
      ([name, { before, after }]) =>
        `  ${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
    ),
    ...repeatsOf(change),
  ];
}

function repeatsOf({ change_id, idempotency_key: key }: Change): string[] {
  if (key === null) return [];
  if (key === change_id)
    return ['  The first response of the database was lost, so the Worker sent it again.'];
  return [`  Repeats under the Idempotency-Key ${key} get the same response for 24 hours.`];
}

function actionOf({ version, is_creation, reverts }: Change): string {
  if (is_creation) return 'created';
  if (reverts) return `reverted (${JSON.stringify(reverts)}) to make version ${version} of`;
  return `made version ${version} of`;
}

/** Names the key and its owner, or what remains of them. */
function whoOf({ key_prefix, key_name, key_owner }: Actor): string {
  if (key_prefix === null) return 'no key: the operator, or a person on the Settings page';
  if (key_name === null) return `the key ${key_prefix}…, which is deleted`;
  return `the key ${key_prefix}… "${key_name}" of ${key_owner}`;
}

await runCommand(program);
