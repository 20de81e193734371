import { make } from '../../settings/dom.ts';

/** Adds a copy button to every block of code. */
export function wireCopying(): void {
  for (const code of document.querySelectorAll<HTMLElement>('.code')) {
    const button = make('button', { type: 'button', class: 'quiet small copy' }, 'Copy');
    // A screen reader announces this text, but not the changed name of a button.
    const status = make('span', { class: 'visually-hidden', role: 'status' });
    button.addEventListener('click', () => copy(code, button, status));
    code.querySelector('pre')?.prepend(button);
    code.append(status);
  }
}

async function copy(code: HTMLElement, button: HTMLElement, status: HTMLElement): Promise<void> {
  const text = code.querySelector('code');
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = status.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(text);
    button.textContent = status.textContent = 'Selected: press Ctrl+C or ⌘C';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
    status.textContent = '';
  }, 2500);
}
