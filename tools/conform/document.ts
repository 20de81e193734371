import { readFile } from 'node:fs/promises';

/** The parts of an OpenAPI 3.1 document that the checks use. */
export interface Document {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: {
    schemas: Record<string, Schema>;
    headers?: Record<string, Header>;
  };
  /** The headers of every response. */
  'x-common-headers'?: Record<string, Header>;
}

interface Header {
  schema: Schema;
}

export interface Response {
  headers?: Record<string, { $ref?: string; schema?: Schema }>;
  content?: Record<string, { schema: Schema }>;
}

export type Schema = { [keyword: string]: unknown };

const COMMITTED = new URL('../../openapi.json', import.meta.url);

/** Returns the document that the base URL serves, or if there is none, that of this repository. */
export async function findDocument(
  base: string,
  headers: Record<string, string> = {},
): Promise<{ document: Document; whose: string }> {
  const own = await fetch(`${base}/openapi.json`, { headers, signal: AbortSignal.timeout(30_000) })
    .then((response) => (response.ok ? (response.json() as Promise<Document>) : undefined))
    .catch(() => undefined);
  if (own?.openapi?.startsWith('3.1') && own.paths && own.components?.schemas)
    return { document: own, whose: 'its own /openapi.json' };
  const document = JSON.parse(await readFile(COMMITTED, 'utf8')) as Document;
  return { document, whose: 'the openapi.json of this repository' };
}

/** Returns a copy that forbids undocumented members, so that leaks are noticed. */
export function closed(document: Document): Document {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components.schemas)) close(schema);
  for (const operations of Object.values(copy.paths))
    for (const { responses = {} } of Object.values(operations))
      for (const { content = {} } of Object.values(responses))
        for (const { schema } of Object.values(content)) close(schema);
  return copy;
}

/** Forbids undocumented members, but not in the parts of an allOf, which each have only some members. */
function close(schema: Schema | undefined): void {
  const properties = schema?.['properties'] as Record<string, Schema> | undefined;
  if (!schema || !properties) return;
  schema['additionalProperties'] ??= false;
  for (const property of Object.values(properties)) close(property);
}
