import { Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';
import { createKey, findUser, listKeys, revokeKey, type ShownKey } from '../src/db/api-keys.ts';
import { connect, type Database, useEndpoint } from '../src/db/client.ts';
import { type KeyRole, keyRoles } from '../src/permissions.ts';
import { isUuid } from '../src/user-fields.ts';
import { databaseSettings } from './local-stack.ts';

const json = new Option('--json', 'print JSON, for scripts');

const program = new Command('npm run keys --')
  .description(
    'Makes, lists and revokes API keys, on the local stack or, with DATABASE_URL set, on Neon.',
  )
  .showHelpAfterError();

program
  .command('create')
  .description('make a key and print it, this once')
  .requiredOption('--user <id or email>', 'its owner')
  .requiredOption('--name <text>', '1 to 100 characters', parseName)
  .addOption(
    new Option('--role <role>', 'what it may do')
      .choices(Object.keys(keyRoles))
      .makeOptionMandatory(),
  )
  .option('--description <text>', 'what it is for', '')
  .option(
    '--expires <when>',
    '30d, 12h or a date such as 2027-01-31; never, if left out',
    parseExpiry,
  )
  .addOption(json)
  .action(
    withDatabase(async (db, options: CreateOptions) => {
      const ownerId = await findUser(db, options.user);
      if (!ownerId) throw new Error(`There is no user ${options.user}.`);
      const created = await createKey(db, {
        ownerId,
        name: options.name,
        description: options.description,
        role: options.role,
        expiresAt: options.expires ?? null,
      });
      if (options.json) return print(created);
      console.log(
        `${created.key}\n\nThis is the only time that it is shown. Its id is ${created.id}.`,
      );
    }),
  );

program
  .command('list')
  .description('list the keys, the newest first')
  .option('--user <id or email>', 'of this owner only')
  .addOption(json)
  .action(
    withDatabase(async (db, options: { user?: string; json?: true }) => {
      const ownerId = options.user === undefined ? undefined : await findUser(db, options.user);
      if (options.user !== undefined && !ownerId)
        throw new Error(`There is no user ${options.user}.`);
      const keys = await listKeys(db, ownerId);
      if (options.json) return print(keys);
      console.table(keys.map(summary));
    }),
  );

program
  .command('revoke')
  .description('revoke a key, from the next request on')
  .argument('<id>', 'the id of the key, as list shows it', parseId)
  .addOption(json)
  .action((id: string, options: { json?: true }) =>
    withDatabase(async (db) => {
      const revoked = await revokeKey(db, id);
      if (!revoked) throw new Error(`There is no key ${id} that is not revoked already.`);
      if (options.json) return print(revoked);
      console.log(`${revoked.prefix}… (${revoked.name}) is revoked.`);
    })(options),
  );

interface CreateOptions {
  user: string;
  name: string;
  role: KeyRole;
  description: string;
  expires?: Date;
  json?: true;
}

/** Gives an action the database; a failure becomes one line without the internals of the error. */
function withDatabase<Options>(action: (db: Database, options: Options) => Promise<void>) {
  return async (options: Options): Promise<void> => {
    try {
      const { url, endpoint } = databaseSettings();
      if (endpoint) useEndpoint(endpoint);
      await action(connect(url), options);
    } catch (error) {
      console.error(explain(error));
      process.exitCode = 1;
    }
  };
}

/** Drizzle's errors carry the SQL with its parameters, the driver's may carry the connection string. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown error.';
  const { cause } = error;
  if (cause === undefined) return error.message;
  const code = typeof cause === 'object' && cause && 'code' in cause ? ` (${cause.code})` : '';
  return `The database did not do it${code}. Is it there, and is it migrated?`;
}

function parseName(text: string): string {
  if (text.trim() === '' || [...text].length > 100)
    throw new InvalidArgumentError('1 to 100 characters.');
  return text;
}

function parseId(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('Give the id of a key, a UUID.');
  return text;
}

function parseExpiry(text: string): Date {
  const duration = /^\d+[a-z]+$/i.test(text) ? ms(text as StringValue) : undefined;
  const when = new Date(duration === undefined ? text : Date.now() + duration);
  if (Number.isNaN(when.getTime())) throw new InvalidArgumentError('Give 30d, 12h or a date.');
  if (when.getTime() <= Date.now()) throw new InvalidArgumentError('Give a time to come.');
  return when;
}

const print = (value: unknown): void => console.log(JSON.stringify(value, null, 2));

const summary = (key: ShownKey) => ({
  id: key.id,
  prefix: `${key.prefix}…`,
  name: key.name,
  role: key.role,
  owner: key.owner_id,
  created: key.created_at,
  expires: key.expires_at ?? 'never',
  'last used': key.last_used_at ?? 'never',
  revoked: key.revoked_at ?? '',
});

await program.parseAsync();
