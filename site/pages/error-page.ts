import { type ErrorCode, errorCatalogue, problem } from '../../src/errors.ts';
import { errorExamples } from '../error-examples.ts';
import { errorPages } from '../errors.ts';
import { operationsOf, pathOf } from './document.ts';
import { PLACEHOLDERS } from './highlight.ts';
import { type Html, html } from './html.ts';
import type { Page, Site } from './layout.ts';
import { block, codeBlock, inline, plain } from './markdown.ts';

export const errorCodes = Object.keys(errorCatalogue) as ErrorCode[];

/** Returns the page that the `type` of a problem names. */
export async function errorPage({ document }: Site, code: ErrorCode): Promise<Page> {
  const { status, title } = errorCatalogue[code];
  const { meaning, causes, fix } = errorPages[code];
  const operations = operationsOf(document).filter(({ problems }) =>
    problems.some(({ codes }) => codes.includes(code)),
  );
  return {
    path: `/docs/errors/${code}`,
    title: `${title} (${code})`,
    description: `${plain(meaning)} Causes, how to fix it, and whether to retry.`,
    content: html`<article class="prose">
<p class="crumb"><a href="/docs/errors">Errors</a></p>
<h1>${title}</h1>
<p class="error-code"><span class="status bad">${status}</span> <code>${code}</code></p>
<p class="lead">${inline(meaning)}</p>
<h2>What causes it</h2>
<ul>${causes.map((cause) => html`<li>${inline(cause)}</li>`)}</ul>
<h2>How to fix it</h2>
${block(fix)}
<h2>Whether to retry</h2>
<p>${inline(retryAdvice(code))}</p>
<h2>Example</h2>
${codeBlock(await responseText(code), 'http')}
${operations.length > 0 && html`<h2>Where it occurs</h2><ul>${operations.map((operation) => html`<li><a href="${pathOf(operation)}">${operation.summary}</a></li>`)}</ul>`}
</article>`,
  };
}

/** Returns whether to retry, from the catalogue. */
export function retryAdvice(code: ErrorCode): string {
  const { retry, status } = errorCatalogue[code];
  if (!retry && status >= 500)
    return '**No.** It is a defect on our side, and the same request will most likely fail again.';
  if (!retry) return '**No.** The same request receives the same error until the cause is fixed.';
  if (status < 500)
    return '**Yes**, after the number of seconds in `Retry-After`, or after a second if it is absent.';
  return '**Yes**, after `Retry-After` or one second, then with longer pauses. Retry a write with the `Idempotency-Key` of the first request, so that it takes effect once. See [What to send again](/docs/errors#what-to-send-again).';
}

/** Returns the response as HTTP, with the headers that belong to this error. */
async function responseText(code: ErrorCode): Promise<string> {
  const response = problem(
    errorExamples[code],
    '0e6a7c52-9d0f-4c3a-b7a1-6f1f5a3f0c11',
    PLACEHOLDERS.origin,
  );
  const headers = [...response.headers].map(([name, value]) => `${headerCase(name)}: ${value}\n`);
  const body = JSON.stringify(await response.json(), null, 2);
  return `HTTP/1.1 ${response.status}\n${headers.join('')}\n${body}`;
}

const headerCase = (name: string): string =>
  name
    .replace(/(?:^|-)\w/g, (letter) => letter.toUpperCase())
    .replace(/^Etag$/, 'ETag')
    .replace(/^Www-/, 'WWW-')
    .replace(/^Ratelimit-/, 'RateLimit-');

/** Returns a table of all errors, in the order of the catalogue. */
export const errorIndex = (): Html =>
  html`<h2 id="all-errors">All errors</h2><table class="error-index"><thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Retry</th></tr></thead><tbody>${errorCodes.map(
    (code) => {
      const { status, title, retry } = errorCatalogue[code];
      return html`<tr><td><span class="status bad">${status}</span></td><th scope="row"><a href="/docs/errors/${code}"><code>${code}</code></a><span class="title">${title}</span></th><td>${retry ? 'yes' : 'no'}</td></tr>`;
    },
  )}</tbody></table>`;
