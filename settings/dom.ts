import { showHidden } from '../src/http/visible-text.ts';

type Attributes = Record<string, string | boolean | undefined>;
export type Child = Node | string;

/** The element of the page with an id; the page without it is a mistake of ours. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as T;
}

/** The first element that matches within another. */
export function within<T extends HTMLElement = HTMLElement>(
  parent: ParentNode,
  selector: string,
): T {
  const element = parent.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
}

/** Makes an element. Strings become text, never markup: names and details come from people. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Text that people wrote, isolated: it hides nothing and does not turn the text around it. */
export const written = (text: string): HTMLElement => make('bdi', {}, showHidden(text));

/** Shows an element or hides it from everybody. */
export function show(element: HTMLElement, visible = true): void {
  element.hidden = !visible;
}

/** After a list was rendered again: gives the focus to what had it, to its successor by id, or else to another element. */
export function keepFocus(focused: Element | null, otherwise: string): void {
  if (!focused || (focused === document.activeElement && focused.checkVisibility())) return;
  const place = document.getElementById(focused.id);
  (place?.checkVisibility() ? place : byId(otherwise)).focus();
}
