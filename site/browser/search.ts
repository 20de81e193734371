import { make, show, within } from '../../settings/dom.ts';
import { type Entry, searcher } from '../search.ts';

/** Makes the button open the search. The entries are loaded when it is first opened. */
export function wireSearch(): void {
  const button = document.querySelector<HTMLElement>('.search-button');
  const dialog = document.querySelector<HTMLDialogElement>('dialog.search');
  if (!button || !dialog) return;
  const input = within<HTMLInputElement>(dialog, 'input');
  let find: ReturnType<typeof load> | undefined;
  const update = async () => {
    find ??= load(dialog.dataset['entries'] ?? '');
    showResults(dialog, input.value.trim(), await find);
  };
  const open = () => {
    if (!dialog.open) dialog.showModal();
    input.select();
    void update();
  };
  show(button);
  button.addEventListener('click', open);
  addEventListener('keydown', (event) => {
    if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
  input.addEventListener('input', () => void update());
  wireKeys(dialog, input);
}

/** Returns the search function; undefined if the entries could not be loaded. */
const load = async (path: string): Promise<((query: string) => Entry[]) | undefined> => {
  try {
    const response = await fetch(path);
    return searcher((await response.json()) as Entry[]);
  } catch {
    return undefined;
  }
};

function showResults(
  dialog: HTMLElement,
  query: string,
  find: ((query: string) => Entry[]) | undefined,
): void {
  const found = query === '' ? [] : (find?.(query) ?? []);
  within(dialog, '.results').replaceChildren(...found.map(result));
  within(dialog, '[role="status"]').textContent = inWords(query, find ? found.length : undefined);
}

function inWords(query: string, count: number | undefined): string {
  if (count === undefined) return 'The search could not be loaded. Reload the page to try again.';
  if (query === '') return '';
  if (count === 0) return `Nothing found for “${query}”.`;
  return count === 1 ? '1 result' : `${count} results`;
}

const result = ({ path, title, part, text }: Entry): HTMLElement =>
  make(
    'li',
    { class: 'result' },
    make('a', { href: path }, title),
    make('p', { class: 'result-part' }, part),
    make('p', { class: 'result-text' }, text),
  );

/** Enter opens the first result, arrow keys move through the results, and a link closes the search. */
function wireKeys(dialog: HTMLDialogElement, input: HTMLInputElement): void {
  const links = () => [...dialog.querySelectorAll<HTMLElement>('.results a')];
  within(dialog, 'form').addEventListener('submit', (event) => {
    event.preventDefault();
    links()[0]?.click();
  });
  dialog.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const stops: (Element | null)[] = [input, ...links()];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next instanceof HTMLElement) next.focus();
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a, .close')) dialog.close();
  });
}
