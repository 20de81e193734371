import { FORM } from '../../src/http/body.ts';
import type { Operation, Parameter } from './document.ts';
import { PLACEHOLDERS } from './highlight.ts';
import { type Html, html } from './html.ts';
import { bodyText, shownExample } from './snippets.ts';

/** A form that sends the request from this page. It needs the script, which shows it. */
export function tryIt(operation: Operation): Html {
  const { id, method, path, parameters, isKeyed } = operation;
  const required = parameters.filter((parameter) => parameter.in !== 'header');
  const headers = parameters.filter((parameter) => parameter.in === 'header');
  return html`<details class="panel try" hidden><summary>Try it<span class="visually-hidden">: ${operation.summary}</span></summary>
<form data-method="${method}" data-path="${path}"${isKeyed && html` data-keyed`}>
<p class="hint">${effectOf(operation)}</p>
${required.map((parameter) => input(id, parameter))}
${bodyInput(operation)}
<details class="more"><summary>Optional headers<span class="visually-hidden"> of ${operation.summary}</span></summary><div class="inputs">${headers.map((parameter) => input(id, parameter))}</div></details>
<p class="send"><button type="submit" class="primary small">Send<span class="visually-hidden"> ${method} ${path}</span></button></p>
<p class="send-status" role="status"></p>
<div class="outcome"></div>
</form></details>`;
}

/** Returns what the request does, in words. */
function effectOf({ method, isKeyed, parameters }: Operation): string {
  const sentences = [
    `This sends a real request to this server${isKeyed ? ' with your API key' : ''}.`,
  ];
  if (method !== 'GET') sentences.push('Its changes are permanent.');
  if (parameters.some(({ name }) => name === 'Prefer'))
    sentences.push('To change nothing, set Prefer to validate-only under “Optional headers”.');
  return sentences.join(' ');
}

function input(id: string, { name, in: place, required, example }: Parameter): Html {
  const fieldId = `${id}-try-${name}`;
  const isUser = name === 'user_id';
  const value = isUser ? PLACEHOLDERS.user : '';
  const isOptional = place === 'query' && !required;
  return html`<p class="try-field"><label for="${fieldId}"><code>${name}</code>${isOptional && ' (optional)'}</label><input id="${fieldId}" class="mono" name="${name}" data-in="${place}" value="${value}" placeholder="${String(example)}" autocomplete="off" spellcheck="false"${required && html` required`}${isUser && html` data-fill-value="user"`}></p>`;
}

function bodyInput(operation: Operation): Html | false {
  if (!operation.body) return false;
  const { id, body } = operation;
  const text = bodyText(body.type, shownExample(operation));
  const names = Object.keys(body.examples);
  return html`<p class="try-field"><label for="${id}-try-body">Body (${body.type === FORM ? 'form' : 'JSON'})</label><textarea id="${id}-try-body" class="mono" name="body" data-type="${body.type}" rows="${Math.min(12, text.split('\n').length)}" spellcheck="false">${text}</textarea></p>
${
  names.length > 1 &&
  html`<p class="fillers">Fill in an example: ${Object.entries(body.examples).map(
    ([name, value]) =>
      html`<button type="button" class="quiet small" data-body="${bodyText(body.type, value)}">${name.replaceAll('_', ' ')}<span class="visually-hidden">, as the body of ${operation.summary}</span></button> `,
  )}</p>`
}`;
}
