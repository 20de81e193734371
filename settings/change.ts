import { type ApiKey, type NewApiKey, type ReplacedKey, revokeKey, rotateKey } from './api.ts';
import { wireFormDialog } from './dialog.ts';
import { byId, type Child, within, written } from './dom.ts';
import { fromNowElement } from './time.ts';

const rotateDialog = byId<HTMLDialogElement>('rotate-dialog');
const revokeDialog = byId<HTMLDialogElement>('revoke-dialog');
const grace = byId<HTMLSelectElement>('grace');

/** The key that the open dialog is about. */
let current: ApiKey | undefined;

export function openRotate(key: ApiKey): void {
  current = key;
  within<HTMLFormElement>(rotateDialog, 'form').reset();
  byId('rotate-title').replaceChildren('Rotate “', written(key.name), '”');
  byId('rotate-text').replaceChildren(
    `Creates a new key with the same rights, which replaces ${key.prefix}…. `,
    ...(key.expires_at
      ? ['It expires when the old key would have expired: ', fromNowElement(key.expires_at), '.']
      : ['Like the old key, it never expires.']),
  );
  rotateDialog.showModal();
}

export function openRevoke(key: ApiKey): void {
  current = key;
  byId('revoke-title').replaceChildren('Revoke “', written(key.name), '”?');
  byId('revoke-text').textContent =
    `Requests with ${key.prefix}… will be refused immediately. This cannot be undone.`;
  revokeDialog.showModal();
}

interface Listeners {
  /** The new key, and what becomes of the old one, as a sentence. */
  onRotated: (key: NewApiKey, oldKey: Child[]) => void;
  onRevoked: (key: ApiKey) => void;
  onUncertain: () => void;
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

/** Wires both dialogs once. */
export function wireChanges({ onRotated, onRevoked, onUncertain }: Listeners): void {
  wireFormDialog({
    dialog: rotateDialog,
    pending: 'Rotating…',
    submit: async () => {
      if (!current) return;
      const old = current;
      const seconds = grace.value === '' ? undefined : Number(grace.value);
      const { key, replaced } = await rotateKey(old.id, seconds);
      rotateDialog.close();
      onRotated(key, fateOf(old, key, replaced));
    },
    onUncertain,
  });
  wireFormDialog({
    dialog: revokeDialog,
    pending: 'Revoking…',
    submit: async () => {
      if (!current) return;
      const key = await revokeKey(current.id);
      revokeDialog.close();
      onRevoked(key);
    },
    onUncertain,
  });
}
