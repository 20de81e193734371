import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert, convertV2 } from 'openapi-to-postmanv2';

// Imports the document as Postman does, and sends the collection with newman.

/** The ways to import it: like the application, and like the older interface. */
export const imports = {
  'by default': [convertV2, {}],
  'with examples': [convertV2, { parametersResolution: 'Example' }],
  'by default, version 1': [convert, {}],
  'with examples, version 1': [convert, { requestParametersResolution: 'Example' }],
} as const;

/** A request of a collection, or a folder of requests. */
interface Item {
  name: string;
  item?: Item[];
  request?: PostmanRequest;
}

interface PostmanRequest {
  method: string;
  url: { path: string[]; variable?: { key: string; value: string }[] };
  header?: { key: string; value: string; disabled?: boolean }[];
  auth?: { apikey?: { key: string; value: string }[] } | null;
}

export interface Collection {
  item: Item[];
}

/** Returns the collection that an import creates from the document. */
export function collectionOf(document: string, how: keyof typeof imports): Promise<Collection> {
  const [convertNow, options] = imports[how];
  return new Promise((resolve, reject) => {
    convertNow({ type: 'string', data: document }, options, (error, result) => {
      const collection = result?.output?.[0]?.data;
      if (collection) resolve(collection as Collection);
      else reject(error ?? new Error(result?.reason));
    });
  });
}

/** Returns all requests of a collection. */
export const requestsOf = ({ item }: Collection): PostmanRequest[] =>
  item.flatMap((one) => (one.item ? requestsOf({ item: one.item }) : (one.request ?? [])));

/** Returns where a request has its API key; undefined if nowhere. */
export const keyPlaceOf = ({ auth }: PostmanRequest): string | undefined =>
  auth?.apikey?.find(({ key }) => key === 'in')?.value;

/** Returns the status of each request of a collection, by method and path. */
export async function send(
  collection: Collection,
  variables: Readonly<Record<string, string>>,
): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'newman-'));
  try {
    const [file, report] = [join(folder, 'collection.json'), join(folder, 'report.json')];
    await writeFile(file, JSON.stringify(collection));
    const newman = spawn(
      process.execPath,
      [
        createRequire(import.meta.url).resolve('newman/bin/newman.js'),
        ...['run', file, '--ignore-redirects', '--reporters', 'json'],
        ...['--reporter-json-export', report],
        ...Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } },
    );
    await once(newman, 'close');
    const { run } = JSON.parse(await readFile(report, 'utf8')) as { run: Run };
    return Object.fromEntries(
      run.executions.map(({ item: { request }, response }) => [
        `${request.method} /${request.url.path.join('/')}`,
        response?.code ?? 0,
      ]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Run {
  executions: { item: { request: PostmanRequest }; response?: { code: number } }[];
}
