import { inArray } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { billingPlans, identities, roles, users } from '../src/db/schema.ts';
import { issue } from '../src/keys/operations.ts';
import { keyRoles } from '../src/permissions.ts';
import type { LocalUser } from './local-oidc/options.ts';
import { operatorFor } from './operator.ts';

/** The id of the user, the role and the plans in the published example. */
export const DEMO_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
export const ORDINARY_ID = 'c0ffee00-0d44-4b50-8888-8dd25736052b';

/**
 * Fills an empty database: a superuser, the role and the plan of the published example, an ordinary
 * user, and a full_access key of the superuser. Returns the key, or undefined if it exists already.
 */
export async function seedDemoData(db: Database): Promise<string | undefined> {
  await db.insert(roles).values({ id: DEMO_ID, name: 'member' }).onConflictDoNothing();
  await db.insert(billingPlans).values({ id: DEMO_ID, name: 'standard' }).onConflictDoNothing();
  const created = await db
    .insert(users)
    .values([
      { id: DEMO_ID, email: 'demo@example.com', first_name: 'Demo', is_superuser: true },
      { id: ORDINARY_ID, email: 'ordinary@example.com', first_name: 'Ordinary' },
    ])
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (!created.some(({ id }) => id === DEMO_ID)) return undefined;
  const draft = {
    name: 'demo',
    description: 'Created by the first npm start',
    role: 'full_access',
    scopes: keyRoles.full_access,
    expiresAt: null,
    requirePrecondition: false,
    allowedIps: null,
    fields: null,
  } as const;
  const { key } = await issue(operatorFor(DEMO_ID, db), { draft });
  return key.key;
}

/**
 * Returns the users of the local OpenID provider: the demo users with their current addresses (the
 * published example changes one), and two who cannot sign in.
 */
export async function demoPeople(db: Database): Promise<LocalUser[]> {
  const names: Record<string, string> = {
    [DEMO_ID]: 'Demo, a superuser',
    [ORDINARY_ID]: 'Ordinary',
  };
  const found = await db
    .select({ id: users.id, email: users.email })
    .from(users)
    .where(inArray(users.id, Object.keys(names)))
    .orderBy(users.id);
  return [
    ...found.map((user) => ({ ...user, name: names[user.id] ?? '' })),
    { id: 'nobody', email: 'nobody@example.com', name: 'An unknown user' },
    {
      id: 'unverified',
      email: 'unverified@example.com',
      name: 'A user with an unverified address',
      emailVerified: false,
    },
  ];
}

/** Links an identity at an OpenID provider to a user, unless it is linked already. */
export const rememberIdentity = (
  db: Database,
  identity: { issuer: string; subject: string },
  userId: string,
) =>
  db
    .insert(identities)
    .values({ ...identity, user_id: userId })
    .onConflictDoNothing();
