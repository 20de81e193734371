import * as v from 'valibot';
import { boolean, dateTime, email, LINES, plainText, uuid } from '../http/values.ts';

/** The three groups of writable fields; each is opened by a scope of its own. */
export type FieldGroup = 'profile' | 'account' | 'billing';

const line = v.nullable(plainText(255));
const phone = v.nullable(plainText(50));
const address = v.nullable(plainText(1000, LINES));
const reference = v.nullable(uuid);
const instant = v.nullable(dateTime);

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
  birthdate: { group: 'profile', schema: instant },
  is_enterprise: { group: 'account', schema: boolean },
  role_id: { group: 'account', schema: reference },
  phone: { group: 'profile', schema: phone },
  state: { group: 'profile', schema: line },
  country: { group: 'profile', schema: line },
  address: { group: 'profile', schema: address },
  active_billing_plan_id: { group: 'billing', schema: reference },
  next_billing_plan_id: { group: 'billing', schema: reference },
  stripe_customer_id: { group: 'billing', schema: line },
  stripe_subscription_id: { group: 'billing', schema: line },
  stripe_subscription_status: { group: 'billing', schema: line },
  stripe_has_payment_method: { group: 'billing', schema: boolean },
  is_trial: { group: 'billing', schema: boolean },
  used_trial: { group: 'billing', schema: boolean },
  is_paying: { group: 'billing', schema: boolean },
  stripe_last_payment_date: { group: 'billing', schema: instant },
  billing_updated_at: { group: 'billing', schema: instant },
  last_credits_refresh: { group: 'billing', schema: instant },
  next_credits_refresh: { group: 'billing', schema: instant },
} as const satisfies Record<string, { group: FieldGroup; schema: v.GenericSchema<unknown> }>;

export type UserField = keyof typeof userFields;

/** A valid update: the fields to change, with their new values; null clears one. */
export type UserUpdate = {
  [Field in UserField]?: v.InferOutput<(typeof userFields)[Field]['schema']>;
};

/** The fields that the server computes; accepted in a body and ignored, so that a GET can be PUT. */
export const readOnlyFields = ['follower_count', 'following_count'] as const;
