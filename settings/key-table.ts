import type { ApiKey } from './api.ts';
import { type Child, make, written } from './dom.ts';
import { roleTitle } from './roles.ts';
import { timeElement } from './time.ts';

/** What can be done with a key. */
export interface Actions {
  edit: (key: ApiKey) => void;
  rotate: (key: ApiKey) => void;
  revoke: (key: ApiKey) => void;
}

const COLUMNS = ['Name', 'Role', 'Key', 'Created', 'Last used', 'Expires', 'State'] as const;
const STATES = { active: 'Active', expired: 'Expired', revoked: 'Revoked' } as const;
/** So many addresses or fields are listed; more are counted. */
const LISTED = 2;

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** A table of keys; `all`: among which their predecessors and successors are. */
// The roles repeat what the elements are, because a table that is laid out as cards loses them.
export function keyTable(
  keys: readonly ApiKey[],
  all: readonly ApiKey[],
  actions: Actions,
): HTMLElement {
  const byKeyId = new Map(all.map((key) => [key.id, key]));
  const head = make('tr', { role: 'row' });
  for (const column of COLUMNS)
    head.append(make('th', { role: 'columnheader', scope: 'col' }, column));
  head.append(
    make('th', { role: 'columnheader', scope: 'col' }, spanOf('visually-hidden', 'Actions')),
  );
  const rows = keys.map((key) => row(key, byKeyId, actions));
  return make(
    'table',
    { role: 'table', class: 'keys' },
    make('caption', { class: 'visually-hidden' }, 'API keys'),
    make('thead', { role: 'rowgroup' }, head),
    make('tbody', { role: 'rowgroup' }, ...rows),
  );
}

function row(key: ApiKey, all: ReadonlyMap<string, ApiKey>, actions: Actions): HTMLElement {
  const name = make('th', { role: 'rowheader', scope: 'row', class: 'name' }, written(key.name));
  if (key.description) name.append(note(written(key.description)));
  return make(
    'tr',
    { role: 'row', class: key.state !== 'active' && 'dimmed' },
    name,
    cell('Role', 'role', ...roleCell(key)),
    cell('Key', 'prefix', make('code', {}, `${key.prefix}…`), ...succession(key, all)),
    cell('Created', 'when', timeElement(key.created_at)),
    cell('Last used', 'when used', ...lastUse(key)),
    cell(endLabel(key), 'when', key.expires_at ? timeElement(key.expires_at) : 'Never'),
    cell('State', 'state', ...stateCell(key)),
    cell('Actions', 'row-actions', buttons(key, actions)),
  );
}

const endLabel = ({ state }: ApiKey): string => (state === 'expired' ? 'Expired' : 'Expires');

const cell = (label: string, style: string, ...content: Child[]): HTMLElement =>
  make('td', { role: 'cell', 'data-label': label, class: style }, ...content);

/** A line of its own below what is more important. */
const note = (...content: Child[]): HTMLElement =>
  make('span', { class: 'description' }, ...content);

const spanOf = (style: string, content: string): HTMLElement =>
  make('span', { class: style }, content);

/** The role, and what limits the key beside it. */
function roleCell({ role, scopes, require_precondition, allowed_ips, fields }: ApiKey): Child[] {
  const content: Child[] = [roleTitle(role)];
  if (role === null) content.push(' ', note(scopes.join(', ')));
  if (require_precondition) content.push(' ', preconditionNote());
  if (allowed_ips) content.push(' ', note(`only from ${listed(allowed_ips, 'ranges')}`));
  if (fields) content.push(' ', note(`updates only ${listed(fields, 'fields')}`));
  return content;
}

const listed = (items: readonly string[], noun: string): string =>
  items.length > LISTED ? `${items.length} ${noun}` : items.join(', ');

/** Short for the eyes, in full for screen readers. */
function preconditionNote(): HTMLElement {
  const more = spanOf('visually-hidden', ' or Base-Version to update');
  return note('requires ', make('code', {}, 'If-Match'), more);
}

/** Which key it has replaced, and which one replaces it. */
function succession(
  { state, replaces, replaced_by, until_first_use }: ApiKey,
  all: ReadonlyMap<string, ApiKey>,
): Child[] {
  const prefixOf = (id: string, otherwise: string) => {
    const prefix = all.get(id)?.prefix;
    return prefix ? make('code', {}, `${prefix}…`) : otherwise;
  };
  const lines: Child[] = [];
  if (replaces) lines.push(' ', note('replaces ', prefixOf(replaces, 'an older key')));
  if (replaced_by) {
    const until = state === 'active' && until_first_use ? ', works until that one is used' : '';
    lines.push(' ', note('replaced by ', prefixOf(replaced_by, 'a newer key'), until));
  }
  return lines;
}

function lastUse({ last_used_at, last_used_country, last_used_network }: ApiKey): Child[] {
  if (!last_used_at) return ['Never'];
  const places = [countryName(last_used_country), last_used_network].filter(Boolean);
  const where = places.length > 0 ? [' ', note(written(places.join(', ')))] : [];
  return [timeElement(last_used_at), ...where];
}

function countryName(code: string | null): string | undefined {
  if (!code) return;
  return code === 'T1' ? 'Tor' : (countries.of(code) ?? code);
}

function stateCell({ state, revoked_at, replaced_by }: ApiKey): Child[] {
  const isLeaving = state === 'active' && replaced_by !== null;
  const [style, word] = isLeaving ? ['leaving', 'Being replaced'] : [state, STATES[state]];
  const badge = spanOf(`badge ${style}`, word);
  return state === 'revoked' && revoked_at ? [badge, ' ', timeElement(revoked_at)] : [badge];
}

/** A key that has ended can only be looked at; one of an app is not replaced. */
function buttons(key: ApiKey, { edit, rotate, revoke }: Actions): HTMLElement {
  const button = (verb: string, style: string, action: (key: ApiKey) => void) => {
    const name = make('span', { class: 'visually-hidden' }, ' ', written(key.name));
    const id = `${verb.toLowerCase()}-${key.id}`;
    const element = make('button', { type: 'button', class: style, id }, verb, name);
    element.addEventListener('click', () => action(key));
    return element;
  };
  const place = make('div', { class: 'buttons' });
  if (key.state !== 'active') return place;
  place.append(button('Edit', 'small', edit));
  if (!key.short_lived) place.append(button('Rotate', 'small', rotate));
  place.append(button('Revoke', 'small risky', revoke));
  return place;
}
