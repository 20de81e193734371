import * as v from 'valibot';
import { parseRfc3339 } from './timestamp.ts';

/** The three groups of writable fields; each is opened by a scope of its own. */
export type FieldGroup = 'profile' | 'account' | 'billing';

/** C0 control characters, U+0000 to U+001F; Postgres cannot store the first of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\u0000-\u001f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL_BUT_TAB_AND_NEWLINE = /[\u0000-\u0008\u000b-\u001f]/;

/** Lengths are in code points, as JSON Schema and Postgres count them. */
const plainText = (max: number, forbidden: RegExp, allowed = '') =>
  v.nullable(
    v.pipe(
      v.string('must be a string or null'),
      v.maxCodePoints(max, `must be at most ${max} characters long`),
      v.check((s) => s.isWellFormed(), 'must be valid Unicode, without a lone surrogate'),
      v.check(
        (s) => !forbidden.test(s),
        `must not contain a control character (U+0000 to U+001F)${allowed}`,
      ),
    ),
  );

const line = plainText(255, CONTROL);
const phone = plainText(50, CONTROL);
const address = plainText(1000, CONTROL_BUT_TAB_AND_NEWLINE, ' except tab and newline');

const email = v.pipe(
  v.string('must be a string with an e-mail address; it cannot be cleared'),
  v.maxCodePoints(254, 'must be at most 254 characters long'),
  v.rfcEmail('must be an e-mail address, such as jsmith@example.com'),
);

const boolean = v.boolean('must be true or false; it cannot be cleared');

const anyUuid = v.pipe(v.string(), v.uuid());

/** Whether a text is a UUID, of any version and in any case. */
export const isUuid = (text: string): boolean => v.is(anyUuid, text);

const uuid = v.nullable(
  v.pipe(
    v.string('must be a string with a UUID, or null'),
    v.uuid('must be a UUID, such as 3c90c3cc-0d44-4b50-8888-8dd25736052a'),
  ),
);

const dateTime = v.nullable(
  v.pipe(
    v.string('must be a string with a date-time, or null'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const utc = parseRfc3339(dataset.value);
      if (utc !== undefined) return utc;
      addIssue({
        message:
          'must be an RFC 3339 date-time with an offset, such as 2023-11-07T05:31:56Z, of the years 0001 to 9999',
      });
      return NEVER;
    }),
  ),
);

/**
 * The writable fields of a user: which value each may have and which group it belongs to. Whatever
 * knows fields (validation, the statement, permissions, documentation, tests) derives it from here.
 */
export const userFields = {
  first_name: { group: 'profile', schema: line },
  last_name: { group: 'profile', schema: line },
  email: { group: 'profile', schema: email },
  is_active: { group: 'account', schema: boolean },
  is_superuser: { group: 'account', schema: boolean },
  birthdate: { group: 'profile', schema: dateTime },
  is_enterprise: { group: 'account', schema: boolean },
  role_id: { group: 'account', schema: uuid },
  phone: { group: 'profile', schema: phone },
  state: { group: 'profile', schema: line },
  country: { group: 'profile', schema: line },
  address: { group: 'profile', schema: address },
  active_billing_plan_id: { group: 'billing', schema: uuid },
  next_billing_plan_id: { group: 'billing', schema: uuid },
  stripe_customer_id: { group: 'billing', schema: line },
  stripe_subscription_id: { group: 'billing', schema: line },
  stripe_subscription_status: { group: 'billing', schema: line },
  stripe_has_payment_method: { group: 'billing', schema: boolean },
  is_trial: { group: 'billing', schema: boolean },
  used_trial: { group: 'billing', schema: boolean },
  is_paying: { group: 'billing', schema: boolean },
  stripe_last_payment_date: { group: 'billing', schema: dateTime },
  billing_updated_at: { group: 'billing', schema: dateTime },
  last_credits_refresh: { group: 'billing', schema: dateTime },
  next_credits_refresh: { group: 'billing', schema: dateTime },
} as const satisfies Record<string, { group: FieldGroup; schema: v.GenericSchema<unknown> }>;

export type UserField = keyof typeof userFields;

/** A valid update: the fields to change, with their new values; null clears one. */
export type UserUpdate = {
  [Field in UserField]?: v.InferOutput<(typeof userFields)[Field]['schema']>;
};

/** The fields that the server computes; accepted in a body and ignored, so that a GET can be PUT. */
export const readOnlyFields = ['follower_count', 'following_count'] as const;
