import * as v from 'valibot';
import type { Revert } from '../db/schema.ts';
import {
  bySchema,
  type Checked,
  checkId,
  checkMembers,
  isObject,
  parseMembers,
  required,
  throwIfAny,
  validationFailed,
} from '../http/validation.ts';
import { boolean, dateTime, email, fromPostgres, LINES, plainText, uuid } from '../http/values.ts';
import { type FieldGroup, type Scope, scopeOfGroup } from '../permissions.ts';

const line = v.nullable(plainText(255));
const phone = v.nullable(plainText(50));
const address = v.nullable(plainText(1000, LINES));
const reference = v.nullable(uuid);
const instant = v.nullable(dateTime);
const count = v.pipe(v.number(), v.integer());

/** The group of what the server computes. */
const COMPUTED = null;

/**
 * The members of a user in the published order: which value each may have, and which group of writable
 * fields it belongs to. Whatever knows fields (validation, the response, permissions, documentation,
 * tests) derives it from here; what a member means, from the comment behind it.
 */
export const userMembers = {
  first_name: { group: 'profile', schema: line }, // Given name.
  last_name: { group: 'profile', schema: line }, // Family name.
  email: { group: 'profile', schema: email }, // E-mail address, unique regardless of case.
  id: { group: COMPUTED, schema: uuid }, // The id of the user.
  is_active: { group: 'account', schema: boolean }, // Whether the user is active. The keys of an inactive user are refused.
  is_superuser: { group: 'account', schema: boolean }, // Whether the keys of the user can have the scopes that only superusers have.
  birthdate: { group: 'profile', schema: instant }, // Date of birth. Send a whole day as midnight UTC: `1815-12-10T00:00:00Z`.
  is_enterprise: { group: 'account', schema: boolean }, // Whether the user has an enterprise account.
  role_id: { group: 'account', schema: reference }, // The id of the role of the user.
  phone: { group: 'profile', schema: phone }, // Phone number, in any format.
  state: { group: 'profile', schema: line }, // State, province or region.
  country: { group: 'profile', schema: line }, // Country.
  address: { group: 'profile', schema: address }, // Postal address.
  active_billing_plan_id: { group: 'billing', schema: reference }, // The id of the current billing plan.
  next_billing_plan_id: { group: 'billing', schema: reference }, // The id of the billing plan that follows the current one.
  stripe_customer_id: { group: 'billing', schema: line }, // The id of the customer at Stripe.
  stripe_subscription_id: { group: 'billing', schema: line }, // The id of the subscription at Stripe.
  stripe_subscription_status: { group: 'billing', schema: line }, // The status of the subscription at Stripe.
  stripe_has_payment_method: { group: 'billing', schema: boolean }, // Whether Stripe has a payment method of the user.
  is_trial: { group: 'billing', schema: boolean }, // Whether the user is in a trial period.
  used_trial: { group: 'billing', schema: boolean }, // Whether the user has had a trial period.
  is_paying: { group: 'billing', schema: boolean }, // Whether the user pays.
  stripe_last_payment_date: { group: 'billing', schema: instant }, // When the last payment was made at Stripe.
  billing_updated_at: { group: 'billing', schema: instant }, // When the billing data was last updated.
  last_credits_refresh: { group: 'billing', schema: instant }, // When the credits were last refreshed.
  next_credits_refresh: { group: 'billing', schema: instant }, // When the credits will next be refreshed.
  follower_count: { group: COMPUTED, schema: count }, // The number of followers.
  following_count: { group: COMPUTED, schema: count }, // The number of users that the user follows.
} as const satisfies Record<string, { group: FieldGroup | typeof COMPUTED; schema: Schema }>;

type Members = typeof userMembers;
type Member = keyof Members;
type Schema = v.GenericSchema<unknown>;

/** The name of a writable field. */
export type UserField = {
  [Name in Member]: Members[Name]['group'] extends FieldGroup ? Name : never;
}[Member];

const memberNames = Object.keys(userMembers) as Member[];

/** The writable fields. */
export const userFields = Object.fromEntries(
  Object.entries(userMembers).filter(([, { group }]) => group !== COMPUTED),
) as Pick<Members, UserField>;

/** The members that the server computes; accepted in a body and ignored, so that a GET can be PUT. */
export const readOnlyFields = memberNames.filter(
  (name) => userMembers[name].group === COMPUTED && name !== 'id',
);

/** The names of the fields that these scopes may change. */
export const writableFields = (granted: readonly Scope[]): string[] =>
  Object.entries(userFields)
    .filter(([, { group }]) => granted.includes(scopeOfGroup[group]))
    .map(([name]) => name);

/** A valid update: the fields to change, with their new values; null clears one. */
export type UserUpdate = {
  [Field in UserField]?: v.InferOutput<Members[Field]['schema']>;
};

/** A user as the API returns it: 28 members in the published order. */
export type PublicUser = { [Name in Member]: v.InferOutput<Members[Name]['schema']> };

/** A row of `users` as JSON of Postgres, which has date-times in another form. */
export type UserRow = Readonly<Record<Member, unknown>> & {
  readonly id: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
};

/** Brings a row into the form in which the API returns it. Throws a TypeError if it has none. */
export const toUser = (row: UserRow): PublicUser =>
  Object.fromEntries(memberNames.map((name) => [name, toValue(name, row[name])])) as PublicUser;

/** Brings the value of a member into the form in which the API returns it. Throws a TypeError if it has none. */
export function toValue(name: Member, value: unknown): unknown {
  if (value === undefined) throw new TypeError(`no ${name}`);
  return userMembers[name].schema === instant && value !== null
    ? fromPostgres(value as string)
    : value;
}

const fieldChecks = Object.fromEntries(
  Object.entries(userFields).map(([name, { schema }]) => [name, bySchema(name, schema as Schema)]),
);

/** They may be sent back with the rest of a document. */
const ignored = Object.fromEntries(
  readOnlyFields.map((name) => [name, (): Checked => ({ violations: [] })]),
);

/**
 * Checks the path's user id and a parsed body, and returns the update that they ask for. Throws
 * validation_failed.
 */
export function parseUserUpdate(userId: string, body: unknown): UserUpdate {
  const id = (value: unknown) => checkSameId(value, userId);
  const { values, violations } = checkMembers(body, { ...fieldChecks, id, ...ignored });
  throwIfAny([...checkId('user_id', userId), ...violations]);
  return values;
}

/** A user to be created: the fields of the body, and the id if the caller has chosen one. */
export interface NewUser {
  readonly id: string | undefined;
  readonly values: UserUpdate;
}

/** Checks a parsed body that requests a new user. Throws validation_failed. */
export function parseNewUser(body: unknown): NewUser {
  const checks = { ...fieldChecks, id: bySchema('id', uuid), ...ignored };
  const { values, violations } = checkMembers(body, checks);
  const lacksEmail = isObject(body) && !('email' in body);
  throwIfAny([...violations, ...(lacksEmail ? [required('email')] : [])]);
  const { id, ...fields } = values;
  return { id: id as string | undefined, values: fields };
}

/** Checks the user id of a path that comes without a body. Throws validation_failed. */
export function parseUserId(id = ''): string {
  throwIfAny(checkId('user_id', id));
  return id;
}

/** The largest version that a path or a body can name: an `integer` of Postgres. */
const MAX_VERSION = 2 ** 31 - 1;
const version = (least: number) =>
  v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(least, `must be at least ${least}`),
      v.maxValue(MAX_VERSION, 'must be the version of a change'),
    ),
  );

/** The members of a body that requests to revert a user. The first version can be erased, not undone. */
export const revertMembers = { version: version(1), undo: version(2) };

/** Checks a body that requests to revert a user: to a version, or one change. Throws validation_failed. */
export function parseRevert(body: unknown): Revert {
  const { version, undo } = parseMembers(body, revertMembers);
  if (version !== undefined && undo === undefined) return { version };
  if (undo !== undefined && version === undefined) return { undo };
  const detail = 'Send either version or undo.';
  throw validationFailed([
    version === undefined
      ? { pointer: '', code: 'required', detail }
      : { pointer: '/undo', code: 'unknown_field', detail },
  ]);
}

/** Whether a user can have this version. */
export const isVersionNumber = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_VERSION;

/** Checks the version of a path. Throws validation_failed. */
export function parseVersion({ version = '' }: Readonly<Record<string, string>>): number {
  if (/^[1-9]\d*$/.test(version) && isVersionNumber(Number(version))) return Number(version);
  const detail = 'version must be a whole number from 1.';
  throw validationFailed([{ parameter: 'version', code: 'out_of_range', detail }]);
}

/** The id may be sent back too, but not changed. */
const checkSameId = (value: unknown, userId: string): Checked => ({
  violations:
    typeof value === 'string' && value.toLowerCase() === userId.toLowerCase()
      ? []
      : [
          {
            pointer: '/id',
            code: 'id_mismatch',
            detail: 'id must equal the id in the path or be left out.',
          },
        ],
});
