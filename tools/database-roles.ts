import pg from 'pg';
import { SCHEMA } from '../src/db/schema.ts';

/** The role that applies migrations, owns what they create, and is the operator's. */
export const OWNER = 'edge_profile_owner';

/**
 * The role of the Worker. It may only call the functions that the Worker calls; they run with the rights of
 * their owner. It reads no table, so its password lists no hash of a key.
 */
export const WORKER = 'edge_profile_worker';

/** The passwords of both roles. */
export interface Passwords {
  owner: string;
  worker: string;
}

/** The URLs of a database for both roles. */
export interface RoleUrls {
  owner: string;
  worker: string;
}

/**
 * Creates both roles if they are missing, with these passwords, and allows the owner to create schemas in
 * this database. They have no privilege of the cluster. Needs a role that may create roles.
 */
export async function createRoles(client: pg.Client, passwords: Passwords): Promise<void> {
  await createRole(client, OWNER, passwords.owner);
  await createRole(client, WORKER, passwords.worker);
  const { rows } = await client.query('select current_database() as name');
  const database = pg.escapeIdentifier(rows[0].name);
  await client.query(`revoke temporary on database ${database} from public`);
  await client.query(`grant connect, create on database ${database} to ${OWNER}`);
  await client.query(`grant connect on database ${database} to ${WORKER}`);
}

async function createRole(client: pg.Client, name: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (rowCount === 0) await client.query(`create role ${name}`);
  await client.query(`alter role ${name} login password ${pg.escapeLiteral(password)}`);
}

/** Returns the same database with each role's name and password. */
export function urlsFor(url: string, passwords: Passwords): RoleUrls {
  const as = (role: string, password: string): string => {
    const copy = new URL(url);
    copy.username = role;
    copy.password = password;
    return copy.href;
  };
  return { owner: as(OWNER, passwords.owner), worker: as(WORKER, passwords.worker) };
}

/** With these, any role could fill the disk. Only a superuser can revoke them, so not on Neon. */
const LARGE_OBJECTS = 'lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea)';

/**
 * Creates a database for both roles and nobody else, if it is missing, and returns its URLs. The roles cannot
 * connect to other databases, so with their passwords nobody can reach the files or the programs of this
 * machine.
 * @param superuserUrl the URL of the superuser, with any database
 */
export async function ensureDatabase(
  superuserUrl: string,
  name: string,
  passwords: Passwords,
): Promise<RoleUrls> {
  const url = new URL(superuserUrl);
  url.pathname = name;
  await withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
    await client.query(`revoke all on database postgres, template1, ${name} from public`);
  });
  await withClient(url.href, async (client) => {
    await client.query(`revoke execute on function ${LARGE_OBJECTS} from public`);
    await createRoles(client, passwords);
  });
  return urlsFor(url.href, passwords);
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/**
 * Lets the Worker's role, if there is one, call the functions that the Worker calls: those that run with the
 * rights of their owner. Nobody else may call any.
 */
export const grantToWorker = (client: pg.Client): Promise<unknown> =>
  client.query(`do $$
    declare _function regprocedure;
    begin
      revoke all on all functions in schema ${SCHEMA} from public;
      if to_regrole('${WORKER}') is null then
        return;
      end if;
      grant usage on schema ${SCHEMA} to ${WORKER};
      for _function in select oid from pg_proc where pronamespace = '${SCHEMA}'::regnamespace and prosecdef loop
        execute format('grant execute on function %s to ${WORKER}', _function);
      end loop;
    end $$`);
