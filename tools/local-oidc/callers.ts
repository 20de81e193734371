import type { IncomingMessage } from 'node:http';
import { hasLoopbackHost } from '../local-neon/callers.ts';

/** Returns why a request is refused that another web page may have caused; null for all others. */
export function refuseForeign(request: IncomingMessage): { status: number; text: string } | null {
  if (!hasLoopbackHost(request)) {
    return { status: 421, text: 'Use localhost, 127.0.0.1 or [::1] as the host.' };
  }
  if (isFromOtherOrigin(request) && !opensPage(request)) {
    return { status: 403, text: 'Open this page in its own tab and sign in there.' };
  }
  return null;
}

/** Browsers send one of the two headers or both; a program sends neither. */
function isFromOtherOrigin({ headers }: IncomingMessage): boolean {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host?.toLowerCase()}`) return true;
  return site !== undefined && site !== 'same-origin';
}

/**
 * Whether a browser shows the response as a page in a tab, as after a redirect from the Settings
 * page. The previous page cannot read it, cover it or press its buttons.
 */
function opensPage({ method, headers }: IncomingMessage): boolean {
  const { origin, 'sec-fetch-dest': destination = 'document' } = headers;
  return method === 'GET' && origin === undefined && destination === 'document';
}
