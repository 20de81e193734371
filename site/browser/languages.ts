const STORED = 'docs-language';

/** Shows every example in the language that was chosen in one of them, on later pages, too. */
export function wireLanguages(): void {
  const choices = [...document.querySelectorAll<HTMLInputElement>('.tabs input')];
  const choose = (language: string) => {
    for (const choice of choices) if (choice.value === language) choice.checked = true;
  };
  for (const choice of choices)
    choice.addEventListener('change', () => {
      const before = choice.getBoundingClientRect().top;
      choose(choice.value);
      // The examples above may have other heights now. This keeps the chosen one in its place.
      scrollBy(0, choice.getBoundingClientRect().top - before);
      withStorage((storage) => storage.setItem(STORED, choice.value));
    });
  withStorage((storage) => choose(storage.getItem(STORED) ?? 'curl'));
}

/** Runs an action on the storage. In a browser that stores nothing, even reading the storage throws. */
function withStorage(action: (storage: Storage) => void): void {
  try {
    action(sessionStorage);
  } catch {
    // The choice then lasts only as long as the page.
  }
}
