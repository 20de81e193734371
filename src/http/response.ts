/** Two years; not for subdomains, because the domain is the operator's. On the Settings page too. */
export const HSTS = 'max-age=63072000';

/** On every response. RFC 6797 (HSTS); the URL can have the key, hence no referrer and no store. */
export const ALWAYS: Readonly<Record<string, string>> = {
  // A proxy that compressed a response would make its ETag a weak one, which If-Match never matches.
  'Cache-Control': 'no-store, no-transform',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': HSTS,
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'ETag, Idempotency-Replayed, Location, Preference-Applied, RateLimit-Policy, Retry-After, Server-Timing, Sunset, Worker-Version, X-Request-Id',
  'Timing-Allow-Origin': '*',
};

/** Sets the headers that every response has, errors and preflights included. */
export function setCommonHeaders(headers: Headers, requestId: string): void {
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  headers.set('X-Request-Id', requestId);
}

/** Names of headers, separated by commas, few enough to be repeated. */
const NAMES = /^[\w!#$%&'*+.^`|~, -]{1,4000}$/;

/**
 * The response to OPTIONS (Fetch standard, section 3.3; RFC 5789, section 3.1): any origin may call, without
 * cookies and with any header. Tracing and the like add their own, and none of them is trusted. Those
 * that the browser asks for are repeated; `*` covers all but Authorization, and not in old browsers.
 */
export function preflight(
  allow: string,
  patchTypes: readonly string[] | undefined,
  { headers }: Request,
): Response {
  const requested = headers.get('Access-Control-Request-Headers') ?? '';
  return new Response(null, {
    status: 204,
    headers: {
      Allow: allow,
      ...(patchTypes && { 'Accept-Patch': patchTypes.join(', ') }),
      'Access-Control-Allow-Methods': allow,
      'Access-Control-Allow-Headers': NAMES.test(requested) ? requested : '*, Authorization',
      'Access-Control-Max-Age': '86400',
      Vary: 'Access-Control-Request-Headers',
    },
  });
}

/** The published envelope around every successful response. */
export const envelope = (
  message: string,
  data: unknown,
  { meta = {}, ...init }: ResponseInit & { meta?: object } = {},
): Response => Response.json({ message, meta, data }, init);

/** The binding of the static files. */
interface Files {
  fetch(url: URL): Promise<Response>;
}

/** The path of the page for a missing page. */
export const MISSING_PAGE = '/404';

/**
 * The page for a missing page, for a browser that requests one; undefined for programs,
 * and for everybody below /api.
 */
export async function missingPage(
  { method, headers, url }: Request,
  bindings: { ASSETS?: Files },
): Promise<Response | undefined> {
  const accepted = headers.get('Accept') ?? '';
  const isForPeople = /\btext\/html\b/i.test(accepted) && !/json/i.test(accepted);
  const isPage = !new URL(url).pathname.startsWith('/api/');
  if (!isForPeople || !isPage || !['GET', 'HEAD'].includes(method)) return undefined;
  const page = await bindings.ASSETS?.fetch(new URL(MISSING_PAGE, url));
  if (!page?.ok) return undefined;
  const response = new Response(page.body, { status: 404, headers: page.headers });
  response.headers.delete('ETag');
  response.headers.set('Cache-Control', 'no-store');
  return response;
}
