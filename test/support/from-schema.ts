import fc from 'fast-check';
import { ONE_LINE_PATTERN } from '../../site/openapi/patterns.ts';
import { LINES } from '../../src/http/values.ts';
import { type Json, resolve } from './document.ts';

// What a schema of the document allows, as fast-check makes it.

/** An id that is there: a role, a plan. Others lead nowhere, which is rarely of interest. */
export const KNOWN_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** Any value that the schema allows. */
export function anyOf(reference: Json): fc.Arbitrary<unknown> {
  const schema = resolve(reference);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types: string[] = [schema.type ?? []].flat();
  if (types.length === 0) return fc.jsonValue();
  return fc.oneof(...types.map((type) => valueOfType(type, schema)));
}

function valueOfType(type: string, schema: Json): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum, max: schema.maximum });
    case 'array':
      return fc.array(anyOf(schema.items), {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems,
      });
    case 'object':
      return objectOf(schema);
    case 'string':
      return textOf(schema);
    default:
      throw new Error(`test/support/from-schema.ts does not know the type ${type}.`);
  }
}

/** Of an object that has to be one of several, one has the members that each of them demands. */
function objectOf({ properties, required = [], oneOf = [{ required: [] }] }: Json) {
  const demanded: string[] = oneOf.flatMap((one: Json) => one.required);
  return fc.oneof(
    ...oneOf.map((one: Json) => {
      const members = Object.entries(properties).filter(
        ([name]) => one.required.includes(name) || !demanded.includes(name),
      );
      return fc.record(Object.fromEntries(members.map(([name, part]) => [name, anyOf(part)])), {
        requiredKeys: [...required, ...one.required],
      });
    }),
  );
}

/** A moment in any of the forms of RFC 3339 whose year in UTC has four digits. */
const instant = fc
  .tuple(
    fc.date({
      min: new Date('0001-01-03T00:00:00Z'),
      max: new Date('9999-12-28T00:00:00Z'),
      noInvalidDate: true,
    }),
    fc.constantFrom('Z', 'z', '+00:00', '-00:00', '+14:00', '-23:59', '+05:30'),
    fc.constantFrom('', '.5', '.000001', '.1234567890'),
  )
  .map(([date, offset, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}${offset}`);

const formats: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(KNOWN_ID, KNOWN_ID.toUpperCase()) },
    { weight: 1, arbitrary: fc.uuid() },
  ),
  'date-time': instant,
  email: fc.oneof(
    fc.emailAddress(),
    fc.uuid().map((id) => `${id}@Example.com`),
  ),
};

function textOf({ format, pattern, minLength = 0, maxLength }: Json): fc.Arbitrary<string> {
  const allowed = pattern === undefined ? LINES : new RegExp(pattern, 'u');
  const isAllowed = (text: string) =>
    allowed.test(text) &&
    text.isWellFormed() &&
    [...text].length >= minLength &&
    [...text].length <= maxLength;
  if (format in formats) return (formats[format] as fc.Arbitrary<string>).filter(isAllowed);
  // Free text: all sorts, short, and as long as can be.
  if (pattern === undefined || pattern === ONE_LINE_PATTERN)
    return fc.oneof(
      fc.string({ unit: 'grapheme', minLength }).filter(isAllowed),
      fc.string({ unit: 'binary', minLength }).filter(isAllowed),
      fc.constant('𝒜'.repeat(Math.min(maxLength, 4000))),
    );
  return fc.stringMatching(new RegExp(pattern)).filter(isAllowed);
}
