import { userFields } from '../../src/users/fields.ts';

export type Group = 'profile' | 'account' | 'billing';
export type Kind = 'line' | 'phone' | 'address' | 'email' | 'boolean' | 'instant' | 'role' | 'plan';

/** The 25 writable fields of the reference, written a second time. */
const REFERENCE = {
  first_name: ['profile', 'line'],
  last_name: ['profile', 'line'],
  email: ['profile', 'email'],
  birthdate: ['profile', 'instant'],
  phone: ['profile', 'phone'],
  state: ['profile', 'line'],
  country: ['profile', 'line'],
  address: ['profile', 'address'],
  is_active: ['account', 'boolean'],
  is_superuser: ['account', 'boolean'],
  is_enterprise: ['account', 'boolean'],
  role_id: ['account', 'role'],
  active_billing_plan_id: ['billing', 'plan'],
  next_billing_plan_id: ['billing', 'plan'],
  stripe_customer_id: ['billing', 'line'],
  stripe_subscription_id: ['billing', 'line'],
  stripe_subscription_status: ['billing', 'line'],
  stripe_has_payment_method: ['billing', 'boolean'],
  is_trial: ['billing', 'boolean'],
  used_trial: ['billing', 'boolean'],
  is_paying: ['billing', 'boolean'],
  stripe_last_payment_date: ['billing', 'instant'],
  billing_updated_at: ['billing', 'instant'],
  last_credits_refresh: ['billing', 'instant'],
  next_credits_refresh: ['billing', 'instant'],
} as const satisfies Record<string, readonly [Group, Kind]>;

export type Field = keyof typeof REFERENCE;

const referenceNames = Object.keys(REFERENCE) as Field[];

/** Fields that are not in the reference. Each has the kind of a field with the same schema. */
const later = Object.entries(userFields)
  .filter(([name]) => !Object.hasOwn(REFERENCE, name))
  .map(([name, { group, schema }]) => {
    const like = referenceNames.find((known) => userFields[known].schema === schema);
    if (!like) throw new Error(`Add the kind of ${name} to the model.`);
    return [name, [group, REFERENCE[like][1]]] as const;
  });

export const FIELDS: Readonly<Record<Field, readonly [Group, Kind]>> = {
  ...REFERENCE,
  ...Object.fromEntries(later),
};
export type Value = string | boolean | null;
export type Fields = Record<Field, Value>;

export const fieldNames = Object.keys(FIELDS) as Field[];

/** The id of the existing role and plan, and an unknown id. */
export const EXISTING_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
export const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** A value that a client may send, and its meaning: a stored value, or an error. */
export type Example = { sent: unknown } & ({ stored: Value } | { wrong: string });

const same = (...values: Value[]): Example[] =>
  values.map((value) => ({ sent: value, stored: value }));

const wrong = (code: string, ...values: unknown[]): Example[] =>
  values.map((value) => ({ sent: value, wrong: code }));

const text = (max: number, ...more: Example[]): Example[] => [
  ...same('Ada', null, 'Zoë "Z" \\ 👩‍🚀', '', '𝒜'.repeat(max)),
  ...more,
  ...wrong('too_long', 'x'.repeat(max + 1)),
  ...wrong('invalid_type', 7, true, {}),
  ...wrong('invalid_character', 'a\u0000b', 'a\u000bb', '\ud800'),
];

const reference: Example[] = [
  ...same(EXISTING_ID, null, UNKNOWN_ID),
  { sent: EXISTING_ID.toUpperCase(), stored: EXISTING_ID },
  ...wrong('invalid_format', 'x', ''),
  ...wrong('invalid_type', 1),
];

/** `@` stands for a domain of the sequence, because addresses are unique in the database. */
export const EXAMPLES: Record<Kind, Example[]> = {
  line: text(255, ...wrong('invalid_character', 'a\nb', 'a\rb')),
  phone: text(50, ...wrong('invalid_character', 'a\tb')),
  address: text(1000, ...same('a\tb\r\nc\nd\re')),
  email: [
    ...same('ada@', 'bob@', 'eve@', 'EVE@', 'new@', 'New@'),
    ...wrong('not_nullable', null),
    ...wrong('invalid_format', 'nobody', 'a b@example.com', `${'x'.repeat(65)}@example.com`),
    ...wrong('invalid_type', 1),
  ],
  boolean: [
    ...same(true, false),
    ...wrong('not_nullable', null),
    ...wrong('invalid_type', 'true', 0),
  ],
  instant: [
    ...same('2000-01-01T00:00:00Z', null, '1815-12-10T00:00:00Z'),
    { sent: '2000-01-01T02:00:00+02:00', stored: '2000-01-01T00:00:00Z' },
    { sent: '2023-11-07t07:31:56.123456789+02:00', stored: '2023-11-07T05:31:56.123456Z' },
    ...wrong('invalid_format', '2023-02-30T00:00:00Z', '2023-11-07', '2023-11-07T07:31:56'),
    ...wrong('invalid_type', 0),
  ],
  role: reference,
  plan: reference,
};

/** Returns a user with the defaults of the database. */
export const blank = (email: string, more: Partial<Fields>): Fields => ({
  ...(Object.fromEntries(
    fieldNames.map((name) => [name, FIELDS[name][1] === 'boolean' ? false : null]),
  ) as Fields),
  is_active: true,
  email,
  ...more,
});
