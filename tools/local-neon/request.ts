import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { refusal } from './errors.ts';
import { type JsonValue, parameterText } from './parameters.ts';

/** One statement to run. */
export interface SqlQuery {
  text: string;
  /** Text for each of `$1`, `$2`…; null is SQL NULL. */
  params: (string | null)[];
  /** Overrides the mode of the request for this query; null leaves it. */
  arrayMode: boolean | null;
}

/** The body of a request: one autocommitted statement, or several in one transaction. */
export type SqlBody = { kind: 'single'; query: SqlQuery } | { kind: 'batch'; queries: SqlQuery[] };

/** The modes in the headers of a request. */
export interface SqlModes {
  /** Values as Postgres text instead of JSON types. */
  rawText: boolean;
  /** Rows as arrays instead of objects. */
  arrayMode: boolean;
  /** A key of ISOLATION_LEVELS; null is the default of the database. */
  isolation: string | null;
  readOnly: boolean;
  deferrable: boolean;
}

/** Header value to SQL. */
export const ISOLATION_LEVELS = new Map([
  ['ReadUncommitted', 'READ UNCOMMITTED'],
  ['ReadCommitted', 'READ COMMITTED'],
  ['RepeatableRead', 'REPEATABLE READ'],
  ['Serializable', 'SERIALIZABLE'],
]);

/** @throws NeonError (400) for an unknown isolation level */
export function readModes(headers: IncomingHttpHeaders): SqlModes {
  const isolation = headers['neon-batch-isolation-level'] ?? null;
  if (isolation !== null && !ISOLATION_LEVELS.has(String(isolation))) {
    throw refusal(400, 'invalid isolation level');
  }
  return {
    rawText: headers['neon-raw-text-output'] === 'true',
    arrayMode: headers['neon-array-mode'] === 'true',
    isolation: isolation === null ? null : String(isolation),
    readOnly: headers['neon-batch-read-only'] === 'true',
    deferrable: headers['neon-batch-deferrable'] === 'true',
  };
}

/**
 * Reads the body, giving up as soon as it is longer than `maxBytes`.
 * @throws NeonError (413) when it is longer, or the stream's error when the client disconnects
 */
export function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // Not `for await`: leaving that loop early destroys the socket, and the 413 with it.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(refusal(413, `request is too large (max is ${maxBytes} bytes)`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

/** @throws NeonError (400) when the body is not JSON, or has neither of the two shapes */
export function parseBody(bytes: Buffer): SqlBody {
  const body = parseJson(bytes);
  // As in production, a valid `query` wins even beside `queries`.
  const query = readQuery(body);
  if (query !== null) return { kind: 'single', query };
  const list = isObject(body) ? body['queries'] : undefined;
  if (Array.isArray(list)) {
    const queries = list.map(readQuery);
    if (queries.every((item) => item !== null)) return { kind: 'batch', queries };
  }
  throw unreadable('data did not match any variant of untagged enum Payload');
}

function parseJson(bytes: Buffer): JsonValue {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

/** Returns a query; null if the value is not one. */
function readQuery(value: JsonValue): SqlQuery | null {
  if (!isObject(value)) return null;
  const { query, params = [], arrayMode = null } = value;
  if (typeof query !== 'string' || !Array.isArray(params)) return null;
  if (arrayMode !== null && typeof arrayMode !== 'boolean') return null;
  const texts = params.map(parameterText);
  // Half of a surrogate pair cannot be sent as UTF-8; it would silently become another character.
  if (![query, ...texts].every((text) => text === null || text.isWellFormed())) {
    throw unreadable('lone surrogate in a string');
  }
  return { text: query, params: texts, arrayMode };
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(reason: string) {
  return refusal(400, `could not parse the HTTP request body: ${reason}`);
}
