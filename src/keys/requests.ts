import * as v from 'valibot';
import type { Violation } from '../errors.ts';
import { rangeOf } from '../http/ip-address.ts';
import {
  bySchema,
  checkBody,
  checkId,
  parseMembers,
  requireValid,
  type Values,
} from '../http/validation.ts';
import { boolean, dateTime, LINES, plainText } from '../http/values.ts';
import { firstHidden } from '../http/visible-text.ts';
import { type KeyRole, keyRoles, type Scope, scopes } from '../permissions.ts';
import { type UserField, userFields } from '../users/fields.ts';
import { keyStates } from './fields.ts';

/** How many keys of a user can be active at a time. */
export const MAX_ACTIVE_KEYS = 25;
/** For how long a rotated key waits for the first use of the new one, in hours. */
export const FIRST_USE_HOURS = 24;
/** The longest time that a rotated key may go on working. */
const MAX_GRACE_DAYS = 7;
export const MAX_GRACE_SECONDS = MAX_GRACE_DAYS * 24 * 60 * 60;

/** How many ranges of addresses a key can be bound to. */
export const MAX_RANGES = 50;

/** How many short-lived keys of a user can be active at a time. */
export const MAX_APP_KEYS = 100;
/** How long they work, in seconds. */
export const APP_KEY_SECONDS = { least: 60, most: 60 * 60 };

/** What a key is limited to, whatever its scopes; null: not. */
export interface KeyBounds {
  /** The addresses that requests with it may come from. */
  allowedIps: readonly string[] | null;
  /** The fields of users that it may write. */
  fields: readonly UserField[] | null;
}

/** What a new key is created from. A key with bounds creates none that has wider ones. */
export interface KeyDraft extends KeyBounds {
  name: string;
  description: string;
  /** The preset that the scopes come from, if they come from one. */
  role: KeyRole | null;
  scopes: readonly Scope[];
  /** RFC 3339; null: never. A key with an expiry creates none that outlives it. */
  expiresAt: string | null;
  /** Whether updates with it must be conditional. */
  requirePrecondition: boolean;
}

/** How a key is replaced by a new one. */
export interface Rotation {
  /** The key; `self`: that of the caller. */
  id: string;
  /**
   * For how many seconds the old key lives on, at most; never beyond its own expiry. Undefined: until the
   * first use of the new one, at most FIRST_USE_HOURS.
   */
  graceSeconds: number | undefined;
  /** RFC 3339; null: never; undefined: as the old key. */
  expiresAt: string | null | undefined;
}

const roleNames = Object.keys(keyRoles) as KeyRole[];
const oneOf = (names: readonly string[]) => `must be one of ${names.join(', ')}`;

/** People decide by the name of a key which one to revoke, so it has to be what it looks like. */
const visible = v.check(
  (text: string) => firstHidden(text) === undefined,
  ({ input }) =>
    `must not contain ${firstHidden(input)}, which is invisible or changes the text direction`,
);
const description = v.pipe(plainText(1000, LINES), visible);
const expiry = v.nullable(dateTime);

/** A range has at most 39 characters of an address and 4 of a prefix, and 6 more if it ends like IPv4. */
const range = v.pipe(
  v.string('must be a string'),
  v.maxLength(49, 'must be at most 49 characters long'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed && rangeOf(dataset.value) === undefined)
      addIssue({
        message:
          'must be an address, or a range without bits beyond its prefix, such as 192.0.2.0/24 or 2001:db8::/32',
      });
  }),
  v.transform((text) => rangeOf(text) ?? text),
);

/** A list of different values, or null for no bound. */
const bound = <Value>(noun: string, most: number, each: v.GenericSchema<unknown, Value>) =>
  v.nullable(
    v.pipe(
      v.array(v.unknown(), `must be a list of ${noun}, or null for no limit`),
      v.nonEmpty('must not be empty; null means no limit'),
      v.maxLength(most, `must name at most ${most} ${noun}`),
      v.array(each),
      v.transform((list) => [...new Set(list)]),
    ),
  );

const fieldNames = Object.keys(userFields) as UserField[];
const allowedIps = bound('addresses or ranges', MAX_RANGES, range);
const fields = bound('fields', fieldNames.length, v.picklist(fieldNames, oneOf(fieldNames)));

const keyName = v.pipe(
  plainText(100),
  visible,
  v.nonEmpty('must not be empty'),
  v.check((text) => text === '' || text.trim() !== '', 'must not be blank'),
);
const scopeList = v.pipe(
  v.array(v.unknown(), 'must be a list of scopes'),
  v.nonEmpty('must not be empty'),
  // Before each is looked at: a body has room for thousands.
  v.maxLength(scopes.length, `must name at most ${scopes.length} scopes`),
  v.array(v.picklist(scopes, oneOf(scopes))),
  v.transform((list) => [...new Set(list)]),
);

/** The members of a body that requests a new key. */
export const draftMembers = {
  name: keyName,
  role: v.optional(v.picklist(roleNames, oneOf(roleNames))),
  scopes: v.optional(scopeList),
  description: v.optional(description, ''),
  expires_at: v.optional(expiry, null),
  require_precondition: v.optional(boolean, false),
  allowed_ips: v.optional(allowedIps, null),
  fields: v.optional(fields, null),
};

/** Checks a body that requests a new key. Throws validation_failed. */
export function parseKeyDraft(body: unknown, now: Date): KeyDraft {
  const checked = checkBody(body, draftMembers);
  const { values, violations } = checked;
  const isEither = (values.role === undefined) !== (values.scopes === undefined);
  const { name, role, scopes, description, expires_at, ...rest } = requireValid(checked, [
    ...(violations.length > 0 || isEither ? [] : [EITHER_ROLE_OR_SCOPES]),
    ...checkFuture(values.expires_at, now),
  ]);
  return {
    name,
    description,
    role: role ?? null,
    scopes: scopes ?? (role ? keyRoles[role] : []),
    expiresAt: expires_at,
    requirePrecondition: rest.require_precondition,
    allowedIps: rest.allowed_ips,
    fields: rest.fields,
  };
}

const EITHER_ROLE_OR_SCOPES: Violation = {
  pointer: '/role',
  code: 'required',
  detail: 'Send either role or scopes, not both.',
};

/**
 * The members of a body that requests a rotation. Without `grace` the old key ends with the first use of the
 * new one; without `expires_at` the expiry stays what it was.
 */
export const rotationMembers = {
  grace: v.optional(
    v.pipe(
      v.number('must be a number of seconds'),
      v.integer('must be a whole number of seconds'),
      v.minValue(0, 'must not be negative'),
      v.maxValue(
        MAX_GRACE_SECONDS,
        `must be at most ${MAX_GRACE_SECONDS} seconds (${MAX_GRACE_DAYS} days)`,
      ),
    ),
  ),
  expires_at: v.optional(expiry),
};

/** Checks a body that requests a rotation; `id`: of the key, or `self`. Throws validation_failed. */
export function parseRotation(id: string, body: unknown, now: Date): Rotation {
  const checked = checkBody(body, rotationMembers);
  const { grace, expires_at } = requireValid(checked, [
    ...(id === 'self' ? [] : checkId('key_id', id)),
    ...checkFuture(checked.values.expires_at, now),
  ]);
  return { id, graceSeconds: grace, expiresAt: expires_at };
}

const appRoles = ['profile', 'read_only'] as const satisfies KeyRole[];

/** The members of a body that requests a short-lived key of a user. */
export const appKeyMembers = {
  role: v.picklist(appRoles, oneOf(appRoles)),
  expires_in: v.pipe(
    v.number('must be a number of seconds'),
    v.integer('must be a whole number of seconds'),
    v.minValue(APP_KEY_SECONDS.least, `must be at least ${APP_KEY_SECONDS.least} seconds`),
    v.maxValue(APP_KEY_SECONDS.most, `must be at most ${APP_KEY_SECONDS.most} seconds`),
  ),
  fields: v.optional(fields, null),
};

/** A short-lived key of a user, to be created. */
export type AppKeyDraft = Values<typeof appKeyMembers>;

/** The members of a body that edits a key: those that are there. */
export const editMembers = {
  name: v.optional(keyName),
  description: v.optional(description),
  scopes: v.optional(scopeList),
  allowed_ips: v.optional(allowedIps),
  fields: v.optional(fields),
};

/** The members of a key to change. */
export type KeyEdit = Values<typeof editMembers>;

/** By what the list can be narrowed. */
export const keyFilters = {
  state: bySchema('state', v.picklist(keyStates, oneOf(keyStates))),
};

/** The members of a body that reports a key. */
export const reportMembers = { key: v.string('must be a string') };

/** Checks a body that reports a key; returns the text that it reports. Throws validation_failed. */
export const parseReport = (body: unknown): string => parseMembers(body, reportMembers).key;

const checkFuture = (expiresAt: string | null | undefined, now: Date): Violation[] =>
  expiresAt && new Date(expiresAt) <= now
    ? [
        {
          pointer: '/expires_at',
          code: 'out_of_range',
          detail: 'expires_at must be in the future.',
        },
      ]
    : [];
