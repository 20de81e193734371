import { apiCompare, type Diff } from 'api-smart-diff';
import { withCommonHeaders, withOptionalHeaders } from './shared-headers.ts';

/** The changes from one OpenAPI document to another that can break a client, in words. */
export function breakingChanges(before: Described, after: Described): string[] {
  const { diffs } = apiCompare(comparable(before), comparable(after));
  return diffs.filter(isBreaking).map(inWords);
}

type Described = Parameters<typeof withOptionalHeaders>[0];

/**
 * A copy for the tool, which compares operations: each has the headers that are described once. Every type
 * is a list, because the tool would report a change from a name to a list only as "other".
 */
const comparable = (document: Described): object =>
  JSON.parse(JSON.stringify(withCommonHeaders(withOptionalHeaders(document))), (name, value) =>
    name === 'type' && typeof value === 'string' ? [value] : value,
  );

/** What the tool says, but for where it does not know what we promise. */
function isBreaking({ type, action, path }: Diff): boolean {
  // References are followed, so a component is judged where it is used: there it is clear who sends it.
  if (path[0] === 'components') return false;
  const [part, keyword] = path.slice(-3).map(String);
  const isError = path.includes('application/problem+json');
  // New errors are no breach: a client falls back on the status (RFC 9457, section 3.1.1).
  if (isError && part === 'code' && keyword === 'enum' && action === 'add') return false;
  // The headers that every response has: what a browser or a cache does with it.
  if (path.at(-1) === 'const' && path.includes('headers')) return false;
  return type === 'breaking' || breaksRequests(action, path);
}

/** It takes bodies to be open, and what has a default to be never missing. Ours are closed. */
function breaksRequests(action: Diff['action'], path: Diff['path']): boolean {
  const keyword = path.at(-2);
  return (
    path.includes('requestBody') &&
    ((action === 'remove' && keyword === 'properties') ||
      (action === 'add' && keyword === 'required'))
  );
}

const inWords = ({ action, path, description }: Diff): string =>
  `- ${path.join(' ')}: ${description ?? action}`;
