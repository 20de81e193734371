import { type Child, show } from './dom.ts';
import * as parts from './secret-dialog.ts';

interface Shown {
  title: Child[];
  label: 'Key' | 'Secret';
  secret: string;
  /** With which it can be tried. */
  command?: string;
  facts: Child[];
  /** Until when the one that this replaces works. */
  old: Child[];
  onClose: () => void;
}

const { dialog, question, secret, curl, copied } = parts;

/** What people call what is shown. */
let noun = '';
/** Whether leaving would lose it: it is shown and has not been copied. */
let isAtRisk = false;

/** Shows a new key or secret, this once; when the dialog closes, the page forgets it. */
export function showSecret({ title, label, command, facts, old, onClose, ...shown }: Shown): void {
  noun = label.toLowerCase();
  for (const place of document.querySelectorAll('.noun')) place.textContent = noun;
  parts.title.replaceChildren(...title);
  parts.label.textContent = label;
  parts.facts.replaceChildren(...facts);
  parts.old.replaceChildren(...old);
  secret.value = shown.secret;
  curl.textContent = command ?? '';
  show(parts.trial, command !== undefined);
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

/** A listener that is there only when needed, because it keeps browsers from going back quickly. */
function setAtRisk(atRisk: boolean): void {
  isAtRisk = atRisk;
  if (atRisk) addEventListener('beforeunload', preventDefault);
  else removeEventListener('beforeunload', preventDefault);
}

const preventDefault = (event: Event): void => event.preventDefault();

/** Asks before it is lost. */
function askFirst(event: Event): void {
  if (!isAtRisk || question.open) return;
  event.preventDefault();
  question.returnValue = '';
  question.showModal();
}

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

/** Whether all of it is selected: in its field, or in the command. */
function isSelected(): boolean {
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
dialog.addEventListener('copy', () => isSelected() && setAtRisk(false));
question.addEventListener('close', () => {
  if (question.returnValue === 'close') dialog.close();
});
// The browser may keep this page to come back to; the secret is not to be there.
addEventListener('pagehide', () => {
  forget();
  question.close();
  dialog.close();
});

parts.copySecret.addEventListener('click', () => copy(noun, secret.value, selectSecret));
parts.copyCurl.addEventListener('click', () =>
  copy('command', curl.textContent, () => getSelection()?.selectAllChildren(curl)),
);
