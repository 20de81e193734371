import { type Html, html } from './html.ts';

/** Returns links to the parts of a page; nothing for a page with fewer than three. */
export const contents = (parts: readonly { id: string; title: string | Html }[]): Html | false =>
  parts.length > 2 &&
  html`<nav class="contents" aria-labelledby="contents"><div><p id="contents">On this page</p>
<ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></div></nav>`;
