import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { SCHEMA } from '../src/db/schema.ts';
import { createRoles, OWNER, type RoleUrls, urlsFor, WORKER } from './database-roles.ts';

const randomPassword = (): string => randomBytes(32).toString('base64url');

/**
 * Creates the roles of a database, or gives them new passwords, and returns its URLs. Throws a line if the
 * tables belong to another role already.
 * @param adminUrl the URL of a role that may create roles and owns the database, such as Neon's neondb_owner
 */
export async function initDatabase(adminUrl: string): Promise<RoleUrls> {
  const passwords = { owner: randomPassword(), worker: randomPassword() };
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await requireOwnSchema(client);
    await createRoles(client, passwords);
  } finally {
    await client.end();
  }
  return urlsFor(adminUrl, passwords);
}

async function requireOwnSchema(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    'select nspowner::regrole::text as owner from pg_namespace where nspname = $1',
    [SCHEMA],
  );
  const owner = rows[0]?.owner;
  if (owner !== undefined && owner !== OWNER)
    throw new Error(
      `The schema \`${SCHEMA}\` belongs to ${owner}. Create the roles in a database without it, before the first release.`,
    );
}

/** Returns what an operator does with the URLs. */
export const urlsToKeep = ({ owner, worker }: RoleUrls): string => `\
${OWNER} applies migrations and is yours. Set its URL for npm run release and the other commands:

export DATABASE_URL='${owner}'

${WORKER} is the Worker's, and may only call functions. Its URL goes into the file of the Worker's secrets, secrets.json:

"DATABASE_URL": "${worker}"

Both passwords are new, and shown only here.`;
