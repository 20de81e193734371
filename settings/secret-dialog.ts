import { type Child, make } from './dom.ts';

// The dialog that shows a secret, and the question before it is lost. Made once, when this is loaded.

/** What people call what is shown; filled in when it is. */
const noun = (): HTMLElement => make('span', { class: 'noun' });
const hidden = (...children: Child[]): HTMLElement =>
  make('span', { class: 'visually-hidden' }, ...children);
const button = (attributes: Record<string, string | boolean>, ...children: Child[]) =>
  make('button', { type: 'button', ...attributes }, ...children);

export const title = make('h2', { id: 'secret-title' });
export const label = make('label', { for: 'secret', id: 'secret-label' });
export const secret = make('input', {
  id: 'secret',
  class: 'mono',
  readonly: true,
  spellcheck: 'false',
  autocomplete: 'off',
});
export const copySecret = button({ id: 'copy-secret' }, 'Copy', hidden(' the ', noun()));
export const curl = make('pre', { id: 'curl', class: 'mono' });
export const copyCurl = button(
  { id: 'copy-curl', class: 'quiet small' },
  'Copy',
  hidden(' the command'),
);
export const trial = make(
  'div',
  { class: 'field', id: 'try' },
  make('div', { class: 'copyable-title' }, make('h3', {}, 'Try it'), copyCurl),
  curl,
  make('p', { class: 'hint' }, 'This request changes nothing and returns your profile.'),
);
export const facts = make('p', { id: 'secret-facts', class: 'hint' });
export const old = make('p', { id: 'old-secret', class: 'hint' });
export const copied = make('p', { id: 'copied', class: 'hint', role: 'status' });

export const dialog = make(
  'dialog',
  {
    id: 'secret-dialog',
    'aria-labelledby': 'secret-title',
    'aria-describedby': 'secret-warning',
  },
  make(
    'form',
    { method: 'dialog' },
    title,
    make(
      'div',
      { class: 'body' },
      make(
        'p',
        { id: 'secret-warning', class: 'notice warn' },
        ...['Copy the ', noun(), ' now. It is shown only once.'],
      ),
      make(
        'div',
        { class: 'field' },
        label,
        make('div', { class: 'copyable' }, secret, copySecret),
      ),
      trial,
      facts,
      old,
    ),
    make('div', { class: 'actions' }, copied, button({ type: 'submit', class: 'primary' }, 'Done')),
  ),
);

export const question = make(
  'dialog',
  {
    id: 'unsaved-dialog',
    class: 'slim',
    role: 'alertdialog',
    'aria-labelledby': 'unsaved-title',
    'aria-describedby': 'unsaved-text',
  },
  make(
    'form',
    { method: 'dialog' },
    make('h2', { id: 'unsaved-title' }, 'Close without copying the ', noun(), '?'),
    make(
      'div',
      { class: 'body' },
      make(
        'p',
        { id: 'unsaved-text' },
        ...['The ', noun(), ' has not been copied, and it cannot be shown again.'],
      ),
    ),
    make(
      'div',
      { class: 'actions' },
      button({ type: 'submit', value: 'back', id: 'unsaved-back', autofocus: true }, 'Go back'),
      button(
        { type: 'submit', value: 'close', id: 'unsaved-close', class: 'danger' },
        'Close without copying',
      ),
    ),
  ),
);

document.body.append(dialog, question);
