import pg from 'pg';

interface Options {
  /** The URL of the superuser, with any database. */
  superuserUrl: string;
  /** The name of the role and of its database. */
  name: string;
  password: string;
}

/**
 * Creates a role and a database that it owns, if they are missing, and returns the URL for
 * them. The role is no superuser and cannot connect to other databases, so with its password
 * nobody can reach the files or the programs of this machine.
 */
export async function ensureOwnedDatabase(options: Options): Promise<string> {
  const { superuserUrl, name, password } = options;
  const client = new pg.Client(superuserUrl);
  await client.connect();
  try {
    const exists = async (query: string) => (await client.query(query, [name])).rowCount !== 0;
    if (!(await exists('select from pg_roles where rolname = $1')))
      await client.query(`create role ${name}`);
    await client.query(`alter role ${name} login nosuperuser nocreatedb nocreaterole noreplication
      nobypassrls password ${pg.escapeLiteral(password)}`);
    if (!(await exists('select from pg_database where datname = $1')))
      await client.query(`create database ${name} owner ${name}`);
    await client.query(`revoke all on database postgres, template1, ${name} from public`);
  } finally {
    await client.end();
  }
  const url = new URL(superuserUrl);
  return `postgresql://${name}:${password}@${url.host}/${name}`;
}
