import type { Problem } from './api.ts';
import { byId } from './dom.ts';

/** The fields of a form by the members of the request; `aria-describedby` of each begins with the id of its error. */
export class FormFields<Part extends string> {
  readonly #elements: Record<Part, HTMLElement>;

  constructor(elements: Record<Part, HTMLElement>) {
    this.#elements = elements;
  }

  setError(part: Part, message: string): void {
    const element = this.#elements[part];
    errorOf(element).textContent = message;
    element.ariaInvalid = 'true';
    const folded = element.closest('details');
    if (folded) folded.open = true;
  }

  clearErrors(): void {
    for (const element of Object.values<HTMLElement>(this.#elements)) {
      errorOf(element).textContent = '';
      element.ariaInvalid = null;
    }
  }

  /** Gives the focus to the first field with an error; returns whether there is one. */
  focusFirstError(): boolean {
    const invalid = document.querySelector<HTMLElement>('dialog[open] [aria-invalid="true"]');
    if (!invalid) return false;
    (invalid.querySelector<HTMLElement>('input:enabled') ?? invalid).focus();
    return true;
  }

  /** Shows the API's messages at their fields; returns whether these were all. */
  explain({ errors }: Problem): boolean {
    let all = errors.length > 0;
    for (const { pointer, detail } of errors) {
      // Only the first fault of a list is shown.
      const part = pointer?.split('/')[1] ?? '';
      if (this.#isThere(part)) this.setError(part, detail);
      else all = false;
    }
    this.focusFirstError();
    return all;
  }

  #isThere(part: string): part is Part {
    if (!Object.hasOwn(this.#elements, part)) return false;
    const element = this.#elements[part as Part];
    return element.isConnected && element.closest('[hidden]') === null;
  }
}

const errorOf = (element: HTMLElement): HTMLElement =>
  byId(element.getAttribute('aria-describedby')?.split(' ')[0] ?? '');
