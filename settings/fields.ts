import type { Problem } from './api.ts';
import { byId } from './dom.ts';

/** The fields of a form by the members of the request; `aria-describedby` of each begins with the id of its error. */
export class FormFields<Part extends string> {
  readonly #form: HTMLElement;
  readonly #elements: Record<Part, HTMLElement>;

  constructor(form: HTMLElement, elements: Record<Part, HTMLElement>) {
    this.#form = form;
    this.#elements = elements;
  }

  setError(part: Part, message: string): void {
    const element = this.#elements[part];
    errorOf(element).textContent = message;
    element.ariaInvalid = 'true';
  }

  clearErrors(): void {
    for (const element of Object.values<HTMLElement>(this.#elements)) {
      errorOf(element).textContent = '';
      element.ariaInvalid = null;
    }
  }

  /** Gives the focus to the first field with an error; returns whether there is one. */
  focusFirstError(): boolean {
    const invalid = this.#form.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!invalid) return false;
    (invalid.querySelector<HTMLElement>('input:enabled') ?? invalid).focus();
    return true;
  }

  /** Shows the API's messages at their fields; returns whether these were all. */
  explain({ errors }: Problem): boolean {
    let all = errors.length > 0;
    for (const { pointer, detail } of errors) {
      const part = pointer?.slice(1) ?? '';
      if (this.#isVisible(part)) this.setError(part, detail);
      else all = false;
    }
    this.focusFirstError();
    return all;
  }

  #isVisible(part: string): part is Part {
    return Object.hasOwn(this.#elements, part) && this.#elements[part as Part].checkVisibility();
  }
}

const errorOf = (element: HTMLElement): HTMLElement =>
  byId(element.getAttribute('aria-describedby')?.split(' ')[0] ?? '');
