import { contents } from './contents.ts';
import { commonHeadersOf, type Document, operationsOf, tagPath } from './document.ts';
import { html } from './html.ts';
import type { Page, Site } from './layout.ts';
import { headerList, operationSection } from './operation.ts';
import { keyPlace, ownValues } from './own-values.ts';

/** The reference: a page for each tag, with all its operations. */
export const referencePages = ({ document }: Site): Page[] =>
  document.tags.map((tag) => referencePage(document, tag));

function referencePage(document: Document, { name, description }: Document['tags'][number]): Page {
  const operations = operationsOf(document).filter(({ tag }) => tag === name);
  return {
    path: tagPath(name),
    title: `${name}: API reference`,
    description: `${description} Fields, responses, errors, and examples in cURL, JavaScript, Python, Swift and Kotlin.`,
    wide: true,
    content: html`<header class="intro">
<p class="crumb"><a href="/docs#reference">API reference</a></p>
<h1>${name}</h1>
<p class="lead">${description}</p>
${contents(operations.map(({ id, summary }) => ({ id, title: summary })))}
${ownValues({ open: true })}
${keyPlace}
<noscript><p class="notice warn">Without JavaScript, the examples show placeholders for the server, the key and the user, and you cannot send requests from this page.</p></noscript>
</header>
${operations.map((operation) => operationSection(document, operation))}
<section class="common">
<h2 id="headers-of-every-response">Headers of every response</h2>
<p class="note">Every response has these in addition to its own.</p>
${headerList(document, commonHeadersOf(document), 'of every response')}
</section>`,
  };
}
