import { type Document, operationsOf } from './document.ts';
import { guides } from './guides.ts';
import { type Html, html } from './html.ts';

/** The way to every page. A popover, which small screens open with a button and large ones always show. */
export function navigation(document: Document, current: string): Html {
  const operations = operationsOf(document);
  return html`<nav id="menu" class="menu" popover aria-label="Documentation">
<h2>Guides</h2>
<ul>${guides.map(({ name, title }) => html`<li>${link(`/docs/${name}`, title, current)}</li>`)}</ul>
<h2>Reference</h2>
<ul><li>${link('/docs', 'Overview', current)}</li><li><a href="/openapi.json">OpenAPI document</a></li></ul>
${document.tags.map(
  ({ name }) =>
    html`<h3>${name}</h3><ul>${operations
      .filter(({ tag }) => tag === name)
      .map(
        ({ id, method, summary }) =>
          html`<li><a href="/docs#${id}"><span class="method ${method.toLowerCase()}">${method}</span> <span>${summary}</span></a></li>`,
      )}</ul>`,
)}
</nav>`;
}

const link = (path: string, title: string, current: string): Html =>
  html`<a href="${path}"${path === current && html` aria-current="page"`}>${title}</a>`;
