import { CONNECTION_STRING, type HttpCall, type HttpResponse, PASSWORD } from './http.ts';

/** One request of a check, and the expected response. */
export interface Step {
  /** The body: a string is sent as it is, anything else as JSON. */
  req?: unknown;
  /** Output modes: `r` for raw text, `a` for arrays. Default `ra`. */
  mode?: string;
  /** Further request headers. */
  h?: Record<string, string>;
  /** Another connection string; null for none. `PASSWORD` stands for the right one. */
  cs?: string | null;
  method?: string;
  path?: string;
  /** Pad the body with spaces to this many bytes. */
  pad?: number;
  /** Close the connection after this many milliseconds, and expect no response. */
  abort?: number;
  /** Milliseconds to wait before the request. */
  wait?: number;
  /** Default 200. */
  status?: number;
  body?: unknown;
  /** Expected fields of an error. Others must be null. */
  error?: Record<string, string>;
  /** Expected response headers: null for absent, `<any>` for present. */
  rh?: Record<string, string | null>;
  /** Expected values of these keys of the body. Other keys do not matter. */
  pick?: Record<string, unknown>;
  /** The exact body. */
  text?: string;
}

export interface Check {
  id: string;
  title: string;
  steps: Step[];
}

const ERROR_KEYS =
  'message code detail hint position internalPosition internalQuery severity where table column ' +
  'schema dataType constraint file line routine';

/** The HTTP request of a step. */
export function toCall(step: Step): HttpCall {
  const mode = step.mode ?? 'ra';
  const connectionString =
    step.cs === undefined ? CONNECTION_STRING : (step.cs?.replace('PASSWORD', PASSWORD) ?? null);
  const body = typeof step.req === 'string' ? step.req : JSON.stringify(step.req);
  return {
    method: step.method ?? 'POST',
    path: step.path ?? '/sql',
    headers: {
      ...(connectionString !== null && { 'Neon-Connection-String': connectionString }),
      ...(mode.includes('r') && { 'Neon-Raw-Text-Output': 'true' }),
      ...(mode.includes('a') && { 'Neon-Array-Mode': 'true' }),
      ...step.h,
    },
    body: (body ?? '').padEnd(step.pad ?? 0),
    ...(step.abort !== undefined && { abortAfterMs: step.abort }),
  };
}

/** Returns every difference between a response and the expectation of its step. */
export function differences(step: Step, response: HttpResponse): string[] {
  const found: string[] = [];
  if (response.status !== (step.status ?? 200)) found.push(`status: ${response.status}`);
  for (const [name, expected] of Object.entries(step.rh ?? {})) {
    if (!headerMatches(expected, response.headers[name])) {
      found.push(`header ${name}: ${response.headers[name]}`);
    }
  }
  if (step.text !== undefined && response.text !== step.text) found.push(`text: ${response.text}`);
  if (step.text !== undefined) return found;
  const body: unknown = JSON.parse(response.text);
  if (step.body !== undefined) compare(expandFields(step.body), body, 'body', found);
  if (step.error !== undefined) compareError(step.error, body, found);
  for (const [key, expected] of Object.entries(step.pick ?? {})) {
    compare(expandFields({ [key]: expected }), pickKey(body, key), 'body', found);
  }
  return found;
}

function headerMatches(expected: string | null, actual: unknown): boolean {
  if (expected === null) return actual === undefined;
  if (typeof actual !== 'string') return false;
  return expected === '<any>' || (expected === '*' ? actual === '*' : matches(expected, actual));
}

function compareError(expected: Record<string, string>, body: unknown, found: string[]): void {
  const allKeys = Object.fromEntries(ERROR_KEYS.split(' ').map((key) => [key, null]));
  const actual = { ...(body as Record<string, unknown>) };
  delete actual['neon:retryable'];
  compare({ ...allKeys, ...expected }, actual, 'error', found);
}

function pickKey(body: unknown, key: string): Record<string, unknown> {
  return isObject(body) && key in body ? { [key]: body[key] } : {};
}

/** A field may be written as [name, type, table, column, size, modifier]. */
function expandFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expandFields);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isFields = key === 'fields' && Array.isArray(item);
      return [key, isFields ? item.map(expandField) : expandFields(item)];
    }),
  );
}

function expandField(field: unknown): unknown {
  if (!Array.isArray(field)) return field;
  const [name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier] = field;
  const numbers = { dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier };
  return { name, ...numbers, format: 'text' };
}

/** Deep comparison: the same keys, the same length, the same types. */
function compare(expected: unknown, actual: unknown, path: string, found: string[]): void {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    for (const [index, item] of expected.entries()) {
      compare(item, actual[index], `${path}[${index}]`, found);
    }
  } else if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!(key in expected)) found.push(`${path}.${key}: not expected`);
      else if (!(key in actual)) found.push(`${path}.${key}: missing`);
      else compare(expected[key], actual[key], `${path}.${key}`, found);
    }
  } else if (!matches(expected, actual)) {
    found.push(`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }
}

/** `*` stands for anything but null, `abc*` for text that starts with `abc`. */
function matches(expected: unknown, actual: unknown): boolean {
  if (expected === '*') return actual !== null && actual !== undefined;
  if (typeof expected !== 'string' || !expected.endsWith('*')) return expected === actual;
  return typeof actual === 'string' && actual.startsWith(expected.slice(0, -1));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
