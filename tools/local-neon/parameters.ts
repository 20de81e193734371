/** A value as `JSON.parse` returns it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/**
 * Returns the text that is bound for a parameter, or null for SQL NULL. Postgres infers the type from
 * the statement, so it needs only text.
 */
export function parameterText(value: JsonValue): string | null {
  if (value === null || typeof value === 'string') return value;
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value);
}

/** `['a', null, [1]]` becomes `{"a",NULL,{1}}`. */
function arrayLiteral(items: JsonValue[]): string {
  return `{${items.map(arrayElement).join(',')}}`;
}

function arrayElement(value: JsonValue): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return arrayLiteral(value);
  if (typeof value === 'string') return quoted(value);
  const json = JSON.stringify(value);
  return typeof value === 'object' ? quoted(json) : json;
}

/** Quotes every string, because an unquoted `NULL` would mean SQL NULL. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
