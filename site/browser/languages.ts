const STORED = 'docs-language';

/** Shows every example in the language that was chosen in one of them, on the next page too. */
export function wireLanguages(): void {
  const choices = [...document.querySelectorAll<HTMLInputElement>('.tabs input')];
  const choose = (language: string) => {
    for (const choice of choices) if (choice.value === language) choice.checked = true;
  };
  for (const choice of choices)
    choice.addEventListener('change', () => {
      const before = choice.getBoundingClientRect().top;
      choose(choice.value);
      // The examples above have other heights now; the one at hand stays where it is.
      scrollBy(0, choice.getBoundingClientRect().top - before);
      withStorage((storage) => storage.setItem(STORED, choice.value));
    });
  withStorage((storage) => choose(storage.getItem(STORED) ?? 'curl'));
}

/** In a browser that stores nothing, even reading the storage throws. */
function withStorage(action: (storage: Storage) => void): void {
  try {
    action(sessionStorage);
  } catch {
    // Then the choice lasts as long as the page.
  }
}
