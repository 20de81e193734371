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
