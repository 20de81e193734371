import { make, show } from '../../settings/dom.ts';
import { isWellFormedApiKey, keyInWords } from '../../src/auth/api-key.ts';

/** The reader's API key. It is only in this variable: never on the disk, in another tab or after a reload. */
let apiKey: string | undefined;

export const ownKey = (): string | undefined => apiKey;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Fills the origin into all examples, because the build does not know where they will be served. */
export const fillOrigin = (): void => fill('origin', location.origin);

/** Fills the values that the reader enters into all examples, if they are well-formed. */
export function wireOwnValues(): void {
  const fields = document.querySelector<HTMLElement>('.own');
  if (!fields) return;
  show(fields);
  wire('key', isWellFormedApiKey, `This is not an API key. A key is ${keyInWords()}.`, (key) => {
    apiKey = key;
  });
  wire(
    'user',
    (text) => UUID.test(text),
    'This is not a user id. An id is a UUID, such as the grey example.',
    (user) => {
      for (const input of document.querySelectorAll<HTMLInputElement>('[data-fill-value="user"]'))
        input.value = user ?? input.defaultValue;
    },
  );
}

function wire(
  name: 'key' | 'user',
  isValid: (text: string) => boolean,
  complaint: string,
  keep: (value: string | undefined) => void,
): void {
  const input = document.getElementById(name) as HTMLInputElement;
  const error = document.getElementById(`${name}-error`) as HTMLElement;
  const read = (isDone: boolean) => {
    const text = input.value.trim();
    const valid = text !== '' && isValid(text);
    const wrong = text !== '' && !valid && isDone;
    input.setAttribute('aria-invalid', String(wrong));
    error.textContent = wrong ? complaint : '';
    keep(valid ? text : undefined);
    fill(name, valid ? text : undefined);
  };
  input.addEventListener('input', () => read(false));
  input.addEventListener('change', () => read(true));
  // The browser can show a page again from its memory, with the values that were entered.
  addEventListener('pagehide', () => {
    input.value = '';
    read(true);
  });
}

/** Puts a value into its places in the examples; undefined restores the placeholder. */
function fill(name: 'origin' | 'key' | 'user', value: string | undefined): void {
  for (const slot of document.querySelectorAll<HTMLElement>(`[data-fill="${name}"]`)) {
    slot.dataset['blank'] ??= slot.textContent;
    slot.textContent = value ?? slot.dataset['blank'];
    slot.classList.toggle('filled', value !== undefined);
  }
}

/** Returns a link to the field where the key is entered. */
export const linkToKey = (): HTMLElement =>
  make('a', { href: '#key' }, 'Enter your API key at the top of the page');
