import { scopeWords } from '../site/scopes.ts';
import {
  type FieldGroup,
  type KeyRole,
  keyRoles,
  type Scope,
  superuserScopes,
} from '../src/permissions.ts';
import { make } from './dom.ts';

/** The fields that a scope lets a key write; the build puts the API's own tables in its place. */
declare const FIELDS_OF_SCOPE: Partial<Record<Scope, { group: FieldGroup; fields: string[] }>>;

/** What people call the roles, and when to take which. */
const words: Record<KeyRole, { title: string; summary: string }> = {
  read_only: {
    title: 'Read only',
    summary: 'Reads your profile. Cannot change anything.',
  },
  profile: {
    title: 'Profile',
    summary: 'Reads your profile and updates personal fields. Right for most programs.',
  },
  billing_sync: {
    title: 'Billing sync',
    summary: 'Updates the billing fields of every user. For syncing with Stripe.',
  },
  full_access: {
    title: 'Full access',
    summary:
      'Can do all that you can do, and create keys and webhooks. Use it only if no other role is enough.',
  },
};

export const roleNames = Object.keys(keyRoles) as KeyRole[];

/** A role that this page does not know yet has the same title as scopes without a role. */
export const roleTitle = (role: string | null): string =>
  role !== null && isKnown(role) ? words[role].title : 'Custom';

const isKnown = (role: string): role is KeyRole => Object.hasOwn(words, role);

export const roleSummary = (role: KeyRole): string => words[role].summary;

/** Why a person with these scopes cannot grant a role; undefined if they can. */
export function whyNot(role: KeyRole, owned: readonly Scope[]): string | undefined {
  const missing = keyRoles[role].filter((scope) => !owned.includes(scope));
  if (missing.length === 0) return;
  const rare: readonly Scope[] = superuserScopes;
  return missing.every((scope) => rare.includes(scope))
    ? 'Only for superusers'
    : 'More than you can do';
}

/** In words: whom a role reaches, what it allows, and exactly which fields it may write. */
export function roleDetails(role: KeyRole): HTMLElement {
  const allowed = make('ul', { class: 'scopes' });
  const writable: Node[] = [];
  for (const scope of keyRoles[role]) {
    allowed.append(make('li', {}, scopeWords[scope]));
    const part = FIELDS_OF_SCOPE[scope];
    if (part) writable.push(...fieldGroup(part));
  }
  return make('div', { class: 'role-details' }, allowed, ...writable);
}

function fieldGroup({ group, fields }: { group: FieldGroup; fields: string[] }): Node[] {
  const list = make('ul', { class: 'fields' });
  for (const field of fields) list.append(make('li', {}, make('code', {}, field)));
  return [
    make('p', { class: 'fields-title' }, `It can update ${fields.length} ${group} fields:`),
    list,
  ];
}

/** The fields that a key with these scopes may write. */
export const fieldsOf = (scopes: readonly Scope[]): string[] =>
  scopes.flatMap((scope) => FIELDS_OF_SCOPE[scope]?.fields ?? []);

/** How many fields a role may write, for a line of summary. */
export function fieldCount(role: KeyRole): string {
  const count = fieldsOf(keyRoles[role]).length;
  return count === 0 ? 'updates no fields' : `updates ${count} fields`;
}

/** Whether a role may write the profile fields; the command to try a key needs to know. */
export const writesProfile = (scopesOfKey: readonly Scope[]): boolean =>
  scopesOfKey.includes('user:write');
