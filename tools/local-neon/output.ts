import type { FieldDef } from 'pg';
import { arrayTextToJson } from './array-text.ts';
import { refusal } from './errors.ts';

/** Turns the Postgres text of one value into JSON text. */
type ToJson = (text: string) => string;

/** Picks the conversion for a type OID. */
export type Conversions = (typeOid: number) => ToJson;

/** Element type and delimiter of every array type, by the OID of the array type. */
export type ArrayTypes = ReadonlyMap<number, { element: number; delimiter: string }>;

/** The mode that the driver uses: every value stays Postgres text. */
export const rawText: Conversions = () => JSON.stringify;

/** The mode without `Neon-Raw-Text-Output`: values become JSON types where JSON has one. */
export function typedValues(arrays: ArrayTypes): Conversions {
  const conversion = (typeOid: number): ToJson => {
    const array = arrays.get(typeOid);
    if (array === undefined) return SCALARS.get(typeOid) ?? JSON.stringify;
    return (text) => arrayTextToJson(text, array.delimiter, conversion(array.element));
  };
  return conversion;
}

// Numbers and JSON documents are copied as they are: parsing could only lose digits.
const asIs: ToJson = (text) => text;
const boolean: ToJson = (text) => (text === 't' ? 'true' : 'false');
const float: ToJson = (text) => (/^-?(NaN|Infinity)$/.test(text) ? JSON.stringify(text) : text);

const SCALARS = new Map<number, ToJson>([
  [16, boolean],
  [21, asIs], // int2
  [23, asIs], // int4
  [114, asIs], // json
  [700, float], // float4
  [701, float], // float8
  [3802, asIs], // jsonb
]);

/**
 * Returns a function that turns the rows of one result into JSON: arrays, or objects, in which two
 * columns of the same name are two members of the same name.
 */
export function rowEncoder(fields: FieldDef[], arrayMode: boolean, conversions: Conversions) {
  const columns = fields.map(({ name, dataTypeID }) => ({
    key: arrayMode ? '' : `${JSON.stringify(name)}:`,
    toJson: conversions(dataTypeID),
  }));
  const [open, close] = arrayMode ? '[]' : '{}';
  /** @throws NeonError (500) for a value that cannot be converted */
  return (row: (string | null)[]): string => {
    try {
      const values = columns.map(({ key, toJson }, index) => {
        const text = row[index] ?? null;
        return key + (text === null ? 'null' : toJson(text));
      });
      return `${open}${values.join(',')}${close}`;
    } catch {
      throw refusal(500, 'could not parse postgres response');
    }
  };
}
