import type { NewKey } from './api.ts';
import { byId } from './dom.ts';
import { writesProfile } from './roles.ts';

interface Shown {
  title: string;
  key: NewKey;
  firstName: string | null;
  /** What becomes of the key that this one replaces. */
  oldKey?: string;
  onClose: () => void;
}

const dialog = byId<HTMLDialogElement>('secret-dialog');
const secret = byId<HTMLInputElement>('secret');
const curl = byId('curl');
const copied = byId('copied');

/** Shows a new key, this once; when the dialog closes, the page forgets it. */
export function showSecret({ title, key, firstName, oldKey, onClose }: Shown): void {
  byId('secret-title').textContent = title;
  byId('old-key').textContent = oldKey ?? '';
  secret.value = key.key;
  curl.textContent = curlFor(key, firstName);
  dialog.addEventListener(
    'close',
    () => {
      secret.value = '';
      curl.textContent = '';
      copied.textContent = '';
      onClose();
    },
    { once: true },
  );
  dialog.showModal();
  selectSecret();
}

/** A command that can be pasted into a shell as it is. The header keeps the key out of access logs. */
export function curlFor(key: NewKey, firstName: string | null): string {
  const body = writesProfile(key.scopes) && firstName !== null ? { first_name: firstName } : {};
  return [
    `curl -X PUT '${location.origin}/api/v1/user/${key.owner_id}'`,
    `-H 'Authorization: Bearer ${key.key}'`,
    `-H 'Content-Type: application/json'`,
    // The page knows no version; any will do for an update that changes nothing.
    ...(key.require_precondition ? [`-H 'If-Match: *'`] : []),
    `-d ${shellQuoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Copies, or selects the text so that the reader can. */
async function copy(what: string, text: string, select: () => void): Promise<void> {
  copied.textContent = ''; // so that a second copy is told as well
  try {
    await navigator.clipboard.writeText(text);
    copied.textContent = `The ${what} is copied.`;
  } catch {
    select();
    copied.textContent = `The browser refused. The ${what} is selected: press Ctrl+C or ⌘C.`;
  }
}

function selectSecret(): void {
  secret.focus();
  secret.select();
}

byId('copy-secret').addEventListener('click', () => copy('key', secret.value, selectSecret));
byId('copy-curl').addEventListener('click', () =>
  copy('command', curl.textContent, () => getSelection()?.selectAllChildren(curl)),
);
