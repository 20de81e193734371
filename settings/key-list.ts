import type { ApiKey } from './api.ts';
import { byId, keepFocus, make, show, within } from './dom.ts';
import { type Actions, keyTable } from './key-table.ts';
import { CHOICES, type Choice, counts, isChosen, keysOf, ORDERS, type View } from './key-view.ts';

/** How many keys a person can have; the build puts the API's limit in its place. */
declare const MAX_ACTIVE_KEYS: number;

const tools = within<HTMLFormElement>(byId('tools'), 'form');
const search = byId<HTMLInputElement>('search');
const choices = byId<HTMLSelectElement>('choice');
const orders = byId<HTMLSelectElement>('order');

/** What is shown to those who look for nothing. */
const PLAIN: View = { text: '', choice: 'active', order: 'newest' };

const view = (): View => ({
  text: search.value.trim(),
  choice: (choices.value || PLAIN.choice) as Choice,
  order: (orders.value || PLAIN.order) as View['order'],
});

/** Wires the search, the filter and the order; each change renders the list. */
export function wireTools(onChange: () => void): void {
  for (const [value, label] of Object.entries(ORDERS))
    orders.append(make('option', { value }, label));
  tools.addEventListener('input', onChange);
  tools.addEventListener('submit', (event) => event.preventDefault());
  // The fields have their old values until the event has been handled.
  tools.addEventListener('reset', () => queueMicrotask(onChange));
  byId('clear').addEventListener('click', () => {
    tools.reset();
    search.focus();
  });
}

/** Shows the keys of the current view, how many there are, and a message if there are none. */
export function renderKeys(keys: readonly ApiKey[], hasMore: boolean, actions: Actions): void {
  const focused = document.activeElement;
  const active = keys.filter((key) => isChosen(key, 'active'));
  const looksAround = active.length < keys.length || keys.length > 1;
  show(byId('tools'), looksAround);
  renderChoices(keys);
  const asked = looksAround ? view() : PLAIN;
  const isPlain = asked.choice === PLAIN.choice && asked.text === PLAIN.text;
  const shown = keysOf(keys, asked);
  byId('keys').replaceChildren(...(shown.length ? [keyTable(shown, keys, actions)] : []));
  byId('shown').textContent = isPlain ? '' : `${shown.length} of ${keys.length} keys are shown.`;
  show(byId('none'), shown.length === 0 && !isPlain);
  show(byId('more'), hasMore);
  renderEmpty(active.length === 0 && isPlain, keys.length > 0);
  renderLimit(keys);
  keepFocus(focused, 'keys-title');
}

/** The states that there are, each with how many keys are in it. */
function renderChoices(keys: readonly ApiKey[]): void {
  const { choice: chosen } = view();
  const options = Object.entries(CHOICES).flatMap(([value, label]) => {
    const count = keys.filter((key) => isChosen(key, value as Choice)).length;
    const isNeeded = count > 0 || value === 'active' || value === chosen;
    return isNeeded
      ? [make('option', { value, selected: value === 'active' }, `${label} (${count})`)]
      : [];
  });
  choices.replaceChildren(...options);
  choices.value = chosen;
}

/** How many keys there may be, before a form is filled in for nothing. */
function renderLimit(keys: readonly ApiKey[]): void {
  const count = keys.filter(counts).length;
  const isReached = count >= MAX_ACTIVE_KEYS;
  byId('usage').textContent = keys.length > 0 ? `${count} of ${MAX_ACTIVE_KEYS} active keys` : '';
  show(byId('limit'), isReached);
  const create = byId<HTMLButtonElement>('create');
  create.disabled = isReached;
  // A description is read out even if it is hidden.
  create.setAttribute('aria-describedby', isReached ? 'limit' : '');
}

function renderEmpty(isEmpty: boolean, hasPast: boolean): void {
  show(byId('empty'), isEmpty);
  show(byId('create'), !isEmpty); // The empty list has its own.
  byId('empty-title').textContent = hasPast ? 'You have no active keys' : 'You have no keys yet';
  byId('empty-text').textContent = hasPast
    ? 'Your keys are expired, revoked or short-lived. Create a key so that programs can use the API again.'
    : 'Create one key for each program, so that you can revoke each key separately.';
}
