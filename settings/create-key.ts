import { type KeyRole, keyRoles, type Scope } from '../src/permissions.ts';
import { createKey, type KeyDraft, type Session } from './api.ts';
import { BoundsFields } from './bounds-fields.ts';
import { type Outcome, openFormDialog } from './dialog.ts';
import { make } from './dom.ts';
import { ExpiryField } from './expiry-field.ts';
import { FormFields } from './form-fields.ts';
import { errorOf, field, optional } from './form-parts.ts';
import { nameFault, nameField } from './name-field.ts';
import { showNewKey } from './new-key.ts';
import { fieldCount, roleDetails, roleNames, roleSummary, roleTitle, whyNot } from './roles.ts';

/** The role that is chosen first, if it can be given. */
const USUAL: KeyRole = 'profile';

/** Opens the form, with the roles that this person can give. */
export function openCreate(session: Session, outcome: Outcome): void {
  const name = nameField();
  const description = make('textarea', { id: 'description', rows: '2' });
  const expiry = new ExpiryField('Expires');
  const choices = make('div', { class: 'choices' });
  choices.append(...roleNames.map((role) => roleChoice(role, session.scopes)));
  const roles = make(
    'fieldset',
    { class: 'field', id: 'role', 'aria-describedby': 'role-error' },
    make('legend', {}, 'Role'),
    choices,
    errorOf('role'),
  );
  const chosenRole = () =>
    choices.querySelector<HTMLInputElement>(':checked')?.value as KeyRole | undefined;
  const scopesOf = (role: KeyRole | undefined) => (role ? keyRoles[role] : []);
  const bounds = new BoundsFields(scopesOf(chosenRole()));
  roles.addEventListener('change', () => bounds.offer(scopesOf(chosenRole())));
  const precondition = make('input', { id: 'precondition', type: 'checkbox' });
  const fields = new FormFields({
    name,
    description,
    role: roles,
    expires_at: expiry.date,
    allowed_ips: bounds.addresses,
    fields: bounds.fields,
    require_precondition: precondition,
  });

  /** The request, or nothing if a field is not valid; then its message is shown and it has the focus. */
  const readForm = (): KeyDraft | undefined => {
    fields.clearErrors();
    const role = chosenRole();
    const faults = { name: nameFault(name), expires_at: expiry.fault, fields: bounds.fault };
    for (const [part, fault] of Object.entries(faults))
      if (fault) fields.setError(part as keyof typeof faults, fault);
    if (!role) fields.setError('role', 'Choose a role.');
    if (fields.focusFirstError() || !role) return;
    return {
      name: name.value.trim(),
      description: description.value.trim(),
      role,
      expires_at: expiry.value ?? null,
      require_precondition: precondition.checked,
      ...bounds.value,
    };
  };
  const [choice, date] = expiry.elements;
  const hint = 'What uses the key, such as “backup script”.';
  openFormDialog({
    id: 'create',
    title: ['Create a key'],
    body: [
      make('div', { class: 'pair' }, field('Name', name, hint), choice),
      date,
      roles,
      field(optional('Description'), description),
      bounds.element,
      preconditionBox(precondition),
    ],
    action: 'Create the key',
    pending: 'Creating…',
    isWide: true,
    submit: async (dialog) => {
      const draft = readForm();
      if (!draft) return;
      const key = await createKey(draft);
      dialog.close();
      showNewKey(key, { session, verb: 'created', old: [], outcome });
    },
    explain: (problem) => fields.explain(problem),
    onUncertain: outcome.uncertain,
  });
  name.focus();
}

function preconditionBox(box: HTMLInputElement): HTMLElement {
  const { id } = box;
  box.setAttribute('aria-describedby', `${id}-error ${id}-hint`);
  const hint = make('p', { class: 'hint', id: `${id}-hint` });
  hint.append(
    'Prevents a program from overwriting changes that it has not seen. Every update must send the ',
    ...[make('code', {}, 'ETag'), ' that the program read, as '],
    ...[make('code', {}, 'If-Match'), ' or ', make('code', {}, 'Base-Version'), '.'],
  );
  const label = make('label', { for: id }, 'Require a version for updates');
  return make('div', { class: 'check' }, box, label, hint, errorOf(id));
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
