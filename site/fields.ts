import type { userMembers } from '../src/users/fields.ts';

const WHOLE_DAY = 'Send a whole day as midnight UTC: `1815-12-10T00:00:00Z`.';

/** What each member of a user means, for people: in openapi.json and so in the reference. */
export const fieldWords: Readonly<Record<keyof typeof userMembers, string>> = {
  first_name: 'Given name.',
  last_name: 'Family name.',
  email: 'E-mail address, unique regardless of case.',
  id: 'The id of the user.',
  is_active: 'Whether the user is active. The keys of an inactive user are refused.',
  is_superuser: 'Whether the keys of the user can have the scopes that only superusers have.',
  birthdate: `Date of birth. ${WHOLE_DAY}`,
  is_enterprise: 'Whether the user has an enterprise account.',
  role_id: 'The id of the role of the user.',
  phone: 'Phone number, in any format.',
  state: 'State, province or region.',
  country: 'Country.',
  address: 'Postal address.',
  active_billing_plan_id: 'The id of the current billing plan.',
  next_billing_plan_id: 'The id of the billing plan that follows the current one.',
  stripe_customer_id: 'The id of the customer at Stripe.',
  stripe_subscription_id: 'The id of the subscription at Stripe.',
  stripe_subscription_status: 'The status of the subscription at Stripe.',
  stripe_has_payment_method: 'Whether Stripe has a payment method of the user.',
  is_trial: 'Whether the user is in a trial period.',
  used_trial: 'Whether the user has had a trial period.',
  is_paying: 'Whether the user pays.',
  stripe_last_payment_date: 'When the last payment was made at Stripe.',
  billing_updated_at: 'When the billing data was last updated.',
  last_credits_refresh: 'When the credits were last refreshed.',
  next_credits_refresh: 'When the credits will next be refreshed.',
  follower_count: 'The number of followers.',
  following_count: 'The number of users that the user follows.',
};
