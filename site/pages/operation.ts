import { FORM } from '../../src/http/body.ts';
import type { Document, DocumentedResponse, Operation } from './document.ts';
import { examplePanel } from './example.ts';
import { type Field, fieldList, membersOf } from './fields.ts';
import { type Html, html } from './html.ts';
import { block, codeBlock, inline } from './markdown.ts';
import { bodyText, shownExample } from './snippets.ts';
import { tryIt } from './try-it.ts';

/** An operation: what it does, how to call it (on the right of wide screens), and all details. */
export const operationSection = (document: Document, operation: Operation): Html =>
  html`<section class="operation" id="${operation.id}" aria-labelledby="${operation.id}-title">
<div class="about">
<h2 id="${operation.id}-title"><a href="#${operation.id}">${operation.summary}</a></h2>
${endpoint(operation)}
<div class="prose">${block(operation.description)}</div>
</div>
<div class="examples">
${examplePanel(operation)}
${tryIt(operation)}
${responseExample(operation)}
</div>
<div class="details">
${authorization(document, operation)}
${parameters(document, operation)}
${body(document, operation)}
${responses(document, operation)}
${problems(operation)}
</div>
</section>`;

/** The method in its colour. */
export const methodBadge = ({ method }: Operation): Html =>
  html`<span class="method ${method.toLowerCase()}">${method}</span>`;

/** A method and a path, which can wrap after each slash. */
const endpoint = (operation: Operation): Html =>
  html`<p class="endpoint">${methodBadge(operation)} <code>${operation.path
    .split(/(?<=\/)(?=.)/)
    .map((part) => html`${part}<wbr>`)}</code></p>`;

function authorization(document: Document, { schemes }: Operation): Html {
  const fields: Field[] = schemes.map((name) => {
    const scheme = document.components.securitySchemes[name];
    if (!scheme) throw new Error(`The document has no security scheme ${name}.`);
    return {
      name: scheme.name ?? 'Authorization: Bearer',
      schema: { type: `string, ${scheme.in ?? 'header'}` },
      description: scheme.description,
    };
  });
  return html`<h3>Authorization</h3>
${
  fields.length > 0
    ? html`<p class="note">One of these is required.</p>${fieldList(document, fields)}`
    : html`<p class="note">None.</p>`
}`;
}

const PLACES = { path: 'Path parameters', query: 'Query parameters', header: 'Headers' } as const;

const parameters = (document: Document, operation: Operation): Html[] =>
  (['path', 'query', 'header'] as const).flatMap((place) => {
    const fields = operation.parameters.filter((parameter) => parameter.in === place);
    return fields.length > 0 ? [html`<h3>${PLACES[place]}</h3>${fieldList(document, fields)}`] : [];
  });

function body(document: Document, operation: Operation): Html | false {
  if (!operation.body) return false;
  const { type, types, schema, examples } = operation.body;
  const shown = shownExample(operation);
  const others = Object.entries(examples).filter(([, value]) => value !== shown);
  return html`<h3>Body</h3>
<p class="note">${types.map((type, at) => html`${at > 0 && ' or '}<code>${type}</code>`)}</p>
${schema['description'] !== undefined && html`<div class="prose">${block(String(schema['description']))}</div>`}
${fieldList(document, membersOf(document, schema))}
${others.map(
  ([name, value]) =>
    html`<details class="more"><summary>Another example: ${name.replaceAll('_', ' ')}</summary>${codeBlock(bodyText(type, value), type === FORM ? '' : 'json')}</details>`,
)}`;
}

const responses = (document: Document, { responses }: Operation): Html =>
  html`<h3>Responses</h3>${responses.map((response) => responseItem(document, response))}`;

const responseItem = (
  document: Document,
  { status, description, headers, schema }: DocumentedResponse,
): Html =>
  html`<div class="response"><p><span class="status good">${status}</span> ${inline(description)}</p>
${schema && fieldList(document, membersOf(document, schema), 'received')}
${headers.length > 0 && headerList(document, headers, `of the response ${status}`)}
</div>`;

/** The headers of responses, folded. */
export const headerList = (
  document: Document,
  headers: DocumentedResponse['headers'],
  of: string,
): Html =>
  html`<details class="children"><summary><span class="when-closed">Show</span><span class="when-open">Hide</span> headers<span class="visually-hidden"> ${of}</span></summary>${fieldList(
    document,
    headers.map((header) => ({ ...header, schema: { type: 'string' } })),
    'received',
  )}</details>`;

const problems = ({ problems }: Operation): Html =>
  html`<h3>Errors</h3><dl class="problems">${problems.map(
    ({ status, codes }) =>
      html`<dt><span class="status bad">${status}</span></dt><dd>${codes.map(
        (code) => html`<a href="/docs/errors/${code}"><code>${code}</code></a> `,
      )}</dd>`,
  )}</dl>`;

function responseExample(operation: Operation): Html | false {
  const response = operation.responses.find(({ example }) => example !== undefined);
  if (!response) return false;
  return html`<div class="panel"><p class="panel-title">Response <span class="status good">${response.status}</span></p>${codeBlock(JSON.stringify(response.example, null, 2), 'json', `Response of ${operation.summary}`)}</div>`;
}
