import {
  createWebhook,
  deleteWebhook,
  type NewWebhook,
  type Problem,
  rotateSecret,
  type Webhook,
} from './api.ts';
import { wireFormDialog } from './dialog.ts';
import { type Child, make, written } from './dom.ts';
import { FormFields } from './fields.ts';

// Loaded when one of these dialogs is opened for the first time. Each is made anew, and removed when it is closed.

type ChangeType = NonNullable<Webhook['types']>[number];

const TYPES: readonly [ChangeType, string][] = [
  ['user.created', 'Created'],
  ['user.updated', 'Updated'],
  ['user.erased', 'Erased'],
];

interface Listeners {
  onCreated: (webhook: NewWebhook) => void;
  onRotated: (webhook: NewWebhook) => void;
  onDeleted: () => void;
  onUncertain: () => void;
}

export function openCreateWebhook({ onCreated, onUncertain }: Listeners): void {
  const url = make('input', { id: 'url', type: 'url', autocomplete: 'off', required: true });
  const description = make('textarea', { id: 'webhook-description', rows: '2' });
  const boxes = TYPES.map(([value, label]) => checkbox(value, label));
  const types = make(
    'fieldset',
    { class: 'field', id: 'types', 'aria-describedby': 'types-error' },
    make('legend', {}, 'Send when a user is'),
    ...boxes.map(({ element }) => element),
    errorOf('types'),
  );
  const hint = 'Such as https://hooks.example.com/profiles. The host must be public.';
  const dialog = makeDialog({
    title: 'Create a webhook',
    body: [
      field('URL', url, make('p', { class: 'hint', id: 'url-hint' }, hint)),
      types,
      field('Description (optional)', description),
    ],
    verb: 'Create',
  });
  const fields = new FormFields(dialog, { url, description, types });

  /** The request; undefined if a field is not valid, which then has its message and the focus. */
  const readForm = () => {
    fields.clearErrors();
    const chosen = boxes.flatMap(({ input, value }) => (input.checked ? [value] : []));
    if (!url.value.trim()) fields.setError('url', 'Enter a URL.');
    if (chosen.length === 0) fields.setError('types', 'Choose at least one.');
    if (fields.focusFirstError()) return;
    const all = chosen.length === boxes.length;
    return {
      url: url.value.trim(),
      description: description.value.trim(),
      types: all ? null : chosen,
    };
  };
  open(dialog, {
    pending: 'Creating…',
    submit: async () => {
      const draft = readForm();
      if (!draft) return;
      const webhook = await createWebhook(draft);
      dialog.close();
      onCreated(webhook);
    },
    explain: (problem) => fields.explain(problem),
    onUncertain,
  });
}

export function openRotateSecret(webhook: Webhook, { onRotated, onUncertain }: Listeners): void {
  const grace = make(
    'select',
    { id: 'secret-grace' },
    make('option', { value: '0' }, 'Now'),
    make('option', { value: '3600' }, 'In 1 hour'),
    make('option', { value: '86400', selected: true }, 'In 1 day'),
    make('option', { value: '604800' }, 'In 7 days'),
  );
  const hint =
    'Until then, each event is signed with both secrets. Choose Now if the old secret may have leaked.';
  const dialog = makeDialog({
    title: 'Rotate the secret',
    body: [
      make('p', { id: 'dialog-text' }, 'Creates a new secret for ', shortened(webhook.url), '.'),
      field('The old secret stops working', grace, make('p', { class: 'hint' }, hint)),
    ],
    verb: 'Rotate',
    noun: 'secret',
  });
  open(dialog, {
    pending: 'Rotating…',
    submit: async () => {
      const rotated = await rotateSecret(webhook.id, Number(grace.value));
      dialog.close();
      onRotated(rotated);
    },
    onUncertain,
  });
}

export function openDelete(webhook: Webhook, { onDeleted, onUncertain }: Listeners): void {
  const sentence = ['Changes will no longer be sent to ', shortened(webhook.url), '.'];
  const dialog = makeDialog({
    title: 'Delete the webhook?',
    body: [make('p', { id: 'dialog-text' }, ...sentence, ' This cannot be undone.')],
    verb: 'Delete',
    isDangerous: true,
  });
  open(dialog, {
    pending: 'Deleting…',
    submit: async () => {
      await deleteWebhook(webhook.id);
      dialog.close();
      onDeleted();
    },
    onUncertain,
  });
}

interface Parts {
  title: string;
  body: Child[];
  /** What the button does, and to what. */
  verb: string;
  noun?: string;
  /** The safe button has the focus first. */
  isDangerous?: boolean;
}

/** A dialog of the form that those of the page have. */
function makeDialog({ title, body, verb, noun = 'webhook', isDangerous }: Parts) {
  const [style, cancel] = isDangerous ? ['danger', 'Keep it'] : ['primary', 'Cancel'];
  const back = make('button', { type: 'button', class: 'cancel', autofocus: isDangerous }, cancel);
  return make(
    'dialog',
    {
      class: 'slim',
      role: isDangerous && 'alertdialog',
      'aria-labelledby': 'dialog-title',
      'aria-describedby': 'dialog-text',
    },
    make(
      'form',
      { novalidate: true },
      make('h2', { id: 'dialog-title' }, title),
      make('div', { class: 'body' }, make('div', { class: 'problem', role: 'alert' }), ...body),
      make(
        'div',
        { class: 'actions' },
        back,
        make('button', { type: 'submit', class: style }, `${verb} the ${noun}`),
      ),
    ),
  );
}

interface Sending {
  pending: string;
  submit: () => Promise<void>;
  explain?: (problem: Problem) => boolean;
  onUncertain: () => void;
}

function open(dialog: HTMLDialogElement, sending: Sending): void {
  document.body.append(dialog);
  wireFormDialog({ dialog, ...sending });
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}

/** The beginning of a URL, so that a dialog with a long one need not scroll. */
const shortened = (url: string): HTMLElement =>
  written(url.length > 200 ? `${url.slice(0, 200)}…` : url);

const errorOf = (id: string): HTMLElement => make('p', { class: 'error', id: `${id}-error` });

function field(label: string, control: HTMLElement, hint?: HTMLElement): HTMLElement {
  const { id } = control;
  control.setAttribute('aria-describedby', `${id}-error ${hint?.id ?? ''}`);
  return make(
    'div',
    { class: 'field' },
    make('label', { for: id }, label),
    control,
    ...(hint ? [hint] : []),
    errorOf(id),
  );
}

function checkbox(value: ChangeType, label: string) {
  const input = make('input', { type: 'checkbox', id: value, checked: true });
  const element = make('div', { class: 'check' }, input, make('label', { for: value }, label));
  return { input, value, element };
}
