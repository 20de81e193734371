import { inArray } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { billingPlans, identities, roles, users } from '../src/db/schema.ts';
import { issue } from '../src/keys/operations.ts';
import { keyRoles } from '../src/permissions.ts';
import type { LocalUser } from './local-oidc/options.ts';
import { operatorFor } from './operator.ts';

/** The id that the published example uses for the user, the role and the plans alike. */
export const DEMO_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
export const ORDINARY_ID = 'c0ffee00-0d44-4b50-8888-8dd25736052b';

/**
 * Fills an empty database: a superuser, the role and the plan of the published example, an ordinary
 * user, and a full_access key of the superuser. Answers the key, or undefined if all that is there.
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
    description: 'Made by the first npm start',
    role: 'full_access',
    scopes: keyRoles.full_access,
    expiresAt: null,
    requirePrecondition: false,
  } as const;
  const { key } = await issue(operatorFor(DEMO_ID, db), { draft });
  return key.key;
}

/**
 * Whom the local OpenID provider offers: the demo users under the addresses that they have at the
 * moment (the published example changes one), and two with whom signing in fails.
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
    { id: 'nobody', email: 'nobody@example.com', name: 'A person unknown here' },
    {
      id: 'unverified',
      email: 'unverified@example.com',
      name: 'A person with an unverified address',
      emailVerified: false,
    },
  ];
}

/** Tells beforehand which user an identity at an OpenID provider is; what is known already stays. */
export const rememberIdentity = (
  db: Database,
  identity: { issuer: string; subject: string },
  userId: string,
) =>
  db
    .insert(identities)
    .values({ ...identity, user_id: userId })
    .onConflictDoNothing();
