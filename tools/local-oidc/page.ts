import type { ServerResponse } from 'node:http';
import type { LocalUser } from './options.ts';

/** Headers of all responses: each of them can end up in a browser. */
const PAGE_HEADERS = {
  // No form-action: browsers apply it to where the provider redirects to after the form, too.
  'content-security-policy':
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  // Not no-referrer: under that Chromium sends the form with `Origin: null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

export const setPageHeaders = (response: ServerResponse): unknown =>
  response.setHeaders(new Map(Object.entries(PAGE_HEADERS)));

export function sendPage(response: ServerResponse, status: number, page: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(page);
}

/** The page on which one says who one is. No password: nothing here is worth one. */
export const choicePage = (users: readonly LocalUser[]): string =>
  page(
    'Sign in',
    `<p>Choose a person to sign in as. This provider runs on your machine and asks for no password.</p>
    <form method="post">
      <ul>${users.map(choice).join('')}</ul>
      <button class="cancel" name="cancel" value="1">Cancel</button>
    </form>`,
  );

/** A page that only says something. */
export const messagePage = (title: string, text: string): string =>
  page(title, `<p>${escaped(text)}</p>`);

const choice = ({ id, name, email }: LocalUser): string => `
        <li><button name="user" value="${escaped(id)}">
          <strong>${escaped(name)}</strong> <span>${escaped(email)}</span>
        </button></li>`;

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped(title)} · local OpenID provider</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
    <h1>${escaped(title)}</h1>
    ${content}
    </main>
  </body>
</html>
`;

const STYLE = `
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
      body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
      main { box-sizing: border-box; width: min(26rem, 100%); padding: 1.5rem; }
      h1 { margin: 0; font-size: 1.5rem; }
      ul { list-style: none; margin: 0; padding: 0; }
      button {
        box-sizing: border-box; width: 100%; padding: .75rem 1rem; margin-top: .5rem;
        font: inherit; text-align: start; color: inherit; cursor: pointer;
        background: transparent; border: 1px solid GrayText; border-radius: .5rem;
      }
      button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
      button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
      strong, span { display: block; overflow-wrap: anywhere; }
      .cancel { margin-top: 1.5rem; text-align: center; }
    `;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
