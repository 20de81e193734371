import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';
import { hashApiKey, isWellFormedApiKey, keyInWords } from '../src/auth/api-key.ts';
import type { Database } from '../src/db/client.ts';
import { isUuid } from '../src/http/values.ts';
import { showHidden } from '../src/http/visible-text.ts';
import type { ShownKey } from '../src/keys/fields.ts';
import { issue, list, type NewKey, revoke, show } from '../src/keys/operations.ts';
import { parseKeyDraft, parseRotation } from '../src/keys/requests.ts';
import { reportKey } from '../src/keys/statements.ts';
import { keyRoles } from '../src/permissions.ts';
import { command, parseInstant, readSecret, runCommand } from './command.ts';
import { withDatabase } from './database.ts';
import { findOwner, findUser, listAllKeys, ONCE, operatorFor, ownersOfKeys } from './operator.ts';
import { dayOf, jsonOption, print, table } from './output.ts';

const PAGE = 100;

const expires = () =>
  new Option('--expires <when>', '30d, 12h or a date such as 2027-01-31').argParser(parseExpiry);

const program = command(
  'npm run keys --',
  'Creates, lists, rotates and revokes API keys, on the local stack or, with DATABASE_URL set, on Neon.',
);

program
  .command('create')
  .description('create a key and print it once')
  .requiredOption('--user <id or email>', 'owner of the key')
  .requiredOption('--name <text>', '1 to 100 characters')
  .addOption(
    new Option('--role <role>', 'what it may do: a set of scopes')
      .choices(Object.keys(keyRoles))
      .conflicts('scopes'),
  )
  .option('--scopes <list>', 'or the scopes themselves, such as user:read,users:all', (text) =>
    text.split(','),
  )
  .option('--description <text>', 'purpose of the key', '')
  .addOption(expires())
  .option('--require-precondition', 'require a version for updates', false)
  .option(
    '--allowed-ips <list>',
    'only from these addresses or ranges, such as 192.0.2.0/24',
    (text) => text.split(','),
  )
  .option('--fields <list>', 'only these fields may be written, such as phone,address', (text) =>
    text.split(','),
  )
  .addOption(jsonOption())
  .action(async ({ user, json, expires: expires_at = null, ...options }) => {
    await withDatabase(async (db) => {
      const { requirePrecondition: require_precondition, allowedIps, ...rest } = options;
      const body = { ...rest, expires_at, require_precondition, allowed_ips: allowedIps ?? null };
      const draft = parseKeyDraft(body, new Date());
      const { key } = await issue(operatorFor(await findUser(db, user), db), { draft });
      print(key, json, shownOnce(key));
    });
  });

program
  .command('list')
  .description('list keys, newest first')
  .option('--user <id or email>', 'only keys of this user')
  .addOption(jsonOption())
  .action(async ({ user, json }) => {
    await withDatabase(async (db) => {
      const keys = user ? await keysOf(await findUser(db, user), db) : await listAllKeys(db);
      print(keys, json, json ? '' : listed(keys, await ownersOfKeys(db)));
    });
  });

/** Returns all keys of a user, read page by page. */
async function keysOf(userId: string, db: Database): Promise<ShownKey[]> {
  const keys: ShownKey[] = [];
  let after: string | undefined;
  do {
    const page = await list(operatorFor(userId, db), { limit: PAGE, after });
    keys.push(...page.keys);
    after = page.next ?? undefined;
  } while (after);
  return keys;
}

program
  .command('show')
  .description('show the properties of a key, without the key itself')
  .argument('<id>', 'id of the key, as shown by list', parseId)
  .addOption(jsonOption())
  .action(async (id, { json }) => {
    await withDatabase(async (db) => {
      const key = await show(operatorFor(await findOwner(db, id), db), id);
      if (json) print(key, json, '');
      else console.table(seen(key));
    });
  });

program
  .command('rotate')
  .description('replace a key with a new one that has the same rights')
  .argument('<id>', 'id of the key, as shown by list', parseId)
  .option(
    '--grace <duration>',
    'how long the old key keeps working: 0s, 1h, at most 7d (default: until the new one is used, at most 24h)',
    parseGrace,
  )
  .addOption(expires())
  .addOption(jsonOption())
  .action(async (id, { grace, expires: expires_at, json }) => {
    await withDatabase(async (db) => {
      const body = { ...(grace !== undefined && { grace }), ...(expires_at && { expires_at }) };
      const actor = operatorFor(await findOwner(db, id), db);
      const rotation = parseRotation(id, body, new Date());
      const { key } = await issue(actor, { rotation });
      print(key, json, shownOnce(key));
    });
  });

program
  .command('revoke')
  .description('revoke a key; it is refused from the next request on')
  .argument('<id>', 'id of the key, as shown by list', parseId)
  .addOption(jsonOption())
  .action(async (id, { json }) => {
    await withDatabase(async (db) => {
      const key = await revoke(operatorFor(await findOwner(db, id), db), id);
      print(key, json, `Revoked ${key.prefix}… (${seen(key).name}).`);
    });
  });

program
  .command('report')
  .description('revoke a leaked key; reads the whole key from standard input')
  .allowExcessArguments() // Accepted only to say why they are refused.
  .action(async (_options, { args }: Command) => {
    if (args.length > 0)
      throw new Error(
        'Write the key to standard input; as an argument it stays in the shell history and the process list.',
      );
    const key = await readSecret('The key');
    if (!isWellFormedApiKey(key))
      throw new Error(`This is not a whole API key: a key is ${keyInWords()}.`);
    await withDatabase(async (db) =>
      reportKey(db, await hashApiKey(key), { actor: 'operator', requestId: randomUUID() }, ONCE),
    );
    console.log('If this was an active key, it has been revoked.');
  });

function parseId(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be the id of a key, a UUID.');
  return text;
}

/**
 * Parses a duration from now, a day (its first moment, UTC), or an RFC 3339 date-time. Returns a
 * date-time.
 */
function parseExpiry(text: string): string {
  const duration = milliseconds(text);
  if (duration !== undefined) return new Date(Date.now() + duration).toISOString();
  const utc = parseInstant(text);
  if (utc === undefined)
    throw new InvalidArgumentError(
      'It must be a duration such as 30d or 12h, or a date such as 2027-01-31.',
    );
  return utc;
}

function parseGrace(text: string): number {
  const duration = milliseconds(text);
  if (duration === undefined)
    throw new InvalidArgumentError('It must be a duration such as 1h or 7d.');
  return Math.round(duration / 1000);
}

/** Parses a duration in lower case, because `ms` reads M as minutes. Undefined if it is malformed. */
const milliseconds = (text: string): number | undefined =>
  /^\d+[smhdwy]$/.test(text) ? ms(text as StringValue) : undefined;

/** Returns the text that shows a new key. */
const shownOnce = ({ id, key, expires_at }: NewKey): string =>
  `${key}\n\nThe key is shown only once. Its id is ${id}; it ${
    expires_at === null ? 'never expires' : `expires at ${expires_at}`
  }.`;

/** Returns a key for a terminal: hidden characters are visible, and none changes the text direction. */
const seen = (key: ShownKey): ShownKey => ({
  ...key,
  name: showHidden(key.name),
  description: showHidden(key.description),
});

const listed = (keys: readonly ShownKey[], owners: ReadonlyMap<string, string>): string =>
  table(
    { 'id, first characters': 36, 'name, owner': 30, 'role, expiry': 18, 'last used': 10 },
    keys.map((key) => [
      [key.id, `${key.prefix}…`],
      [key.name, owners.get(key.owner_id) ?? ''],
      [key.role ?? `${key.scopes.length} scopes`, endOf(key)],
      [key.last_used_at === null ? 'never' : dayOf(key.last_used_at), key.last_used_country ?? ''],
    ]),
  );

/** Returns until when a key works, or since when it does not. */
function endOf({ state, revoked_at, expires_at }: ShownKey): string {
  if (revoked_at !== null) return `revoked ${dayOf(revoked_at)}`;
  if (expires_at === null) return 'never expires';
  return `${state === 'expired' ? 'expired' : 'expires'} ${dayOf(expires_at)}`;
}

await runCommand(program);
