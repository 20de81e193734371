import { scopeWords } from '../site/scopes.ts';
import type { Scope } from '../src/permissions.ts';
import { type ApiKey, editKey, type KeyUpdate } from './api.ts';
import { BoundsFields } from './bounds-fields.ts';
import { type Outcome, openFormDialog } from './dialog.ts';
import { make, show, written } from './dom.ts';
import { FormFields } from './form-fields.ts';
import { boxGroup, checkbox, checkedValues, field, optional } from './form-parts.ts';
import { nameFault, nameField } from './name-field.ts';

/** Opens the form with what the key has. Its rights can only become fewer. */
export function openEdit(key: ApiKey, outcome: Outcome): void {
  const name = nameField(key.name);
  const description = make('textarea', { id: 'description', rows: '2' });
  description.value = key.description;
  const boxes = key.scopes.map((scope) => checkbox(scope, scopeLabel(scope), `scope-${scope}`));
  const scopes = boxGroup('scopes', 'Rights', boxes);
  show(scopes, boxes.length > 1);
  const bounds = new BoundsFields(key.scopes, key);
  scopes.addEventListener('change', () => bounds.offer(checkedValues(boxes) as Scope[]));
  const fields = new FormFields({
    name,
    description,
    scopes,
    allowed_ips: bounds.addresses,
    fields: bounds.fields,
  });

  /** What has been changed, or nothing if a field is not valid; then its message is shown and it has the focus. */
  const readForm = (): KeyUpdate | undefined => {
    fields.clearErrors();
    const faults = {
      name: nameFault(name),
      scopes: checkedValues(boxes).length === 0 ? 'Keep at least one, or revoke the key.' : '',
      fields: bounds.fault,
    };
    for (const [part, fault] of Object.entries(faults))
      if (fault) fields.setError(part as keyof typeof faults, fault);
    if (fields.focusFirstError()) return;
    return changed(key, {
      name: name.value.trim(),
      description: description.value.trim(),
      scopes: checkedValues(boxes) as Scope[],
      ...bounds.value,
    });
  };
  openFormDialog({
    id: 'edit',
    title: ['Edit “', written(key.name), '”'],
    body: [
      make(
        'p',
        { id: 'edit-text', class: 'hint' },
        'Rights, addresses and fields that you remove cannot be added again. If a program needs more, create a new key.',
      ),
      field('Name', name),
      field(optional('Description'), description),
      scopes,
      bounds.element,
    ],
    action: 'Save',
    pending: 'Saving…',
    isWide: true,
    submit: async (dialog) => {
      const values = readForm();
      if (!values) return;
      const edited = Object.keys(values).length > 0 ? await editKey(key.id, values) : key;
      dialog.close();
      outcome.changed();
      outcome.done('“', written(edited.name), '” is saved.');
    },
    explain: (problem) => fields.explain(problem),
    onUncertain: outcome.uncertain,
  });
  name.focus();
}

const scopeLabel = (scope: Scope): HTMLElement =>
  make(
    'span',
    {},
    make('code', {}, scope),
    make('span', { class: 'description' }, scopeWords[scope]),
  );

/** The members that differ from those of the key. */
const changed = (key: ApiKey, values: KeyUpdate): KeyUpdate =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([member, value]) => JSON.stringify(value) !== JSON.stringify(key[member as keyof ApiKey]),
    ),
  );
