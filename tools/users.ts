import { randomUUID } from 'node:crypto';
import { checkMembers, throwIfAny } from '../src/http/validation.ts';
import { fromPostgres } from '../src/http/values.ts';
import { showHidden } from '../src/http/visible-text.ts';
import { type PublicUser, parseNewUser, toUser, type UserRow } from '../src/users/fields.ts';
import { collect } from '../src/users/history.ts';
import { create, erase } from '../src/users/lifecycle.ts';
import { list, type Place, userFilters } from '../src/users/list.ts';
import { type Actor, change, find } from '../src/users/routes.ts';
import { command, confirm, parseInstant, runCommand } from './command.ts';
import { withDatabase } from './database.ts';
import { findUser, newChange, operator } from './operator.ts';
import { jsonOption, print, table, toJson } from './output.ts';

/** How many users are read at a time. */
const PAGE = 1000;

const program = command(
  'npm run users --',
  'Creates, lists, exports and erases users, on the local stack or, with DATABASE_URL set, on Neon.',
);

program
  .command('create')
  .description('create a user')
  .requiredOption('--email <address>', 'by which the user signs in the first time')
  .option('--first-name <text>')
  .option('--last-name <text>')
  .option('--id <uuid>', 'the id, if it is known already')
  .option('--superuser', 'a superuser, who can manage all users')
  .option('--restore', 'allow the id of an erased user')
  .addOption(jsonOption())
  .action(async ({ email, firstName, lastName, id, superuser, restore, json }) => {
    const { id: userId = randomUUID(), values: update } = parseNewUser(
      given({ email, first_name: firstName, last_name: lastName, id, is_superuser: superuser }),
    );
    const creation = { ...newChange(), userId, update, restore };
    const user = toUser(await withDatabase((db) => create(operator(db), creation)));
    print(user, json, `Created ${nameOf(user)} with the id ${user.id}.`);
  });

program
  .command('show')
  .description('show a user')
  .argument('<id or email>')
  .addOption(jsonOption())
  .action(async (idOrEmail, { json }) => {
    const user = withVersion(await findBy(idOrEmail));
    const lines = Object.entries(user).map(([name, value]) => `${name.padEnd(28)}${toJson(value)}`);
    print(user, json, lines.join('\n'));
  });

program
  .command('list')
  .description('list users by id, or with --updated-since by their last change')
  .option('--email <address>', 'only the user with this address')
  .option('--stripe-customer <id>', 'only users with this stripe_customer_id')
  .option('--updated-since <when>', 'only users changed since a date such as 2027-01-31')
  .addOption(jsonOption())
  .action(async ({ email, stripeCustomer, updatedSince, json }) => {
    const updated_since = updatedSince && (parseInstant(updatedSince) ?? updatedSince);
    const filters = { email, stripe_customer_id: stripeCustomer, updated_since };
    const { values, violations } = checkMembers(given(filters), userFilters);
    throwIfAny(violations);
    const users = await withDatabase((db) => listAll(operator(db), values));
    print(users, json, listed(users));
  });

program
  .command('export')
  .description('print all that is stored of a user, without secrets, as JSON')
  .argument('<id or email>')
  .action(async (idOrEmail) => {
    const everything = await withDatabase(async (db) =>
      collect(operator(db), await findUser(db, idOrEmail)),
    );
    console.log(toJson(everything));
  });

program
  .command('erase')
  .description('erase a user and all that is stored of them')
  .argument('<id or email>')
  .option('--yes', 'do not ask')
  .action(async (idOrEmail, { yes }) => {
    const user = toUser(await findBy(idOrEmail));
    const name = nameOf(user);
    if (!yes) await confirm(`To erase ${name} for good, type the e-mail address:`, user.email);
    await withDatabase((db) => erase(operator(db), user.id, newChange()));
    console.log(`Erased ${name}, whose id was ${user.id}.`);
  });

program
  .command('grant-superuser')
  .description('make a user a superuser, who can manage all users')
  .argument('<id or email>')
  .action(async (idOrEmail) => {
    const wanted = { ...newChange(), update: { is_superuser: true } };
    const changed = await withDatabase(async (db) =>
      change(operator(db), await findUser(db, idOrEmail), wanted),
    );
    const user = toUser(changed.user);
    const state = user.is_active ? 'a superuser' : 'an inactive superuser';
    console.log(`${nameOf(user)} is ${state} now.`);
  });

/** Finds the user with an id or an e-mail address. Throws if there is none. */
const findBy = (idOrEmail: string): Promise<UserRow> =>
  withDatabase(async (db) => find(operator(db), await findUser(db, idOrEmail)));

/** All the users that the filters leave, page by page. */
async function listAll(actor: Actor, filters: Parameters<typeof list>[1]): Promise<PublicUser[]> {
  const users: PublicUser[] = [];
  let after: Place | undefined;
  do {
    const page = await list(actor, filters, { limit: PAGE, after });
    users.push(...page.users.map(toUser));
    after = page.next;
  } while (after);
  return users;
}

/** Only the members that have a value. */
const given = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** A user as the API returns them, with the version that it has in a header. */
const withVersion = (user: UserRow) => ({
  ...toUser(user),
  version: user.version,
  created_at: fromPostgres(user.created_at),
  updated_at: fromPostgres(user.updated_at),
});

const nameOf = ({ email }: PublicUser): string => showHidden(email);

const listed = (users: readonly PublicUser[]): string =>
  table(
    { id: 36, email: 32, name: 17, status: 9 },
    users.map((user) => [
      [user.id],
      [user.email],
      [[user.first_name, user.last_name].filter(Boolean).join(' ')],
      [user.is_active ? '' : 'inactive', user.is_superuser ? 'superuser' : ''].filter(Boolean),
    ]),
  );

await runCommand(program);
