import { type Document, operationsOf, pathOf, tagPath } from './document.ts';
import { guides } from './guides.ts';
import { type Html, html } from './html.ts';
import type { Page, Site } from './layout.ts';
import { methodBadge } from './operation.ts';

/** The first page: all guides and all operations. */
export const overviewPage = ({ document }: Site): Page => ({
  path: '/docs',
  title: 'Documentation',
  description:
    'The documentation of the profile API: guides, and every operation with its fields, responses and errors.',
  content: html`<article class="prose overview">
<h1>Documentation</h1>
<p class="lead">Retrieve and update user profiles over HTTPS, with JSON. New here? Start with the <a href="/docs/quick-start">quick start</a>.</p>
<h2 id="guides">Guides</h2>
<ul>${guides.map(({ name, title, description }) => html`<li><a href="/docs/${name}">${title}</a> <span class="muted">${description}</span></li>`)}</ul>
<h2 id="reference">API reference</h2>
<p>Every operation with its fields, responses and errors, and examples in cURL, JavaScript, Python, Swift and Kotlin.</p>
${operationLists(document)}
<h2 id="for-tools">For tools</h2>
<ul><li><a href="/openapi.json">openapi.json</a> <span class="muted">The whole API in OpenAPI 3.1, to import or to generate a client from.</span></li>
<li><a href="/openapi-3.0.json">openapi-3.0.json</a> <span class="muted">The same in OpenAPI 3.0, for tools that do not know 3.1.</span></li>
<li><a href="/llms.txt">llms.txt</a> <span class="muted">What agents read first.</span></li></ul>
</article>`,
});

/** Each operation has the anchor from when this page was the whole reference, so that old links work. */
const operationLists = (document: Document): Html[] =>
  document.tags.map(
    ({ name, description }) => html`<h3><a href="${tagPath(name)}">${name}</a></h3>
<p>${description}</p>
<ul class="operations">${operationsOf(document)
      .filter(({ tag }) => tag === name)
      .map(
        (operation) =>
          html`<li id="${operation.id}">${methodBadge(operation)} <a href="${pathOf(operation)}">${operation.summary}</a> <code class="operation-path">${operation.path}</code></li>`,
      )}</ul>`,
  );
