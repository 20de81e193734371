import { Problem } from './api.ts';
import { make, within } from './dom.ts';

// The browser's own modal dialogs keep the focus inside, close on Escape, and give the focus back.

/** A dialog with a form that sends something: what it needs beside its fields. */
interface FormDialog {
  dialog: HTMLDialogElement;
  /** What the button says while the answer is awaited. */
  pending: string;
  /** Sends; a Problem that it throws is shown in the dialog. Nothing if the fields are not valid. */
  submit: () => Promise<void>;
  /** Shows the part of a problem that belongs to fields; answers whether that was all of it. */
  explain?: (problem: Problem) => boolean;
  /** Called when the dialog was closed after a request that may or may not have taken effect. */
  onUncertain: () => void;
}

/** Wires the form of a dialog once; `showModal` opens it. */
export function wireFormDialog(options: FormDialog): void {
  const { dialog, pending, onUncertain } = options;
  const form = within<HTMLFormElement>(dialog, 'form');
  const button = within<HTMLButtonElement>(form, '.actions button:last-child');
  const label = button.textContent;
  let uncertain = false;

  within(form, '.cancel').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    showProblem(dialog);
    if (uncertain) onUncertain();
    uncertain = false;
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    // aria-disabled, because a button that is disabled would lose the focus.
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    button.textContent = pending;
    showProblem(dialog);
    try {
      await options.submit();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      uncertain ||= error.isUncertain;
      if (!options.explain?.(error)) showProblem(dialog, error);
    } finally {
      button.ariaDisabled = null;
      button.textContent = label;
    }
  });
}

/** Shows in an open dialog what went wrong, or nothing. */
function showProblem(dialog: HTMLDialogElement, problem?: Problem): void {
  const place = within(dialog, '.problem');
  place.replaceChildren(...(problem ? [problemNotice(problem)] : []));
  if (problem) place.scrollIntoView({ block: 'nearest' });
}

/** What went wrong in the API's words, with the id by which its log can be searched. */
export function problemNotice(problem: Problem): HTMLElement {
  const notice = make('div', { class: 'notice bad' }, make('p', {}, problem.message));
  for (const { detail } of problem.errors) notice.append(make('p', {}, detail));
  if (problem.requestId)
    notice.append(
      make('p', { class: 'request-id' }, 'Request ', make('code', {}, problem.requestId)),
    );
  return notice;
}

export function closeAllDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) if (dialog.open) dialog.close();
}
