import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { NDJSON } from '../../src/http/body.ts';
import { commonHeaders, document, type Json, methodsAt, resolve, responsesTo } from './document.ts';

// Compares every response that a test receives with openapi.json. Anything undocumented is an error.

/** A response, and its request. */
export interface Exchange {
  method: string;
  /** The path of the URL, without the query. */
  pathname: string;
  status: number;
  headers: Headers;
  text: string;
}

/** Headers of the connection or the body, not of the API. */
const TRANSPORT = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
]);

/** Throws if the response is undocumented or differs from the document. */
export function checkContract(exchange: Exchange): void {
  const { method, pathname, status } = exchange;
  const documented = responsesTo(method, pathname)[status];
  const faults = documented
    ? [
        ...headerFaults({ ...documented.headers, ...commonHeaders }, exchange.headers),
        ...bodyFaults(documented.content ?? {}, exchange),
        ...agreementFaults(exchange),
      ]
    : ['this status is not documented'];
  if (faults.length === 0) return;
  throw new Error(
    `${method} ${pathname} returned ${status}, not as openapi.json says:\n${faults
      .map((fault) => `- ${fault}`)
      .join('\n')}\n${exchange.text.slice(0, 2000)}`,
  );
}

function headerFaults(documented: Record<string, Json>, headers: Headers): string[] {
  const faults: string[] = [];
  const known = new Set(TRANSPORT);
  for (const [name, reference] of Object.entries(documented)) {
    known.add(name.toLowerCase());
    const header = resolve(reference);
    const values = name === 'Set-Cookie' ? headers.getSetCookie() : [headers.get(name)];
    if (values.length === 0 || values[0] === null) {
      if (header.required) faults.push(`the header ${name} is missing`);
    } else
      for (const value of values)
        faults.push(...schemaFaults(`header ${name}`, header.schema, value));
  }
  for (const name of headers.keys())
    if (!known.has(name)) faults.push(`the header ${name} is not documented`);
  return faults;
}

function bodyFaults(
  documented: Record<string, Json>,
  { method, headers, text }: Exchange,
): string[] {
  const type = headers.get('content-type');
  const expected = Object.keys(documented);
  if (expected.length === 0 ? type !== null : !expected.includes(type ?? ''))
    return [`the Content-Type is ${type}, not ${expected.join(' or ') || 'absent'}`];
  if (type === null || method === 'HEAD') return text === '' ? [] : ['there is a body'];
  if (type === NDJSON)
    return text
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => schemaFaults('line', documented[type].schema, JSON.parse(line)));
  return schemaFaults('body', documented[type].schema, JSON.parse(text));
}

/** Returns where parts of a response contradict each other, which no schema can express. */
function agreementFaults({ method, pathname, status, headers, text }: Exchange): string[] {
  const faults: string[] = [];
  const allow = headers.get('allow');
  if (allow !== null && allow !== [...methodsAt(pathname), 'OPTIONS'].join(', '))
    faults.push(`Allow is ${allow}`);
  if (status < 400 || method === 'HEAD') return faults;
  const problem = JSON.parse(text);
  if (problem.status !== status) faults.push(`the member status is ${problem.status}`);
  if (problem.request_id !== headers.get('x-request-id'))
    faults.push('request_id differs from X-Request-Id');
  if (!problem.type.endsWith(`/docs/errors/${problem.code}`))
    faults.push('type does not match code');
  return faults;
}

const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
addFormats.default(ajv);
for (const format of ['int32']) ajv.addFormat(format, true);
for (const [name, schema] of Object.entries(document.components.schemas))
  ajv.addSchema(withClosedParts(schema) as object, `#/components/schemas/${name}`);

const validators = new Map<unknown, ValidateFunction>();

/** Returns how a value differs from a schema of the document. */
export function schemaFaults(what: string, schema: Json, value: unknown): string[] {
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile(closed(schema) as object);
    validators.set(schema, validate);
  }
  // Header values are text; the document has their types.
  const isNumber = schema.type === 'integer' && typeof value === 'string' && /^\d+$/.test(value);
  if (validate(isNumber ? Number(value) : value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/**
 * Returns a schema that allows documented members only. The document allows others, so that members can
 * be added. Schemas are closed where they are used, not where they are defined: `allOf` may extend them.
 */
function closed(schema: Json): Json {
  const parts = withClosedParts(schema);
  const isOpenObject = parts.properties || parts.$ref || parts.allOf;
  return isOpenObject ? { ...parts, unevaluatedProperties: false } : parts;
}

function withClosedParts(schema: Json): Json {
  const { properties, items, allOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, part]) => [name, closed(part)]),
      ),
    }),
    ...(items && { items: closed(items) }),
    ...(allOf && { allOf: allOf.map(withClosedParts) }),
  };
}

const PAGES = /^\/($|settings|docs|openapi(-3\.0)?\.json$|llms\.txt$|robots\.txt$|favicon\.ico$)/;

const origins = new Set<string>();

/** Makes `checkResponse` compare every response of an origin with openapi.json. */
export const checkOrigin = (origin: string): void => void origins.add(new URL(origin).origin);

/** A response with its whole body. */
export interface ApiResponse {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  body: any;
  text: string;
}

/** Sends a request and returns the response, which `check-fetch.ts` has compared with the document. */
export async function fetchResponse(url: string, init: RequestInit = {}): Promise<ApiResponse> {
  const response = await fetch(url, init);
  const text = await response.text();
  const { status, headers } = response;
  const isJson = /[/+]json/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
}

/** Throws if a response of a Worker under test differs from the document. */
export function checkResponse(url: string, response: Omit<Exchange, 'pathname'>): void {
  const { origin, pathname } = new URL(url);
  // Pages and their files do not belong to the API.
  const isHtml = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  const isPage = (PAGES.test(pathname) || isHtml) && !response.headers.has('server-timing');
  if (origins.has(origin) && !isPage) checkContract({ pathname, ...response });
}
