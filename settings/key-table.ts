import type { ApiKey } from './api.ts';
import { byId, keepFocus, make, show, written } from './dom.ts';
import { roleTitle } from './roles.ts';
import { timeElement } from './time.ts';

interface Actions {
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}

const COLUMNS = ['Name', 'Role', 'Prefix', 'Created', 'Last used', 'Expires', 'State'] as const;
const STATES = { active: 'Active', expired: 'Expired', revoked: 'Revoked' } as const;

/** Shows the keys: those that work as a table, the others folded up below. */
export function renderKeys(keys: readonly ApiKey[], hasMore: boolean, actions: Actions): void {
  const focused = document.activeElement;
  const active = keys.filter(({ state }) => state === 'active');
  const past = keys.filter(({ state }) => state !== 'active');
  byId('active').replaceChildren(...(active.length ? [table('Active keys', active, actions)] : []));
  byId('past-keys').replaceChildren(
    ...(past.length ? [table('Expired and revoked keys', past)] : []),
  );
  byId('past-title').textContent = `Expired and revoked (${past.length})`;
  show(byId('past'), past.length > 0);
  show(byId('more'), hasMore);
  renderEmpty(active.length === 0, past.length > 0);
  keepFocus(focused, 'keys-title');
}

function renderEmpty(empty: boolean, hasPast: boolean): void {
  show(byId('empty'), empty);
  show(byId('create'), !empty); // The empty list has its own.
  byId('empty-title').textContent = hasPast ? 'You have no active keys' : 'You have no keys yet';
  byId('empty-text').textContent = hasPast
    ? 'All your keys are expired or revoked. Create a key so that programs can use the API again.'
    : 'Create one key for each program, so that you can revoke each key separately.';
}

// The roles repeat what the elements are, because a table that is laid out as cards loses them.
function table(caption: string, keys: readonly ApiKey[], actions?: Actions): HTMLElement {
  const head = make('tr', { role: 'row' });
  for (const column of COLUMNS)
    head.append(make('th', { role: 'columnheader', scope: 'col' }, column));
  if (actions)
    head.append(
      make(
        'th',
        { role: 'columnheader', scope: 'col' },
        make('span', { class: 'visually-hidden' }, 'Actions'),
      ),
    );
  const body = make('tbody', { role: 'rowgroup' }, ...keys.map((key) => row(key, actions)));
  return make(
    'table',
    { role: 'table', class: actions ? 'keys' : 'keys dimmed' },
    make('caption', { class: 'visually-hidden' }, caption),
    make('thead', { role: 'rowgroup' }, head),
    body,
  );
}

function row(key: ApiKey, actions?: Actions): HTMLElement {
  const name = make('th', { role: 'rowheader', scope: 'row', class: 'name' }, written(key.name));
  if (key.description)
    name.append(make('span', { class: 'description' }, written(key.description)));
  const cells = [
    cell('Role', roleCell(key)),
    cell('Prefix', make('code', {}, `${key.prefix}…`)),
    cell('Created', timeElement(key.created_at)),
    cell('Last used', key.last_used_at ? timeElement(key.last_used_at) : 'Never'),
    cell('Expires', key.expires_at ? timeElement(key.expires_at) : 'Never'),
    cell('State', stateCell(key), 'state-cell'),
  ];
  if (actions) cells.push(cell('Actions', actionCell(key, actions), 'row-actions'));
  return make('tr', { role: 'row' }, name, ...cells);
}

const cell = (label: string, content: Node | string, style?: string): HTMLElement =>
  make('td', { role: 'cell', 'data-label': label, class: style }, content);

function roleCell({ role, scopes, require_precondition }: ApiKey): HTMLElement {
  const content = make('span', {}, roleTitle(role));
  if (role === null) content.append(make('span', { class: 'description' }, scopes.join(', ')));
  if (require_precondition) content.append(' ', preconditionNote());
  return content;
}

/** Short for the eyes, in full for screen readers. */
const preconditionNote = (): HTMLElement =>
  make(
    'span',
    { class: 'description' },
    'requires ',
    make('code', {}, 'If-Match'),
    make('span', { class: 'visually-hidden' }, ' or Base-Version to update'),
  );

function stateCell({ state, revoked_at }: ApiKey): HTMLElement {
  const content = make('span', {}, make('span', { class: `badge ${state}` }, STATES[state]));
  if (state === 'revoked' && revoked_at) content.append(' ', timeElement(revoked_at));
  return content;
}

function actionCell(key: ApiKey, { onRotate, onRevoke }: Actions): HTMLElement {
  const button = (verb: string, style: string, action: (key: ApiKey) => void) => {
    const name = make('span', { class: 'visually-hidden' }, ' ', written(key.name));
    const element = make(
      'button',
      { type: 'button', class: style, id: `${verb.toLowerCase()}-${key.id}` },
      verb,
      name,
    );
    element.addEventListener('click', () => action(key));
    return element;
  };
  return make(
    'div',
    { class: 'buttons' },
    button('Rotate', 'small', onRotate),
    button('Revoke', 'small risky', onRevoke),
  );
}
