import { escapeHidden } from '../src/http/visible-text.ts';
import type { NewApiKey } from './api.ts';
import { byId, type Child } from './dom.ts';
import { roleTitle, writesProfile } from './roles.ts';
import { fromNowElement } from './time.ts';

interface Shown {
  title: Child[];
  key: NewApiKey;
  firstName: string | null;
  /** What becomes of the key that this one replaces. */
  oldKey: Child[];
  onClose: () => void;
}

const dialog = byId<HTMLDialogElement>('secret-dialog');
const question = byId<HTMLDialogElement>('unsaved-dialog');
const secret = byId<HTMLInputElement>('secret');
const curl = byId('curl');
const copied = byId('copied');

/** Whether leaving would lose the key: it is shown and has not been copied. */
let isAtRisk = false;

/** Shows a new key, this once; when the dialog closes, the page forgets it. */
export function showSecret({ title, key, firstName, oldKey, onClose }: Shown): void {
  byId('secret-title').replaceChildren(...title);
  byId('key-facts').replaceChildren(
    `Its role is ${roleTitle(key.role)}. It `,
    ...(key.expires_at ? ['expires ', fromNowElement(key.expires_at)] : ['never expires']),
    '.',
  );
  byId('old-key').replaceChildren(...oldKey);
  secret.value = key.key;
  curl.textContent = curlFor(key, firstName);
  setAtRisk(true);
  dialog.addEventListener(
    'close',
    () => {
      forget();
      onClose();
    },
    { once: true },
  );
  dialog.showModal();
  selectSecret();
}

function forget(): void {
  secret.value = '';
  curl.textContent = '';
  copied.textContent = '';
  setAtRisk(false);
}

/** A listener that is there only when needed, for it keeps browsers from going back quickly. */
function setAtRisk(atRisk: boolean): void {
  isAtRisk = atRisk;
  if (atRisk) addEventListener('beforeunload', preventDefault);
  else removeEventListener('beforeunload', preventDefault);
}

const preventDefault = (event: Event): void => event.preventDefault();

/** Asks before the key is lost. */
function askFirst(event: Event): void {
  if (!isAtRisk || question.open) return;
  event.preventDefault();
  question.returnValue = '';
  question.showModal();
}

/** A command that can be pasted into a shell as it is. The header keeps the key out of access logs. */
function curlFor(key: NewApiKey, firstName: string | null): string {
  const body = writesProfile(key.scopes) && firstName !== null ? { first_name: firstName } : {};
  return [
    `curl -X PUT '${location.origin}/api/v1/user/${key.owner_id}'`,
    `-H 'Authorization: Bearer ${key.key}'`,
    `-H 'Content-Type: application/json'`,
    // The page knows no version; any will do for an update that changes nothing.
    ...(key.require_precondition ? [`-H 'If-Match: *'`] : []),
    // Hidden characters would be pasted unseen; as escapes of JSON they mean the same.
    `-d ${shellQuoted(escapeHidden(JSON.stringify(body)))}`,
  ].join(' \\\n  ');
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Copies, or selects the text so that the reader can. */
async function copy(what: string, text: string, select: () => void): Promise<void> {
  copied.textContent = ''; // so that a second copy is announced as well
  try {
    await navigator.clipboard.writeText(text);
    setAtRisk(false);
    copied.textContent = `The ${what} was copied.`;
  } catch {
    select();
    copied.textContent = `The browser blocked copying. The ${what} is selected: press Ctrl+C or ⌘C.`;
  }
}

function selectSecret(): void {
  secret.focus();
  secret.select();
}

/** Whether the whole key is selected: in its field, or in the command. */
function isKeySelected(): boolean {
  const { selectionStart, selectionEnd, value } = secret;
  const inField = document.activeElement === secret && selectionStart === 0;
  return (inField && selectionEnd === value.length) || `${getSelection()}`.includes(value);
}

// Escape is asked about by its key: a browser lets a page refuse only the first request to close.
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') askFirst(event);
  // Pressing Enter twice in the form before must not close this unnoticed.
  if (event.key === 'Enter' && event.target === secret) event.preventDefault();
});
dialog.addEventListener('cancel', askFirst);
dialog.addEventListener('copy', () => isKeySelected() && setAtRisk(false));
question.addEventListener('close', () => {
  if (question.returnValue === 'close') dialog.close();
});
// The browser may keep this page to come back to; the key is not to be there.
addEventListener('pagehide', () => {
  forget();
  question.close();
  dialog.close();
});

byId('copy-secret').addEventListener('click', () => copy('key', secret.value, selectSecret));
byId('copy-curl').addEventListener('click', () =>
  copy('command', curl.textContent, () => getSelection()?.selectAllChildren(curl)),
);
