import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { checkBody, checkMembers, requireValid } from '../../src/http/validation.ts';
import { draftMembers } from '../../src/keys/requests.ts';
import { readOnlyFields, userFields } from '../../src/users/fields.ts';

const ofUsers = [...Object.keys(userFields), 'id', ...readOnlyFields];

/** Returns the known name that is suggested for an unknown one. */
function hinted(name: string, known: readonly string[] = ofUsers): string | undefined {
  const checks = Object.fromEntries(known.map((field) => [field, (value: unknown) => ({ value })]));
  const [violation] = checkMembers({ [name]: 1 }, checks).violations;
  return /^Unknown field\. Did you mean (\w+)\?$/.exec(violation?.detail ?? '')?.[1];
}

describe('an unknown name gets a suggestion', () => {
  test.each([
    ['firstname', 'first_name'],
    ['FirstName', 'first_name'],
    ['first-name', 'first_name'],
    ['First Name', 'first_name'],
    ['fist_name', 'first_name'],
    ['frist_name', 'first_name'],
    ['lastName', 'last_name'],
    ['e-mail', 'email'],
    ['mail', 'email'],
    ['emial', 'email'],
    ['birth_date', 'birthdate'],
    ['birthday', 'birthdate'],
    ['isActive', 'is_active'],
    ['active', 'is_active'],
    ['is_super_user', 'is_superuser'],
    ['pone', 'phone'],
    ['contry', 'country'],
    ['adress', 'address'],
    ['stat', 'state'],
    ['roleId', 'role_id'],
    ['stripe_customer', 'stripe_customer_id'],
    ['used_trail', 'used_trial'],
    ['paying', 'is_paying'],
    ['activ_billing_plan_id', 'active_billing_plan_id'],
    ['followers_count', 'follower_count'],
    ['ID', 'id'],
  ])('of a similar name: %s, %s', (name, known) => expect(hinted(name)).toBe(known));

  test.each([
    ['Name', 'name'],
    ['scope', 'scopes'],
    ['expiresAt', 'expires_at'],
    ['requirePrecondition', 'require_precondition'],
  ])('of a similar member of a key: %s, %s', (name, known) =>
    expect(hinted(name, Object.keys(draftMembers))).toBe(known),
  );

  test.each(
    'avatar_url name zip city status nickname title username surname full_name display_name age gender notes date data created_at version type url uid ip user_id password locale timezone company region street postal_code phone_number telephone date_of_birth is_admin is_staff is_verified is_premium plan_id billing_plan_id tags bio picture constructor toString a n0 credits currency website stripe_id'.split(
      ' ',
    ),
  )('no suggestion if no name is similar: %s', (name) => expect(hinted(name)).toBeUndefined());

  test.each(['', '___', '名前', 'x'.repeat(60_000), `${'x'.repeat(60_000)}email`])(
    'no suggestion for any other name',
    (name) => expect(hinted(name)).toBeUndefined(),
  );
});

describe('a body', () => {
  const members = { text: v.string(), count: v.optional(v.number(), 7) };

  test('has the valid values, and what is wrong with the others', () => {
    const { values, violations } = checkBody({ text: 'a', count: 'b', other: 1 }, members);
    expect(values).toEqual({ text: 'a', count: 7 });
    expect(violations).toMatchObject([
      { pointer: '/count', code: 'invalid_type' },
      { pointer: '/other', code: 'unknown_field' },
    ]);
  });

  test('gives its values if all are valid and nothing else is wrong', () => {
    const checked = checkBody({ text: 'a' }, members);
    expect(requireValid(checked)).toEqual({ text: 'a', count: 7 });
    const other = { parameter: 'id', code: 'invalid_format', detail: '' } as const;
    expect(() => requireValid(checked, [other])).toThrow('errors');
  });

  test('without a member that must be there gives nothing', () => {
    expect(() => requireValid(checkBody({}, members))).toThrow('errors');
  });

  test('leaves out a member whose check gives neither a value nor a violation', () => {
    const checked = checkMembers({ id: 1 }, { id: () => ({ violations: [] }) });
    expect(checked).toEqual({ values: {}, violations: [] });
  });
});
