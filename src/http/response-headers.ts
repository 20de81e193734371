import { MERGE_PATCH } from './body.ts';

/** Two years; not for subdomains, for the domain is the operator's. On the Settings page too. */
export const HSTS = 'max-age=63072000';

/** On every answer. RFC 6797 (HSTS); the key may stand in the URL, hence no referrer and no store. */
export const ALWAYS: Readonly<Record<string, string>> = {
  // A proxy that compressed an answer would make its ETag a weak one, which If-Match never matches.
  'Cache-Control': 'no-store, no-transform',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': HSTS,
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'ETag, Idempotency-Replayed, Preference-Applied, RateLimit-Policy, Retry-After, Server-Timing, Sunset, X-Request-Id',
  'Timing-Allow-Origin': '*',
};

/** Sets the headers that every answer has, errors and preflights included. */
export function setCommonHeaders(headers: Headers, requestId: string): void {
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  headers.set('X-Request-Id', requestId);
}

/** Names of headers, separated by commas, few enough to be repeated. */
const NAMES = /^[\w!#$%&'*+.^`|~, -]{1,4000}$/;

/**
 * Answers OPTIONS: any origin may call, without cookies (Fetch standard, section 3.3; RFC 5789, section
 * 3.1), with any header, since tracing and the like add their own and none of them is trusted. Those
 * that the browser asks for are repeated; `*` covers all but Authorization, and not in old browsers.
 */
export function preflight(allow: string, { headers }: Request): Response {
  const asked = headers.get('Access-Control-Request-Headers') ?? '';
  return new Response(null, {
    status: 204,
    headers: {
      Allow: allow,
      ...(allow.includes('PATCH') && { 'Accept-Patch': MERGE_PATCH.join(', ') }),
      'Access-Control-Allow-Methods': allow,
      'Access-Control-Allow-Headers': NAMES.test(asked) ? asked : '*, Authorization',
      'Access-Control-Max-Age': '86400',
      Vary: 'Access-Control-Request-Headers',
    },
  });
}

/** The caller's own request id if it is safe to repeat in a header and a log, else a new UUID. */
export function requestIdOf(request: Request): string {
  const own = request.headers.get('X-Request-Id') ?? '';
  return /^[A-Za-z0-9._-]{1,128}$/.test(own) ? own : crypto.randomUUID();
}
