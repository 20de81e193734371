import { type Key, type NewKey, revokeKey, rotateKey } from './api.ts';
import { wireFormDialog } from './dialog.ts';
import { byId, within } from './dom.ts';

const rotateDialog = byId<HTMLDialogElement>('rotate-dialog');
const revokeDialog = byId<HTMLDialogElement>('revoke-dialog');
const grace = byId<HTMLSelectElement>('grace');

/** The key that the open dialog is about. */
let current: Key | undefined;

export function openRotate(key: Key): void {
  current = key;
  within<HTMLFormElement>(rotateDialog, 'form').reset();
  byId('rotate-title').textContent = `Rotate “${key.name}”`;
  byId('rotate-text').textContent =
    `You get a new key that may do the same as ${key.prefix}…, which it replaces.`;
  rotateDialog.showModal();
}

export function openRevoke(key: Key): void {
  current = key;
  byId('revoke-title').textContent = `Revoke “${key.name}”?`;
  byId('revoke-text').textContent =
    `Whatever uses ${key.prefix}… is refused from then on. This cannot be undone.`;
  revokeDialog.showModal();
}

interface Listeners {
  /** The new key, and what becomes of the old one, as a sentence. */
  onRotated: (key: NewKey, oldKey: string) => void;
  onRevoked: (key: Key) => void;
  onUncertain: () => void;
}

/** Wires both dialogs once. */
export function wireChanges({ onRotated, onRevoked, onUncertain }: Listeners): void {
  wireFormDialog({
    dialog: rotateDialog,
    pending: 'Rotating…',
    submit: async () => {
      if (!current) return;
      const old = current;
      const when = grace.selectedOptions[0]?.text.toLowerCase() ?? '';
      const key = await rotateKey(old.id, Number(grace.value));
      rotateDialog.close();
      onRotated(
        key,
        grace.value === '0'
          ? `The old key, ${old.prefix}…, has stopped working.`
          : `The old key, ${old.prefix}…, stops working ${when}.`,
      );
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
