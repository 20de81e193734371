/** The groups of writable fields; each is opened by a scope of its own. */
export type FieldGroup = 'profile' | 'account' | 'billing';

/** What a key can be allowed to do; site/scopes.ts explains it to people. */
export const scopes = [
  'user:read',
  'user:write',
  'account:write',
  'billing:write',
  'users:all',
  'users:manage',
  'keys:write',
  'webhooks:write',
] as const;

/** The scope that opens other users than the owner of the key. */
export const allUsersScope = 'users:all' satisfies (typeof scopes)[number];

/** The scope that creates and erases users, the owner or not. */
export const manageUsersScope = 'users:manage' as const satisfies (typeof scopes)[number];

export type Scope = (typeof scopes)[number];

/** The scopes that count only while the owner of the key is a superuser. */
export const superuserScopes = [
  'account:write',
  'billing:write',
  allUsersScope,
  manageUsersScope,
] as const satisfies Scope[];

/** The scope that a key needs to change a field of a group. */
export const scopeOfGroup = {
  profile: 'user:write',
  account: 'account:write',
  billing: 'billing:write',
} as const satisfies Record<FieldGroup, Scope>;

/** The presets of scopes that people choose for a key. */
export const keyRoles = {
  read_only: ['user:read'],
  profile: ['user:read', 'user:write'],
  billing_sync: ['user:read', 'billing:write', allUsersScope],
  full_access: scopes,
} as const satisfies Record<string, readonly Scope[]>;

export type KeyRole = keyof typeof keyRoles;
