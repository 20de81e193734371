import { type Html, html } from './html.ts';

/** Links to the parts of a page; nothing for a page that has few. */
export const contents = (parts: readonly { id: string; title: string | Html }[]): Html | false =>
  parts.length > 2 &&
  html`<nav class="contents" aria-labelledby="contents"><div><p id="contents">On this page</p>
<ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></div></nav>`;
