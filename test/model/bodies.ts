import fc from 'fast-check';
import { EXAMPLES, type Example, FIELDS, type Field, type Fields, fieldNames } from './fields.ts';
import { type ModelResponse, problem } from './world.ts';

const invalid = (...places: string[]): ModelResponse => problem(422, 'validation_failed', places);

/** Members that are not fields, and their errors, if any. */
const EXTRAS = {
  id: (id: string) => [{ id }],
  'id in capitals': (id: string) => [{ id: id.toUpperCase() }],
  counters: () => [{ follower_count: 7, following_count: 'x' }],
  'another id': () => [{ id: FAR_AWAY }, '/id id_mismatch'],
  'id that is no string': () => [{ id: 7 }, '/id id_mismatch'],
  'unknown field': () => [{ no_such_field: 'A' }, '/no_such_field unknown_field'],
  'name to escape': () => [{ 'a/b~c': 1 }, '/a~1b~0c unknown_field'],
  'name of a method': () => [{ constructor: 1 }, '/constructor unknown_field'],
  'name of a column': () => [{ version: 1 }, '/version unknown_field'],
} satisfies Record<string, (id: string) => [object, string?]>;
type Extra = keyof typeof EXTRAS;

const FAR_AWAY = '11111111-1111-4111-8111-111111111111';

/** Bodies that are not JSON objects, and their responses. */
const FORMS: Record<string, { text: string; flaw: ModelResponse }> = {
  empty: { text: '', flaw: problem(400, 'malformed_json') },
  broken: { text: '{"first_name": "Ada"', flaw: problem(400, 'malformed_json') },
  list: { text: '[]', flaw: invalid(' invalid_type') },
  null: { text: 'null', flaw: invalid(' invalid_type') },
  large: { text: JSON.stringify('x'.repeat(65_536)), flaw: problem(413, 'body_too_large') },
};

export const bodyForms = Object.keys(FORMS);

export interface BodyChoice {
  /** Fields, each with the number of an example. */
  fields: [Field, number][];
  /** Whether to send the fields together with the whole user, as an app does that sends it back. */
  document: boolean;
  extras: Extra[];
  form: string;
}

export interface Body {
  text: string;
  update: Partial<Fields>;
  flaws: ModelResponse[];
}

const isValid = (example: Example): boolean => 'stored' in example;

const exampleNumber = (field: Field): fc.Arbitrary<number> => {
  const examples = EXAMPLES[FIELDS[field][1]];
  return fc.oneof(
    { weight: 60, arbitrary: fc.nat(examples.filter(isValid).length - 1) },
    { weight: 1, arbitrary: fc.nat(examples.length - 1) },
  );
};

const fieldsFrom = (names: readonly Field[], maxLength: number): fc.Arbitrary<[Field, number][]> =>
  fc.uniqueArray(
    fc.constantFrom(...names).chain((name) => fc.tuple(fc.constant(name), exampleNumber(name))),
    { maxLength, selector: ([name]) => name, size: 'max' },
  );

/** The fields that other rules depend on. They are few, so that sequences use them repeatedly. */
export const HOT: Field[] = ['first_name', 'phone', 'birthdate', 'is_paying', 'country'];
const RISKY: Field[] = [...HOT, 'email', 'role_id', 'is_superuser', 'next_billing_plan_id'];

const rarely = <T>(arbitrary: fc.Arbitrary<T>, nil: T, weight = 20): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(nil) }, { weight: 1, arbitrary });

export const bodyChoice: fc.Arbitrary<BodyChoice> = fc.record({
  fields: fc.oneof(
    { weight: 6, arbitrary: fieldsFrom(HOT, 2) },
    { weight: 3, arbitrary: fieldsFrom(RISKY, 3) },
    { weight: 1, arbitrary: fieldsFrom(fieldNames, fieldNames.length) },
  ),
  document: rarely(fc.constant(true), false),
  extras: rarely(fc.subarray(Object.keys(EXTRAS) as Extra[], { maxLength: 3 }), [], 12),
  form: rarely(fc.constantFrom(...bodyForms), 'object', 20),
});

/** Returns a body for a user with these fields. The domain is added to an address that ends with `@`. */
export function makeBody(
  choice: BodyChoice,
  id: string,
  current: Partial<Fields>,
  domain: string,
): Body {
  const form = FORMS[choice.form];
  if (form) return { text: form.text, update: {}, flaws: [form.flaw] };
  const places = new Map<string, string>();
  const update: Partial<Fields> = choice.document ? { ...current } : {};
  const body: Record<string, unknown> = choice.document
    ? { ...current, id, follower_count: 0, following_count: 0 }
    : {};
  for (const [name, number] of choice.fields) {
    const example = atDomain(EXAMPLES[FIELDS[name][1]][number] as Example, domain);
    body[name] = example.sent;
    places.delete(name);
    if ('stored' in example) update[name] = example.stored;
    else places.set(name, `/${name} ${example.wrong}`);
  }
  for (const extra of choice.extras) {
    const [members, place] = EXTRAS[extra](id) as [object, string?];
    Object.assign(body, members);
    const name = Object.keys(members)[0] as string;
    if (place) places.set(name, place);
    else places.delete(name);
  }
  return {
    text: JSON.stringify(body),
    update,
    flaws: places.size > 0 ? [invalid(...places.values())] : [],
  };
}

const atDomain = (example: Example, domain: string): Example =>
  typeof example.sent === 'string' && /^\w+@$/.test(example.sent)
    ? { sent: example.sent + domain, stored: example.sent + domain }
    : example;
