import type { FieldGroup } from './user-fields.ts';

/** What a key can be allowed to do, with the words that explain it to people. */
export const scopes = {
  'user:read': 'Read the profile.',
  'user:write': 'Change the profile fields: name, e-mail, birthdate, phone and address.',
  'account:write': 'Change the account fields: activity, superuser, enterprise and role.',
  'billing:write': 'Change the billing fields: plans, Stripe data, trial and credits.',
  'users:all': 'Reach every user, not only the owner of the key.',
  'keys:write': 'Make, rotate and revoke keys of its owner.',
} as const;

export type Scope = keyof typeof scopes;

/** The scopes that count only while the owner of the key is a superuser. */
export const superuserScopes = [
  'account:write',
  'billing:write',
  'users:all',
] as const satisfies Scope[];

/** The scope that a key needs to change a field of a group. */
export const scopeOfGroup = {
  profile: 'user:write',
  account: 'account:write',
  billing: 'billing:write',
} as const satisfies Record<FieldGroup, Scope>;

/** The presets from which people make keys. */
export const keyRoles = {
  read_only: ['user:read'],
  profile: ['user:read', 'user:write'],
  billing_sync: ['user:read', 'billing:write', 'users:all'],
  full_access: [
    'user:read',
    'user:write',
    'account:write',
    'billing:write',
    'users:all',
    'keys:write',
  ],
} as const satisfies Record<string, readonly Scope[]>;

export type KeyRole = keyof typeof keyRoles;

/** The names of the fields that these scopes may change. */
export const fieldsOf = (
  granted: readonly Scope[],
  fields: Readonly<Record<string, { group: FieldGroup }>>,
): string[] =>
  Object.keys(fields).filter((name) => {
    const group = fields[name]?.group;
    return group !== undefined && granted.includes(scopeOfGroup[group]);
  });
