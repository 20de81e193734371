import { ApiError } from '../errors.ts';
import type { KeyRole } from '../permissions.ts';
import type { KeyState } from './fields.ts';
import { MAX_ACTIVE_KEYS, MAX_APP_KEYS } from './requests.ts';
import type { IssueOrder, LimitedMember } from './statements.ts';

export const keyNotFound = () =>
  new ApiError('key_not_found', 'Check the id: none of your keys has it.');

export const keyNotLive = (state: KeyState) =>
  new ApiError('key_not_live', `Create a new key; this one is ${state}.`);

export const notRotatable = () =>
  new ApiError(
    'insufficient_scope',
    'Request a new key where this one came from; short-lived keys are not rotated.',
  );

export const keyAlreadyUsed = () =>
  new ApiError(
    'key_already_used',
    'Use the key that you already have, or send the request with a new Idempotency-Key.',
  );

export const tooManyKeys = () =>
  new ApiError('too_many_keys', `Revoke a key first; you have ${MAX_ACTIVE_KEYS} active keys.`);

export const tooManyAppKeys = () =>
  new ApiError(
    'too_many_keys',
    `Wait until some expire; the user has ${MAX_APP_KEYS} active short-lived keys.`,
  );

const ONLY_GRANTABLE = 'Request only rights that you can grant.';
const OTHER_FIELDS = 'Your key is limited to other fields; allow only those.';

/** `members`: those of the new key that go beyond what its creator has. */
export function beyondCreator(order: IssueOrder, members: readonly LimitedMember[]): ApiError {
  if ('rotation' in order)
    return new ApiError(
      'insufficient_scope',
      `Create a key with fewer rights; you cannot grant the ${members.join(' and ')} of this one.`,
    );
  return notGrantable(ONLY_GRANTABLE, {
    members,
    details: {
      scopes: `You cannot grant all of ${order.draft.scopes.join(', ')}.`,
      allowed_ips: 'Your key is limited to other addresses; allow only those.',
      fields: OTHER_FIELDS,
    },
  });
}

/** The same for a key of an app, which has a role and no addresses of its own. */
export const beyondMaker = (role: KeyRole, members: readonly LimitedMember[]): ApiError =>
  notGrantable(ONLY_GRANTABLE, {
    members,
    details: {
      scopes: `You cannot grant all scopes of ${role}.`,
      allowed_ips: 'Your key is limited to other addresses.',
      fields: OTHER_FIELDS,
    },
    pointers: { scopes: '/role' },
  });

export const notGrantable = (
  detail: string,
  {
    members,
    details,
    pointers = {},
  }: {
    members: readonly LimitedMember[];
    details: Record<LimitedMember, string>;
    /** Of members that the body has by another name. */
    pointers?: Partial<Record<LimitedMember, string>>;
  },
) =>
  new ApiError('insufficient_scope', detail, {
    errors: members.map((member) => ({
      pointer: pointers[member] ?? `/${member}`,
      code: 'not_grantable',
      detail: details[member],
    })),
  });
