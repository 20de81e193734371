import { randomUUID } from 'node:crypto';
import { keyRoles, type Scope } from '../../src/permissions.ts';
import type { Stack } from '../support/stack.ts';
import { blank, EXISTING_ID } from './fields.ts';
import { creationOf } from './history.ts';
import type { Key, World } from './world.ts';

export const USERS = ['root', 'eve', 'ada', 'bob'] as const;
export type UserName = (typeof USERS)[number];

const SUPERUSERS: readonly UserName[] = ['root', 'eve'];

type Part = readonly [UserName, readonly Scope[], Partial<Key>?];

/** The keys of a world: the owner, the scopes and special properties. */
const KEYS = {
  root: ['root', keyRoles.full_access],
  eve: ['eve', keyRoles.full_access],
  strict: ['root', keyRoles.full_access, { strict: true }],
  billing: ['eve', keyRoles.billing_sync],
  ada: ['ada', keyRoles.profile],
  reader: ['ada', keyRoles.read_only],
  ordinary: ['bob', keyRoles.full_access],
  idleBilling: ['bob', keyRoles.billing_sync],
  blind: ['ada', ['user:write']],
  expired: ['root', keyRoles.full_access, { expired: true }],
  revoked: ['root', keyRoles.full_access, { revoked: true }],
} as const satisfies Record<string, Part>;

export type KeyName = keyof typeof KEYS;
export const keyNames = Object.keys(KEYS) as KeyName[];

/** A world with its own users and keys, also in the database, by name. */
export interface Cast {
  world: World;
  users: Record<UserName, string>;
  keys: Record<KeyName, string>;
  /** The ids of the users whom requests created or tried to create, in this order. */
  guests: string[];
}

export async function newCast(stack: Stack): Promise<Cast> {
  const domain = `${randomUUID()}.example.com`;
  const world: World = {
    domain,
    users: new Map(),
    keys: new Map(),
    erased: new Set(),
    log: [],
    records: new Map(),
  };
  const users = {} as Cast['users'];
  const keys = {} as Cast['keys'];
  const userNamed = async (name: UserName) => {
    const columns = { email: `${name}@${domain}`, is_superuser: SUPERUSERS.includes(name) };
    const id = await stack.user(columns);
    users[name] = id;
    const user = { id, version: 1, fields: blank(columns.email, columns) };
    world.users.set(id, user);
    world.log.push({ ...creationOf(user), key: null, keyPrefix: null, requestId: 'sql' });
  };
  const keyNamed = async (name: KeyName) => {
    const [owner, scopes, more]: Part = KEYS[name];
    const { key, keyId } = await stack.key(users[owner], { scopes });
    keys[name] = key;
    const facts = { expired: false, revoked: false, strict: false, used: 'never' as const };
    world.keys.set(key, { id: keyId, owner: users[owner], scopes, ...facts, ...more });
  };
  await Promise.all(USERS.map(userNamed));
  await Promise.all(keyNames.map(keyNamed));
  await mark(stack, world);
  return { world, users, keys, guests: [] };
}

/** Writes the special properties of keys to the database. */
async function mark(stack: Stack, world: World): Promise<void> {
  for (const { id, expired, revoked, strict } of world.keys.values())
    if (expired || revoked || strict)
      await stack.query(
        `update api_keys set require_precondition = $2,
         expires_at = case when $3 then now() - interval '1 second' end,
         revoked_at = case when $4 then now() end where id = $1`,
        [id, strict, expired, revoked],
      );
}

/** Inserts the role and the plan that exist in every world. */
export async function addReferences(stack: Stack): Promise<void> {
  await stack.query(`insert into roles values ($1, 'r')`, [EXISTING_ID]);
  await stack.query(`insert into billing_plans values ($1, 'p')`, [EXISTING_ID]);
}
