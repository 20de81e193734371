import { readFileSync } from 'node:fs';
import { withOptionalHeaders } from '../../site/openapi/shared-headers.ts';
import { signInPaths } from './sign-in-paths.ts';

// openapi.json as tests read it: the committed file, which a check compares with the code.

// biome-ignore lint/suspicious/noExplicitAny: JSON of a shape that the linters of the document check
export type Json = any;

export const document: Json = JSON.parse(readFileSync('openapi.json', 'utf8'));

/** An operation of the document, with its method and path. */
export interface DocumentedOperation {
  method: string;
  /** The path, with `{name}` for each parameter. */
  path: string;
  id: string;
  operation: Json;
}

/** The paths of openapi.json, and the sign-in routes, which are described only for tests. */
export const operations: readonly DocumentedOperation[] = Object.entries<Json>(
  withOptionalHeaders({ ...document, paths: { ...document.paths, ...signInPaths } }).paths,
).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    id: operation.operationId,
    operation,
  })),
);

/** The headers of every response. */
export const commonHeaders: Record<string, Json> = document['x-common-headers'];

/** Returns the target of a `$ref`, or the value itself. */
export const resolve = (thing: Json): Json =>
  typeof thing?.$ref === 'string'
    ? thing.$ref
        .slice(2)
        .split('/')
        .reduce((at: Json, step: string) => at[step.replaceAll('~1', '/')], document)
    : thing;

/** Whether the path of a URL matches a path of the document. */
const isAt = (path: string, pathname: string): boolean =>
  new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);

/** Returns a path with unescaped unreserved characters (RFC 3986, section 6.2.2.2). */
const normal = (pathname: string): string =>
  pathname.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escaped;
  });

/** Returns the operations at the path of a URL. Of two matching paths, the one without parameters wins. */
function operationsAt(escaped: string): DocumentedOperation[] {
  const pathname = normal(escaped);
  const exact = operations.filter(({ path }) => path === pathname);
  return exact.length > 0 ? exact : operations.filter(({ path }) => isAt(path, pathname));
}

/** Returns the documented responses to a request, by status. HEAD has those of GET. */
export function responsesTo(method: string, pathname: string): Record<string, Json> {
  const unlisted = document['x-unlisted-responses'];
  const here = operationsAt(pathname);
  if (here.length === 0) return unlisted.unknown_path;
  if (method === 'OPTIONS') return unlisted.options;
  const wantedMethod = method === 'HEAD' ? 'GET' : method;
  return (
    here.find((at) => at.method === wantedMethod)?.operation.responses ?? unlisted.unknown_method
  );
}

/** Returns the methods of a path, for `Allow`. */
export const methodsAt = (pathname: string): string[] =>
  operationsAt(pathname).flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
