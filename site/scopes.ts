import type { Scope } from '../src/permissions.ts';

/** What each scope allows, in words: on the Settings page and in openapi.json. */
export const scopeWords: Readonly<Record<Scope, string>> = {
  'user:read':
    'Retrieve the profile, its history, and an export of everything stored about the user.',
  'user:write': 'Update the profile fields: name, e-mail, birthdate, phone and address.',
  'account:write': 'Update the account fields: activity, superuser, enterprise and role.',
  'billing:write': 'Update the billing fields: plans, Stripe data, trial and credits.',
  'users:all': 'Reach every user, not only the owner of the key.',
  'users:manage': 'Create users, and erase any user, superusers included.',
  'keys:write': 'Create, rotate and revoke keys of its owner.',
  'webhooks:write':
    'Manage webhooks of its owner, which receive all changes of the owner; with `users:all`, of every user.',
};
