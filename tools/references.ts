import { Argument, InvalidArgumentError } from 'commander';
import { eq } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { ConstraintViolation } from '../src/db/faults.ts';
import { billingPlans, roles } from '../src/db/schema.ts';
import { parseMembers } from '../src/http/validation.ts';
import { isUuid } from '../src/http/values.ts';
import { draftMembers } from '../src/keys/requests.ts';
import { command, runCommand } from './command.ts';
import { withDatabase } from './database.ts';
import { operator } from './operator.ts';
import { jsonOption, print, table } from './output.ts';

/** What fields of a user point to. */
const kinds = {
  role: { entries: roles, noun: 'role' },
  plan: { entries: billingPlans, noun: 'billing plan' },
};

type Kind = keyof typeof kinds;

interface Reference {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

const program = command(
  'npm run references --',
  'Lists, adds and renames the roles and billing plans of users, on the local stack or, with DATABASE_URL set, on Neon.',
);

const kindArgument = () =>
  new Argument('<kind>', 'role for role_id, plan for billing plan ids').choices(Object.keys(kinds));

program
  .command('list')
  .description('list roles and billing plans by name')
  .addOption(jsonOption())
  .action(async ({ json }) => {
    const references = await withDatabase(async (db) => [
      ...(await list(db, 'role')),
      ...(await list(db, 'plan')),
    ]);
    const rows = references.map(({ kind, id, name }) => [[kind], [id], [name]]);
    print(references, json, table({ kind: 4, id: 36, name: 56 }, rows));
  });

program
  .command('add')
  .description('add a role or a billing plan')
  .addArgument(kindArgument())
  .requiredOption('--name <text>', '1 to 100 characters')
  .option('--id <uuid>', 'the id, if it is known already', parseId)
  .addOption(jsonOption())
  .action(async (kind: Kind, { name, id, json }) => {
    const { entries, noun } = kinds[kind];
    const values = { ...parseMembers({ name }, nameMember), ...(id && { id }) };
    const [added] = await write(kind, (db) => db.insert(entries).values(values).returning());
    print({ kind, ...added }, json, `Added the ${noun} ${name} with the id ${added?.id}.`);
  });

program
  .command('rename')
  .description('rename a role or a billing plan')
  .addArgument(kindArgument())
  .argument('<id>', 'its id, from list', parseId)
  .requiredOption('--name <text>', '1 to 100 characters')
  .addOption(jsonOption())
  .action(async (kind: Kind, id, { name, json }) => {
    const { entries, noun } = kinds[kind];
    const values = parseMembers({ name }, nameMember);
    const [renamed] = await write(kind, (db) =>
      db.update(entries).set(values).where(eq(entries.id, id)).returning(),
    );
    if (!renamed) throw new Error(`No ${noun} has the id ${id}.`);
    print({ kind, ...renamed }, json, `Renamed the ${noun} ${id} to ${name}.`);
  });

/** People choose by this name, as they do by that of a key. */
const nameMember = { name: draftMembers.name };

function parseId(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be a UUID.');
  return text;
}

async function list(db: Database, kind: Kind): Promise<Reference[]> {
  const { entries } = kinds[kind];
  const found = await db.select().from(entries).orderBy(entries.name);
  return found.map((entry) => ({ kind, ...entry }));
}

/** Runs a statement that writes. Throws if a name or an id is taken. */
const write = <T>(kind: Kind, statement: (db: Database) => PromiseLike<T>): Promise<T> =>
  withDatabase(async (db) => {
    try {
      return await operator(db).query(statement);
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      const taken = error.constraint.endsWith('_name_key') ? 'name' : 'id';
      throw new Error(`Use another ${taken}; a ${kinds[kind].noun} has this one.`);
    }
  });

await runCommand(program);
