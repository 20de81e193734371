import { fetchResponse } from './contract.ts';

/** A response as a browser sees it. */
export interface Visit {
  status: number;
  /** The absolute URL of a redirect; null if there is none. */
  location: string | null;
  headers: Headers;
  text: string;
}

const MAX_REDIRECTS = 10;

/** The parts of a browser that sign-in needs. It stores cookies, and `follow` follows redirects. */
export class Browser {
  /** The cookies by origin and name. */
  readonly cookies = new Map<string, Map<string, string>>();

  async visit(url: string, init: RequestInit = {}): Promise<Visit> {
    const jar = this.jar(url);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
    const response = await fetchResponse(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    const location = response.headers.get('location');
    return { ...response, location: location === null ? null : new URL(location, url).href };
  }

  /** Follows redirects until a response is a page, or the next URL begins with `until`. */
  async follow(url: string, until?: string): Promise<Visit & { url: string }> {
    let at = url;
    for (let i = 0; i < MAX_REDIRECTS; i++) {
      const visit = await this.visit(at);
      const { location } = visit;
      if (location === null || (until && location.startsWith(until))) return { ...visit, url: at };
      at = location;
    }
    throw new Error('too many redirects');
  }

  jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    return jar;
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const gone = attributes.some((a) => /^(max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(a));
  if (gone) jar.delete(name);
  else jar.set(name, value);
}
