import { Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';
import { hashApiKey, isWellFormedApiKey } from '../src/api-key.ts';
import { findOwner, findUser, reportKey, type ShownKey } from '../src/db/api-keys.ts';
import { connect, type Database, useEndpoint } from '../src/db/client.ts';
import { DatabaseFault } from '../src/db/faults.ts';
import { ApiError } from '../src/errors.ts';
import { create, list, revoke, rotate, show } from '../src/key-operations.ts';
import { parseKeyDraft, parseRotation } from '../src/key-requests.ts';
import { keyRoles } from '../src/permissions.ts';
import { isUuid } from '../src/values.ts';
import { databaseSettings } from './local-stack.ts';
import { operatorFor } from './operator.ts';

const PAGE = 100;

const json = () => new Option('--json', 'print JSON, for scripts');
const expires = () =>
  new Option('--expires <when>', '30d, 12h or a date such as 2027-01-31').argParser(parseExpiry);

const program = new Command('npm run keys --')
  .description('Makes and ends API keys, on the local stack or, with DATABASE_URL set, on Neon.')
  .showHelpAfterError();

program
  .command('create')
  .description('make a key and print it, this once')
  .requiredOption('--user <id or email>', 'its owner')
  .requiredOption('--name <text>', '1 to 100 characters')
  .addOption(
    new Option('--role <role>', 'what it may do')
      .choices(Object.keys(keyRoles))
      .makeOptionMandatory(),
  )
  .option('--description <text>', 'what it is for', '')
  .addOption(expires())
  .addOption(json())
  .action(async ({ user, name, role, description, expires: expires_at, json }) => {
    await withDatabase(async (db) => {
      const draft = parseKeyDraft(
        { name, role, description, expires_at: expires_at ?? null },
        new Date(),
      );
      const created = await create(operatorFor(await userOf(db, user), db), draft);
      print(
        created,
        json,
        `${created.key}\n\nThis is the only time that it is shown. Its id is ${created.id}.`,
      );
    });
  });

program
  .command('list')
  .description('list the keys of a user, the newest first')
  .requiredOption('--user <id or email>', 'their owner')
  .addOption(json())
  .action(async ({ user, json }) => {
    await withDatabase(async (db) => {
      const asker = operatorFor(await userOf(db, user), db);
      const keys: ShownKey[] = [];
      let after: string | undefined;
      do {
        const page = await list(asker, { limit: PAGE, after });
        keys.push(...page.keys);
        after = page.next ?? undefined;
      } while (after);
      if (json) print(keys, json, '');
      else console.table(keys.map(summary));
    });
  });

program
  .command('show')
  .description('show all that is known of a key')
  .argument('<id>', 'as list shows it', parseId)
  .addOption(json())
  .action(async (id, { json }) => {
    await withDatabase(async (db) => {
      const key = await show(operatorFor(await ownerOf(db, id), db), id);
      if (json) print(key, json, '');
      else console.table(key);
    });
  });

program
  .command('rotate')
  .description('make a key with the same rights and end the old one')
  .argument('<id>', 'as list shows it', parseId)
  .option('--grace <duration>', 'how long the old one lives on, at most: 1h, 7d', '0s')
  .addOption(expires())
  .addOption(json())
  .action(async (id, { grace, expires: expires_at, json }) => {
    await withDatabase(async (db) => {
      const body = { grace: seconds(grace), ...(expires_at && { expires_at }) };
      const asker = operatorFor(await ownerOf(db, id), db);
      const created = await rotate(asker, parseRotation(id, body, new Date()));
      print(
        created,
        json,
        `${created.key}\n\nThis is the only time that it is shown. Its id is ${created.id}.`,
      );
    });
  });

program
  .command('revoke')
  .description('end a key, from the next request on')
  .argument('<id>', 'as list shows it', parseId)
  .addOption(json())
  .action(async (id, { json }) => {
    await withDatabase(async (db) => {
      const key = await revoke(operatorFor(await ownerOf(db, id), db), id);
      print(key, json, `${key.prefix}… (${key.name}) is revoked.`);
    });
  });

program
  .command('report')
  .description('revoke a key that was found where it should not be')
  .argument('<key>', 'the whole key')
  .action(async (key) => {
    await withDatabase(async (db) => {
      if (isWellFormedApiKey(key))
        await reportKey(db, await hashApiKey(key), operatorFor('', db).requestId);
      console.log('If this was a live key, it is revoked now.');
    });
  });

/** Runs an action on the database; a failure becomes a line without the internals of the error. */
async function withDatabase(action: (db: Database) => Promise<void>): Promise<void> {
  try {
    const { url, endpoint } = databaseSettings();
    if (endpoint) useEndpoint(endpoint);
    await action(connect(url));
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/** Drizzle's errors carry the SQL with its parameters, the driver's may carry the connection string. */
function explain(error: unknown): string {
  if (error instanceof ApiError)
    return (error.extras.errors ?? [{ detail: error.message }])
      .map(({ detail }) => detail)
      .join('\n');
  if (error instanceof DatabaseFault)
    return `The database did not do it (${error.message}). Is it there, and is it migrated?`;
  if (error instanceof Error && error.cause === undefined) return error.message;
  return 'The database did not do it. Is it there, and is it migrated?';
}

async function userOf(db: Database, idOrEmail: string): Promise<string> {
  const id = await findUser(db, idOrEmail);
  if (!id) throw new Error(`There is no user ${idOrEmail}.`);
  return id;
}

async function ownerOf(db: Database, keyId: string): Promise<string> {
  const owner = await findOwner(db, keyId);
  if (!owner) throw new Error(`There is no key ${keyId}.`);
  return owner;
}

function parseId(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('Give the id of a key, a UUID.');
  return text;
}

function parseExpiry(text: string): string {
  const duration = milliseconds(text);
  const when = new Date(duration === undefined ? text : Date.now() + duration);
  if (Number.isNaN(when.getTime())) throw new InvalidArgumentError('Give 30d, 12h or a date.');
  return when.toISOString();
}

function seconds(duration: string): number {
  const parsed = milliseconds(duration);
  if (parsed === undefined) throw new Error('Give a duration such as 1h or 7d.');
  return Math.round(parsed / 1000);
}

const milliseconds = (text: string): number | undefined =>
  /^\d+[a-z]+$/i.test(text) ? ms(text as StringValue) : undefined;

function print(value: unknown, asJson: true | undefined, text: string): void {
  console.log(asJson ? JSON.stringify(value, null, 2) : text);
}

const summary = (key: ShownKey) => ({
  id: key.id,
  prefix: `${key.prefix}…`,
  name: key.name,
  role: key.role,
  state: key.state,
  created: key.created_at,
  expires: key.expires_at ?? 'never',
  'last used': key.last_used_at ?? 'never',
});

await program.parseAsync();
