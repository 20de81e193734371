import { MISSING_PAGE } from '../../src/http/response.ts';
import { html } from './html.ts';
import type { Page } from './layout.ts';

/** The page that browsers receive for a path that does not exist. */
export const missingPage: Page = {
  path: MISSING_PAGE,
  title: 'Page not found',
  description: 'This page does not exist.',
  missing: true,
  content: html`<article class="prose">
<h1>Page not found</h1>
<p class="lead">There is no page at this address. Check it for a typing error.</p>
<ul><li><a href="/docs">Documentation</a></li><li><a href="/settings">API keys</a></li></ul>
</article>`,
};
