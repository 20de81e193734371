import { Problem } from './api.ts';
import { type Child, make, within } from './dom.ts';
import { problemNotice } from './problem.ts';

// The browser's own modal dialogs keep the focus inside, close on Escape, and give the focus back.

/** What follows a dialog. */
export interface Outcome {
  /** Something was changed, which the page does not show yet. */
  changed: () => void;
  /** All is done: what to say, as a sentence. */
  done: (...sentence: Child[]) => void;
  /** The dialog was closed after a request that may or may not have taken effect. */
  uncertain: () => void;
}

interface FormDialog {
  /** The id of the dialog, and the prefix of the ids within. */
  id: string;
  title: Child[];
  /** With the id `${id}-text`, what describes the dialog. */
  body: Child[];
  /** The button that sends, and what it says until the response is there. */
  action: string;
  pending: string;
  /** A question before something is lost: the safe button has the focus first. */
  isDangerous?: boolean;
  /** For a form of many fields. */
  isWide?: boolean;
  /** Sends; a Problem that it throws is shown in the dialog. Nothing if the fields are not valid. */
  submit: (dialog: HTMLDialogElement) => Promise<void>;
  /** Shows the part of a problem that belongs to fields; returns whether that was all of it. */
  explain?: (problem: Problem) => boolean;
  onUncertain: () => void;
}

/** Opens a dialog with a form. It is created each time, and removed when it is closed. */
export function openFormDialog(options: FormDialog): HTMLDialogElement {
  const { id, title, body, action, isDangerous = false, isWide = false, onUncertain } = options;
  const cancel = make(
    'button',
    { type: 'button', class: 'cancel', autofocus: isDangerous },
    isDangerous ? 'Keep it' : 'Cancel',
  );
  const button = make('button', { type: 'submit', class: isDangerous ? 'danger' : 'primary' });
  button.textContent = action;
  const form = make(
    'form',
    { novalidate: true },
    make('h2', { id: `${id}-title` }, ...title),
    make('div', { class: 'body' }, make('div', { class: 'problem', role: 'alert' }), ...body),
    make('div', { class: 'actions' }, cancel, button),
  );
  const dialog = make(
    'dialog',
    {
      id: `${id}-dialog`,
      class: !isWide && 'slim',
      role: isDangerous && 'alertdialog',
      'aria-labelledby': `${id}-title`,
    },
    form,
  );
  if (dialog.querySelector(`#${id}-text`)) dialog.setAttribute('aria-describedby', `${id}-text`);
  let uncertain = false;
  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (uncertain) onUncertain();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    // aria-disabled, because a button that is disabled would lose the focus.
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    button.textContent = options.pending;
    showProblem(dialog);
    try {
      await options.submit(dialog);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      uncertain ||= error.isUncertain;
      if (dialog.open && !options.explain?.(error)) showProblem(dialog, error);
    } finally {
      button.ariaDisabled = null;
      button.textContent = action;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Shows in an open dialog what went wrong, or nothing. */
function showProblem(dialog: HTMLDialogElement, problem?: Problem): void {
  const place = within(dialog, '.problem');
  place.replaceChildren(...(problem ? [problemNotice(problem)] : []));
  if (problem) place.scrollIntoView({ block: 'nearest' });
}
