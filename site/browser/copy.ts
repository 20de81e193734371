import { make } from '../../settings/dom.ts';

/** Puts a button that copies into every block of code. */
export function wireCopying(): void {
  for (const code of document.querySelectorAll<HTMLElement>('.code')) {
    const button = make('button', { type: 'button', class: 'quiet small copy' }, 'Copy');
    // So that a screen reader tells the outcome: a changed name of a button it would not.
    const told = make('span', { class: 'visually-hidden', role: 'status' });
    button.addEventListener('click', () => copy(code, button, told));
    code.querySelector('pre')?.prepend(button);
    code.append(told);
  }
}

async function copy(code: HTMLElement, button: HTMLElement, told: HTMLElement): Promise<void> {
  const text = code.querySelector('code');
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = told.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(text);
    button.textContent = told.textContent = 'Selected: press Ctrl+C or ⌘C';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
    told.textContent = '';
  }, 2500);
}
