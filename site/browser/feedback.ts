import { show, within } from '../../settings/dom.ts';

/** Asks whether the page helped. What is sent is the page and the answer, nothing of the reader. */
export function wireFeedback(): void {
  const form = document.querySelector<HTMLFormElement>('.feedback');
  if (!form) return;
  show(form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const helpful = (event.submitter as HTMLButtonElement | null)?.value === 'true';
    void send(form, helpful);
  });
}

async function send(form: HTMLFormElement, helpful: boolean): Promise<void> {
  const status = within(form, '[role="status"]');
  const choices = within(form, '.choices');
  const kept = await fetch('/api/v1/feedback', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ page: location.pathname, helpful }),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
  status.textContent = kept
    ? 'Thank you. Your feedback was saved, without data about you.'
    : 'Your feedback could not be saved. Try again in a minute.';
  if (!kept) return;
  // The focus must not vanish with the button that had it.
  form.tabIndex = -1;
  form.focus();
  show(choices, false);
}
