import {
  createWebhook,
  deleteWebhook,
  type NewWebhook,
  rotateSecret,
  type Webhook,
} from './api.ts';
import { type Outcome, openFormDialog } from './dialog.ts';
import { make, written } from './dom.ts';
import { FormFields } from './form-fields.ts';
import { boxGroup, checkbox, checkedValues, field, optional, select } from './form-parts.ts';
import { showSecret } from './secret.ts';
import { fromNowElement } from './time.ts';

// Loaded when one of these dialogs is opened for the first time.

type ChangeType = NonNullable<Webhook['types']>[number];

const TYPES: readonly [ChangeType, string][] = [
  ['user.created', 'Created'],
  ['user.updated', 'Updated'],
  ['user.erased', 'Erased'],
];

/** When an old secret ends. */
const ENDS = [
  ['0', 'Now'],
  ['3600', 'In 1 hour'],
  ['86400', 'In 1 day'],
  ['604800', 'In 7 days'],
] as const;

export function openCreateWebhook(outcome: Outcome): void {
  const url = make('input', { id: 'url', type: 'url', autocomplete: 'off', required: true });
  const description = make('textarea', { id: 'webhook-description', rows: '2' });
  const boxes = TYPES.map(([value, label]) => checkbox(value, label));
  const types = boxGroup('types', 'Send when a user is', boxes);
  const fields = new FormFields({ url, description, types });

  /** The request; undefined if a field is not valid, which then has its message and the focus. */
  const readForm = () => {
    fields.clearErrors();
    const chosen = checkedValues(boxes) as ChangeType[];
    if (!url.value.trim()) fields.setError('url', 'Enter a URL.');
    if (chosen.length === 0) fields.setError('types', 'Choose at least one.');
    if (fields.focusFirstError()) return;
    return {
      url: url.value.trim(),
      description: description.value.trim(),
      types: chosen.length === boxes.length ? null : chosen,
    };
  };
  const hint = 'Such as https://hooks.example.com/profiles. The host must be public.';
  openFormDialog({
    id: 'webhook',
    title: ['Create a webhook'],
    body: [field('URL', url, hint), types, field(optional('Description'), description)],
    action: 'Create the webhook',
    pending: 'Creating…',
    submit: async (dialog) => {
      const draft = readForm();
      if (!draft) return;
      const webhook = await createWebhook(draft);
      dialog.close();
      showNewSecret(webhook, 'The webhook is created', outcome);
    },
    explain: (problem) => fields.explain(problem),
    onUncertain: outcome.uncertain,
  });
}

export function openRotateSecret({ id, url }: Webhook, outcome: Outcome): void {
  const grace = select('secret-grace', ENDS, '86400');
  const hint =
    'Until then, each event is signed with both secrets. Choose Now if the old secret may have leaked.';
  openFormDialog({
    id: 'webhook',
    title: ['Rotate the secret'],
    body: [
      make('p', { id: 'webhook-text' }, 'Creates a new secret for ', shortened(url), '.'),
      field('The old secret stops working', grace, hint),
    ],
    action: 'Rotate the secret',
    pending: 'Rotating…',
    submit: async (dialog) => {
      const rotated = await rotateSecret(id, Number(grace.value));
      dialog.close();
      showNewSecret(rotated, 'The secret is rotated', outcome);
    },
    onUncertain: outcome.uncertain,
  });
}

export function openDelete({ id, url }: Webhook, outcome: Outcome): void {
  const sentence = ['Changes will no longer be sent to ', shortened(url), '.'];
  openFormDialog({
    id: 'webhook',
    title: ['Delete the webhook?'],
    body: [make('p', { id: 'webhook-text' }, ...sentence, ' This cannot be undone.')],
    action: 'Delete the webhook',
    pending: 'Deleting…',
    isDangerous: true,
    submit: async (dialog) => {
      await deleteWebhook(id);
      dialog.close();
      outcome.changed();
      outcome.done('The webhook is deleted.');
    },
    onUncertain: outcome.uncertain,
  });
}

/** Shows a secret, this once. */
function showNewSecret(webhook: NewWebhook, what: string, outcome: Outcome): void {
  outcome.changed();
  const { url, secret, previous_secret_ends_at: end } = webhook;
  showSecret({
    title: [what],
    label: 'Secret',
    secret,
    facts: ['It signs what is sent to ', written(url), ', so that your program can verify it.'],
    old: end ? ['The old secret signs too. It ends ', fromNowElement(end), '.'] : [],
    onClose: () => outcome.done(`${what}.`),
  });
}

/** The beginning of a URL, so that a dialog with a long one need not scroll. */
const shortened = (url: string): HTMLElement =>
  written(url.length > 200 ? `${url.slice(0, 200)}…` : url);
