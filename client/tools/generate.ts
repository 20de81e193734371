import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import { withOptionalHeaders } from '../../site/openapi/shared-headers.ts';
import { NDJSON } from '../../src/http/body.ts';
import { command, runCommand } from '../../tools/command.ts';

const DOCUMENT = new URL('../../openapi.json', import.meta.url);
/** What they are written to. */
export const FILE = new URL('../src/api.ts', import.meta.url);

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { headers?: unknown };
}

interface Operation {
  requestBody?: { content: Content };
  responses: Record<string, { description: string; headers?: unknown; content?: Content }>;
}

type Content = Record<string, unknown>;

/**
 * Only what the client uses: it sends no lines, and reads the headers of responses by name; their types
 * would be the most.
 */
function withoutRest({ paths, components, ...rest }: Document): object {
  const { headers: _, ...kept } = components;
  for (const { requestBody, responses } of Object.values(paths).flatMap((path) =>
    Object.values(path),
  )) {
    delete requestBody?.content[NDJSON];
    for (const [status, response] of Object.entries(responses)) {
      delete response.headers;
      delete response.content?.[NDJSON];
      response.description = status;
    }
  }
  return { ...rest, paths, components: kept };
}

/** The types as the document has them now. */
export async function currentTypes(): Promise<string> {
  const document = withOptionalHeaders(JSON.parse(await readFile(DOCUMENT, 'utf8')) as Document);
  const schema = withoutRest(document) as Parameters<typeof openapiTS>[0];
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
