import type { Schema } from '../openapi/schemas.ts';
import { COMMON_HEADERS, withOptionalHeaders } from '../openapi/shared-headers.ts';
import { slugOf } from './markdown.ts';

/** The parts of the OpenAPI document that the reference shows. */
export interface Document {
  info: { title: string; version: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, RawOperation>>;
  components: Record<'schemas' | 'headers' | 'examples', Record<string, Schema>> & {
    securitySchemes: Record<string, SecurityScheme>;
  };
  [COMMON_HEADERS]: Record<string, Schema>;
}

export interface SecurityScheme {
  type: string;
  in?: string;
  name?: string;
  description: string;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description: string;
  schema: Schema;
  example: string | number;
}

interface RawOperation {
  operationId: string;
  tags: [string];
  summary: string;
  description: string;
  security: Record<string, unknown>[];
  parameters: Parameter[];
  requestBody?: { content: Record<string, BodyContent> };
  responses: Record<string, RawResponse>;
}

interface BodyContent {
  schema: Schema;
  examples: Record<string, { value: unknown }>;
}

interface RawResponse {
  description: string;
  headers: Record<string, Schema>;
  content?: Record<
    string,
    { schema: Schema; example?: unknown; examples?: Record<string, Schema> }
  >;
}

/** An operation, with its references resolved. */
export interface Operation {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  /** The names of the security schemes, of which one is required; empty for a public operation. */
  schemes: string[];
  /** Whether the examples send an API key. */
  isKeyed: boolean;
  parameters: Parameter[];
  body?: { type: string; types: string[]; schema: Schema; examples: Record<string, unknown> };
  responses: DocumentedResponse[];
  /** The codes of errors by their status. */
  problems: { status: string; codes: string[] }[];
}

export interface DocumentedResponse {
  status: string;
  description: string;
  headers: { name: string; description: string }[];
  schema?: Schema;
  example?: unknown;
}

/** Returns the schema that a `$ref` names, or the schema itself if it is none. */
export function follow(document: Document, schema: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const [kind = '', name = ''] = reference.split('/').slice(2);
  const found = (document.components as Record<string, Record<string, unknown>>)[kind]?.[name];
  if (!found) throw new Error(`The document has no ${reference}.`);
  return found as Schema;
}

/** Returns the path of the reference page that has the operations of a tag. */
export const tagPath = (tag: string): string => `/docs/reference/${slugOf(tag)}`;

/** Returns the path and anchor where the reference describes an operation. */
export const pathOf = ({ tag, id }: Operation): string => `${tagPath(tag)}#${id}`;

/** Each page has them in its navigation. */
const read = new WeakMap<Document, Operation[]>();

/** Returns all operations in the order of the tags, and within a tag in the order of the paths. */
export function operationsOf(document: Document): Operation[] {
  const known = read.get(document) ?? readOperations(document);
  read.set(document, known);
  return known;
}

function readOperations(document: Document): Operation[] {
  const all = Object.entries(withOptionalHeaders(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => operationOf(document, method, path, raw)),
  );
  return document.tags.flatMap(({ name }) => all.filter(({ tag }) => tag === name));
}

function operationOf(
  document: Document,
  method: string,
  path: string,
  raw: RawOperation,
): Operation {
  const content = Object.entries(raw.requestBody?.content ?? {});
  const [type, body] = content[0] ?? [];
  const schemes = raw.security.flatMap((one) => Object.keys(one));
  return {
    id: raw.operationId,
    tag: raw.tags[0],
    method: method.toUpperCase(),
    path,
    summary: raw.summary,
    description: raw.description,
    schemes,
    isKeyed: schemes.some((name) => document.components.securitySchemes[name]?.in !== 'cookie'),
    parameters: raw.parameters,
    ...(type &&
      body && {
        body: bodyOf(
          document,
          type,
          body,
          content.map(([name]) => name),
        ),
      }),
    responses: responsesOf(document, raw),
    problems: problemsOf(raw),
  };
}

const bodyOf = (document: Document, type: string, body: BodyContent, types: string[]) => ({
  type,
  types,
  schema: follow(document, body.schema),
  examples: Object.fromEntries(
    Object.entries(body.examples).map(([name, { value }]) => [name, value]),
  ),
});

const responsesOf = (document: Document, { responses }: RawOperation): DocumentedResponse[] =>
  Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, { description, headers, content }]) => {
      const body = content?.['application/json'];
      return {
        status,
        description,
        headers: headersOf(document, headers),
        ...(body && { schema: body.schema, example: body.example }),
      };
    });

const headersOf = (
  document: Document,
  headers: Record<string, Schema>,
): DocumentedResponse['headers'] =>
  Object.entries(headers).map(([name, header]) => ({
    name,
    description: String(follow(document, header)['description']),
  }));

/** The headers that every response has. */
export const commonHeadersOf = (document: Document): DocumentedResponse['headers'] =>
  headersOf(document, document[COMMON_HEADERS]);

const problemsOf = ({ responses }: RawOperation): Operation['problems'] =>
  Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .map(([status, { content }]) => ({
      status,
      codes: Object.keys(content?.['application/problem+json']?.examples ?? {}),
    }));
