import { commonHeadersOf, operationsOf } from './document.ts';
import { PLACEHOLDERS } from './highlight.ts';
import { html } from './html.ts';
import type { Page, Site } from './layout.ts';
import { slugOf } from './markdown.ts';
import { headerList, operationSection } from './operation.ts';

/** The reference: every operation of the API on one page. */
export function referencePage({ document }: Site): Page {
  const operations = operationsOf(document);
  return {
    path: '/docs',
    title: 'API reference',
    description:
      'The reference of the profile API: every operation with its fields, responses and errors, and examples in cURL, JavaScript, Python, Swift and Kotlin.',
    wide: true,
    content: html`<header class="intro">
<h1>API reference</h1>
<p class="lead">Retrieve and update user profiles over HTTPS, with JSON. New here? Start with the <a href="/docs/quick-start">quick start</a>.</p>
${ownValues}
<noscript><p class="notice warn">Without JavaScript, the examples show placeholders for the server, the key and the user, and you cannot send requests from this page.</p></noscript>
<p>Every response has these headers in addition to its own.</p>
${headerList(document, commonHeadersOf(document), 'of every response')}
</header>
${document.tags.map(
  ({ name, description }) => html`<section class="tag" aria-labelledby="${slugOf(name)}">
<h2 id="${slugOf(name)}">${name}</h2>
<p class="lead">${description}</p>
${operations.filter(({ tag }) => tag === name).map((operation) => operationSection(document, operation))}
</section>`,
)}`,
  };
}

/** What the reader enters goes into all examples. The fields have no form and no name: nothing can send them. */
const ownValues = html`<section class="own" aria-label="Your own values in the examples">
<div class="own-fields" hidden>
<div class="field"><label for="key">Your API key</label><input id="key" class="mono" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="in-…" aria-describedby="key-hint key-error"><p class="error" id="key-error" role="alert"></p></div>
<div class="field"><label for="user">Your user id</label><input id="user" class="mono" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="${PLACEHOLDERS.user}" aria-describedby="user-error"><p class="error" id="user-error" role="alert"></p></div>
<p class="hint" id="key-hint">They are filled into every example below. They stay in the memory of this page until you reload or leave it, and are sent only when you try a request.</p>
</div>
<fieldset class="place"><legend>The examples send the key</legend>
<span><input type="radio" name="place" id="place-header" checked><label for="place-header">in the header <code>Authorization</code></label></span>
<span><input type="radio" name="place" id="place-query"><label for="place-query">in the query, <code>?api_key=</code></label></span>
</fieldset>
</section>`;
