import type { IncomingHttpHeaders } from 'node:http';
import { embeddedNull, refusal } from './errors.ts';

/** User, password and database of a request. */
export interface Login {
  user: string;
  password: string;
  database: string;
  /** The first label of the host, in lower case: Neon's name for a compute. */
  endpoint: string;
  /** Empty when the URL has none. */
  applicationName: string;
}

/**
 * Reads the login from the `Neon-Connection-String` header. The order of the checks is the order
 * in which Neon reports faults.
 * @throws NeonError (400) naming the first fault
 */
export function readLogin(headers: IncomingHttpHeaders): Login {
  const url = parseUrl(headers['neon-connection-string']);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw refusal(400, 'incorrect scheme');
  }
  const database = decode(url.pathname.split('/')[1] ?? '');
  if (database === '') throw refusal(400, 'missing database name');
  const user = decode(url.username);
  if (user === '') throw refusal(400, 'missing username');
  // A bearer token belongs to another service of Neon, which this server does not implement.
  const password = decode(url.password);
  if (headers.authorization !== undefined || password === '') {
    throw refusal(400, 'missing authentication credentials: required password');
  }
  if (url.hostname === '' || url.hostname.startsWith('[')) {
    throw refusal(400, 'missing hostname');
  }
  const endpoint = url.hostname.split('.', 1)[0]?.toLowerCase() ?? '';
  const applicationName = url.searchParams.get('application_name') ?? '';
  if ([user, password, database, applicationName].some((part) => part.includes('\0'))) {
    throw embeddedNull();
  }
  return { user, password, database, endpoint, applicationName };
}

function parseUrl(header: string | string[] | undefined): URL {
  if (typeof header !== 'string' || !/^[\t\x20-\x7e]*$/.test(header)) {
    throw refusal(400, 'invalid header: neon-connection-string');
  }
  const url = URL.parse(header);
  if (url === null) throw refusal(400, 'invalid connection string: not a valid URL');
  return url;
}

/** Percent-decodes one part of the URL. A `%` that starts no escape is kept. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    throw refusal(400, 'invalid connection string: escaped text is not valid UTF-8');
  }
}
