/**
 * What a URI means the same with and without an escape (RFC 3986, section 2.3): letters, digits, -._~. Not
 * where it would complete another escape, which itty-router would decode in turn: `%%32e`, `%2e`, `.`.
 */
const ESCAPED_UNRESERVED = /(?<!%[\da-f]?)%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

/**
 * A path in its normal form (RFC 3986, section 6.2.2.2): words and parameters alike are compared as they
 * are. Any other escape stays; no route and no id has one.
 */
export const normalPath = (pathname: string): string =>
  pathname.replace(ESCAPED_UNRESERVED, decodeURIComponent);

/** The binding of the static files. */
interface Files {
  fetch(url: URL): Promise<Response>;
}

/** Where the page lies that says so of any other. */
export const MISSING_PAGE = '/404';

/**
 * The page that says that there is none here, for a browser that asks for one; undefined for programs,
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
  const answer = new Response(page.body, { status: 404, headers: page.headers });
  answer.headers.delete('ETag');
  answer.headers.set('Cache-Control', 'no-store');
  return answer;
}
