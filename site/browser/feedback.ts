import { show, within } from '../../settings/dom.ts';

/** Shows the feedback form. It sends the path of the page and yes or no, and no data about the reader. */
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
  const saved = await fetch('/api/v1/feedback', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ page: location.pathname, helpful }),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
  status.textContent = saved
    ? 'Thank you. Your feedback was saved, without data about you.'
    : 'Your feedback could not be saved. Try again in a minute.';
  if (!saved) return;
  // Moves the focus to the form, because the button that has it disappears.
  form.tabIndex = -1;
  form.focus();
  show(choices, false);
}
