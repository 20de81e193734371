import type { IncomingMessage } from 'node:http';
import { type NeonError, refusal } from './errors.ts';

/** Names of this machine in a `Host` header. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether the `Host` of a request is a loopback name. A domain can be made to resolve to this machine
 * (DNS rebinding). For the browser, its pages then have the same origin as this server, but their
 * requests name the domain in `Host`. An absolute request target would name a second host.
 */
export function hasLoopbackHost({ url, headersDistinct }: IncomingMessage): boolean {
  const [host = '', ...others] = headersDistinct['host'] ?? [];
  return others.length === 0 && LOOPBACK.test(host) && (url ?? '').startsWith('/');
}

/** Returns the error for a request that may come from a web page; null for requests of other programs. */
export function refuseWebPage(request: IncomingMessage): NeonError | null {
  if (!hasLoopbackHost(request)) {
    return refusal(421, 'Host must be localhost, 127.0.0.1 or [::1]');
  }
  // Not Sec-Fetch-Mode: Node's own fetch sends it.
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined) return null;
  return refusal(
    403,
    'browsers are not allowed: send the request from a server or a script, ' +
      'without Origin and Sec-Fetch-Site',
  );
}
