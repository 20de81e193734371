import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import { withOptionalHeaders } from '../../site/openapi/optional-headers.ts';
import { command, runCommand } from '../../tools/command.ts';

const DOCUMENT = new URL('../../openapi.json', import.meta.url);
/** What they are written to. */
export const FILE = new URL('../src/api.ts', import.meta.url);

interface Operation {
  tags: string[];
  responses: Record<string, { description: string; headers?: unknown }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { headers?: unknown };
}

/**
 * The part that a client with a key needs: signing in is for browsers, and the headers of answers,
 * which the client reads by name, would be nine tenths of the types.
 */
function forClients({ paths, components, ...rest }: Document): object {
  const { headers: _, ...kept } = components;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).some(({ tags }) => tags.includes('Signing in')) ? [] : [[path, methods]],
  );
  for (const [, methods] of operations as [string, Record<string, Operation>][])
    for (const { responses } of Object.values(methods))
      for (const [status, response] of Object.entries(responses)) {
        delete response.headers;
        response.description = status;
      }
  return { ...rest, paths: Object.fromEntries(operations), components: kept };
}

/** The types as the document has them now. */
export async function currentTypes(): Promise<string> {
  const document = withOptionalHeaders(JSON.parse(await readFile(DOCUMENT, 'utf8')) as Document);
  const schema = forClients(document) as Parameters<typeof openapiTS>[0];
  // A default is what the server takes, so the member may be left out.
  const ast = await openapiTS(schema, { defaultNonNullable: false });
  return `// Made from openapi.json by npm run generate; not to be edited.\n\n${astToString(ast)}`;
}

if (import.meta.main)
  await runCommand(
    command('npm run generate -w client --', 'Writes src/api.ts from openapi.json.').action(
      async () => writeFile(FILE, await currentTypes()),
    ),
  );
