import type { KeyRole, Scope } from '../src/permissions.ts';
import { createKey, type KeyDraft, type NewApiKey, type Session } from './api.ts';
import { wireFormDialog } from './dialog.ts';
import { byId, make, show, within } from './dom.ts';
import { FormFields } from './fields.ts';
import { fieldCount, roleDetails, roleNames, roleSummary, roleTitle, whyNot } from './roles.ts';
import { dateValue, daysFromNow, dayWithWeekday, endOfDay } from './time.ts';

const dialog = byId<HTMLDialogElement>('create-dialog');
const form = within<HTMLFormElement>(dialog, 'form');
const name = byId<HTMLInputElement>('name');
const description = byId<HTMLTextAreaElement>('description');
const expiry = byId<HTMLSelectElement>('expiry');
const date = byId<HTMLInputElement>('date');
const precondition = byId<HTMLInputElement>('precondition');
const choices = byId('role-choices');

const fields = new FormFields(form, {
  name,
  description,
  role: byId('role'),
  expires_at: date,
  require_precondition: precondition,
});

/** The role that is chosen first, if it can be given. */
const USUAL: KeyRole = 'profile';

/** Opens the form, empty, with the roles that this person can give. */
export function openCreate({ scopes }: Session): void {
  form.reset();
  fields.clearErrors();
  choices.replaceChildren(...roleNames.map((role) => roleChoice(role, scopes)));
  date.min = dateValue(daysFromNow(0));
  date.value = dateValue(daysFromNow(180));
  showExpiry();
  dialog.showModal();
  name.focus();
}

/** Wires the form once. */
export function wireCreate(onCreated: (key: NewApiKey) => void, onUncertain: () => void): void {
  expiry.addEventListener('change', showExpiry);
  date.addEventListener('change', showExpiry);
  wireFormDialog({
    dialog,
    pending: 'Creating…',
    submit: async () => {
      const body = readForm();
      if (!body) return;
      const key = await createKey(body);
      dialog.close();
      onCreated(key);
    },
    explain: (problem) => fields.explain(problem),
    onUncertain,
  });
}

function roleChoice(role: KeyRole, owned: readonly Scope[]): HTMLElement {
  const reason = whyNot(role, owned);
  const id = `role-${role}`;
  const radio = make('input', {
    type: 'radio',
    name: 'role',
    id,
    value: role,
    disabled: reason !== undefined,
    checked: role === USUAL && reason === undefined,
    'aria-describedby': `${id}-text`,
  });
  const title = make('label', { for: id }, roleTitle(role));
  const text = make('p', { class: 'hint', id: `${id}-text` });
  text.append(make('span', { class: 'summary' }, roleSummary(role)));
  if (reason) text.append(' ', make('strong', {}, `${reason}.`));
  const fields = make('summary', {}, `It ${fieldCount(role)}`);
  const more = make('details', { class: 'more' }, fields, roleDetails(role));
  return make('div', { class: 'choice' }, radio, title, text, more);
}

/** Says when the key would end. */
function showExpiry(): void {
  const byDate = expiry.value === 'date';
  show(byId('date-field'), byDate);
  const end = expiresAt();
  byId('expiry-hint').textContent =
    expiry.value === 'never'
      ? 'It works until it is revoked. An expiry date is safer.'
      : end
        ? `It works until ${dayWithWeekday(end)}.`
        : '';
}

/** The end that is chosen; undefined if it is never, or not a date. */
function expiresAt(): Date | undefined {
  if (expiry.value === 'never') return;
  return expiry.value === 'date' ? endOfDay(date.value) : daysFromNow(Number(expiry.value));
}

/** The request, or nothing if a field is not valid; then its message is shown and it has the focus. */
function readForm(): KeyDraft | undefined {
  fields.clearErrors();
  const role = form.querySelector<HTMLInputElement>('input[name="role"]:checked')?.value;
  const end = expiresAt();
  const length = [...name.value.trim()].length;
  if (length === 0) fields.setError('name', 'Enter a name.');
  if (length > 100)
    fields.setError('name', `Enter at most 100 characters; this name has ${length}.`);
  if (!role) fields.setError('role', 'Choose a role.');
  if (expiry.value === 'date' && !(end && end.getTime() > Date.now()))
    fields.setError('expires_at', 'Choose today or a later day.');
  if (fields.focusFirstError() || !role) return;
  return {
    name: name.value.trim(),
    description: description.value.trim(),
    role: role as KeyRole,
    expires_at: end?.toISOString() ?? null,
    require_precondition: precondition.checked,
  };
}
