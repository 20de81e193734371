import { errorCatalogue } from '../../src/errors.ts';
import { type Document, operationsOf, pathOf, tagPath } from './document.ts';
import { guides } from './guides.ts';
import { type Html, html } from './html.ts';
import { methodBadge } from './operation.ts';

interface Link {
  path: string;
  title: string;
}

const overview: Link = { path: '/docs', title: 'Overview' };
const guideLinks: Link[] = guides.map(({ name, title }) => ({ path: `/docs/${name}`, title }));
const errorLinks: Link[] = Object.entries(errorCatalogue).map(([code, { title }]) => ({
  path: `/docs/errors/${code}`,
  title,
}));

/** Links to every page: a popover that opens with a button on small screens and is shown on large ones. */
export function navigation(document: Document, current: string): Html {
  const operations = operationsOf(document);
  return html`<nav id="menu" class="menu" popover aria-label="Documentation">
<ul><li>${link(overview, current)}</li></ul>
<h2>Guides</h2>
<ul>${guideLinks.map((one) => html`<li>${link(one, current)}</li>`)}</ul>
<h2>API reference</h2>
${document.tags.map(
  ({ name }) =>
    html`<h3>${link({ path: tagPath(name), title: name }, current)}</h3><ul>${operations
      .filter(({ tag }) => tag === name)
      .map(
        (operation) =>
          html`<li><a href="${pathOf(operation)}">${methodBadge(operation)} <span>${operation.summary}</span></a></li>`,
      )}</ul>`,
)}
<h2>More</h2>
<ul><li><a href="/docs/errors#all-errors">All errors</a></li><li><a href="/openapi.json">OpenAPI document</a></li></ul>
</nav>`;
}

const link = ({ path, title }: Link, current: string): Html =>
  html`<a href="${path}"${path === current && html` aria-current="page"`}>${title}</a>`;

/** Links to the pages before and after this one: overview, guides, reference, errors. */
export function pager({ tags }: Document, current: string): Html {
  const all = [
    overview,
    ...guideLinks,
    ...tags.map(({ name }) => ({ path: tagPath(name), title: `API reference: ${name}` })),
    ...errorLinks,
  ];
  const at = all.findIndex(({ path }) => path === current);
  return html`<nav class="pager" aria-label="Previous and next page">${step('prev', 'Previous', all[at - 1])}${step('next', 'Next', all[at + 1])}</nav>`;
}

const step = (rel: 'prev' | 'next', label: string, to: Link | undefined): Html | false =>
  to !== undefined &&
  html`<a rel="${rel}" href="${to.path}"><span class="pager-label">${label}</span> ${to.title}</a>`;
