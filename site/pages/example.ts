import type { Operation } from './document.ts';
import { type Html, html } from './html.ts';
import { codeBlock } from './markdown.ts';
import { type KeyPlace, type Language, languages, snippet } from './snippets.ts';

const names = Object.keys(languages) as Language[];

/** Shows the request in every language. Radio buttons choose one: they need no mouse and no script. */
export const examplePanel = (operation: Operation): Html =>
  html`<div class="panel example">
<fieldset class="tabs"><legend class="visually-hidden">${operation.summary}, in which language?</legend>
${names.map((language, at) => tab(operation, language, at === 0))}
</fieldset>
${names.map((language) => pane(operation, language))}
</div>`;

function tab({ id }: Operation, language: Language, chosen: boolean): Html {
  const tabId = `${id}-${language}`;
  return html`<span class="tab"><input type="radio" name="${id}-language" id="${tabId}" value="${language}"${chosen && html` checked`}><label for="${tabId}">${languages[language]}</label></span>`;
}

function pane(operation: Operation, language: Language): Html {
  const places: KeyPlace[] = operation.isKeyed ? ['header', 'query'] : ['header'];
  return html`<div class="pane" data-language="${language}">${places.map(
    (place) =>
      html`<div class="${places.length > 1 && `key-in-${place}`}">${codeBlock(snippet(operation, place, language), language)}</div>`,
  )}</div>`;
}
