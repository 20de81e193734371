import { type ApiKey, type NewApiKey, type ReplacedKey, rotateKey, type Session } from './api.ts';
import { type Outcome, openFormDialog } from './dialog.ts';
import { type Child, make, written } from './dom.ts';
import { ExpiryField } from './expiry-field.ts';
import { FormFields } from './form-fields.ts';
import { field, select } from './form-parts.ts';
import { showNewKey } from './new-key.ts';
import { fromNowElement } from './time.ts';

/** For how long the old key waits for that; the build puts the API's number in its place. */
declare const FIRST_USE_HOURS: number;

const ENDS = [
  ['', 'When the new key is first used'],
  ['0', 'Now'],
  ['3600', 'In 1 hour'],
  ['86400', 'In 1 day'],
  ['604800', 'In 7 days'],
] as const;

/** Opens the question when the old key ends, and when the new one does. */
export function openRotate(key: ApiKey, session: Session, outcome: Outcome): void {
  const grace = select('grace', ENDS);
  const expiry = new ExpiryField('The new key expires', key.expires_at);
  const fields = new FormFields({ expires_at: expiry.date });
  const graceHint = `If the new key is not used, the old key stops working after ${FIRST_USE_HOURS} hours. Choose a time if several programs use the old key. Choose Now if it may have leaked.`;
  openFormDialog({
    id: 'rotate',
    title: ['Rotate “', written(key.name), '”'],
    body: [
      make(
        'p',
        { id: 'rotate-text' },
        `Creates a new key with the same rights, which replaces ${key.prefix}….`,
      ),
      field('The old key stops working', grace, graceHint),
      ...expiry.elements,
    ],
    action: 'Rotate the key',
    pending: 'Rotating…',
    submit: async (dialog) => {
      fields.clearErrors();
      if (expiry.fault) fields.setError('expires_at', expiry.fault);
      if (fields.focusFirstError()) return;
      const { key: successor, replaced } = await rotateKey(key.id, {
        ...(grace.value !== '' && { grace: Number(grace.value) }),
        ...(expiry.value !== undefined && { expires_at: expiry.value }),
      });
      dialog.close();
      const old = fateOf(key, successor, replaced);
      showNewKey(successor, { session, verb: 'rotated', old, outcome });
    },
    explain: (problem) => fields.explain(problem),
    onUncertain: outcome.uncertain,
  });
}

/** What happens to the old key, as the response says: it may end sooner than requested. */
function fateOf({ prefix }: ApiKey, key: NewApiKey, replaced: ReplacedKey | undefined): Child[] {
  if (!replaced) return [];
  const { expires_at, until_first_use } = replaced;
  const end = Date.parse(expires_at);
  // The clock of this browser may be behind; by the clock of the server both are the same moment.
  if (end <= Date.parse(key.created_at) || end <= Date.now())
    return [`The old key, ${prefix}…, has stopped working.`];
  const when = fromNowElement(expires_at);
  return until_first_use
    ? [
        `The old key, ${prefix}…, works until the new key is first used. It stops working `,
        when,
        ' at the latest.',
      ]
    : [`The old key, ${prefix}…, stops working `, when, '.'];
}
