import { zValidator } from '@hono/zod-validator';
import { neonConfig } from '@neondatabase/serverless';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { apiKeys, userChanges, users } from '../../src/db/schema.ts';

// The conventional way, as the documentation of Hono, zod and Drizzle teaches it: a middleware that
// finds the key, a validator, and a handler that reads, updates and logs. Four round trips. It promises
// less: two simultaneous requests can be logged with each other's changes, an update can lack its log
// row, and there are no conditions, no Idempotency-Keys and no limits.

interface Env {
  Bindings: { DATABASE_URL: string; DATABASE_ENDPOINT: string };
  Variables: { db: ReturnType<typeof drizzle>; keyId: string; ownerId: string; scopes: string[] };
}

const text = (length: number) => z.string().max(length).nullable();

const profile = z
  .strictObject({
    first_name: text(255),
    last_name: text(255),
    email: z.email().max(254),
    birthdate: z.iso.datetime({ offset: true }).nullable(),
    phone: text(50),
    state: text(255),
    country: text(255),
    address: text(1000),
  })
  .partial();

const app = new Hono<Env>();

app.use('/api/*', async (c, next) => {
  const [, token] = /^Bearer (.+)$/.exec(c.req.header('Authorization') ?? '') ?? [];
  if (!token) throw new HTTPException(401, { message: 'An API key is missing.' });
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  neonConfig.fetchEndpoint = c.env.DATABASE_ENDPOINT;
  const db = drizzle(c.env.DATABASE_URL);
  const [found] = await db
    .select({ key: apiKeys, isActive: users.is_active, isSuperuser: users.is_superuser })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.owner_id))
    .where(eq(apiKeys.hash, new Uint8Array(hash)));
  if (!found) throw new HTTPException(401, { message: 'Unknown API key.' });
  const { key, isActive, isSuperuser } = found;
  const hasExpired = key.expires_at !== null && new Date(key.expires_at) <= new Date();
  if (key.revoked_at || hasExpired || !isActive)
    throw new HTTPException(401, { message: 'The API key is no longer active.' });
  c.set('db', db);
  c.set('keyId', key.id);
  c.set('ownerId', key.owner_id);
  c.set(
    'scopes',
    key.scopes.filter((scope) => scope !== 'users:all' || isSuperuser),
  );
  await next();
});

app.put(
  '/api/v1/user/:id',
  zValidator('param', z.object({ id: z.uuid() })),
  zValidator('json', profile),
  async (c) => {
    const { db, keyId, ownerId, scopes } = c.var;
    const { id } = c.req.valid('param');
    const changes = c.req.valid('json');
    if (!scopes.includes('user:write') || (ownerId !== id && !scopes.includes('users:all')))
      throw new HTTPException(403, { message: 'The API key may not change this user.' });
    const [before] = await db.select().from(users).where(eq(users.id, id));
    if (!before) throw new HTTPException(404, { message: 'User not found.' });
    const [after] = await db
      .update(users)
      .set({ ...changes, version: sql`${users.version} + 1`, updated_at: new Date().toISOString() })
      .where(eq(users.id, id))
      .returning();
    if (!after) throw new HTTPException(404, { message: 'User not found.' });
    const names = Object.keys(changes) as (keyof typeof changes)[];
    await db.insert(userChanges).values({
      user_id: id,
      version: after.version,
      api_key_id: keyId,
      request_id: crypto.randomUUID(),
      changed_at: after.updated_at,
      changes: Object.fromEntries(
        names
          .filter((name) => before[name] !== after[name])
          .map((name) => [name, { before: before[name], after: after[name] }]),
      ),
    });
    const { version, created_at, updated_at, ...data } = after;
    return c.json({ message: 'Data updated successfully', meta: {}, data });
  },
);

export default app;
