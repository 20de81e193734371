import { type Child, make } from './dom.ts';

// What forms are made of. The id of an error is that of its control with `-error`.

export const errorOf = (id: string): HTMLElement =>
  make('p', { class: 'error', id: `${id}-error` });

/** A control with its label, a hint and a place for its error. */
export function field(label: Child, control: HTMLElement, hint?: Child): HTMLElement {
  const { id } = control;
  control.setAttribute('aria-describedby', `${id}-error ${hint ? `${id}-hint` : ''}`.trim());
  const element = make('div', { class: 'field' }, make('label', { for: id }, label), control);
  if (hint) element.append(make('p', { class: 'hint', id: `${id}-hint` }, hint));
  element.append(errorOf(id));
  return element;
}

/** A label of what need not be filled in. */
export const optional = (label: string): HTMLElement =>
  make('span', {}, `${label} `, make('span', { class: 'muted' }, '(optional)'));

/** A choice among options: pairs of a value and a label, of which the first is chosen. */
export function select(
  id: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen?: string,
): HTMLSelectElement {
  const element = make('select', { id });
  for (const [value, label] of options)
    element.append(make('option', { value, selected: value === chosen }, label));
  return element;
}

interface Box {
  input: HTMLInputElement;
  element: HTMLElement;
}

/** A box with its label. */
export function checkbox(value: string, label: Child, id = value): Box {
  const input = make('input', { type: 'checkbox', id, value, checked: true });
  const element = make('div', { class: 'check' }, input, make('label', { for: id }, label));
  return { input, element };
}

/** The values of the boxes that are checked. */
export const checkedValues = (boxes: readonly Box[]): string[] =>
  boxes.flatMap(({ input }) => (input.checked ? [input.value] : []));

/** A group of boxes, with a place for its error. */
export const boxGroup = (id: string, legend: string, boxes: readonly Box[], hint?: Child) =>
  make(
    'fieldset',
    { class: 'field', id, 'aria-describedby': `${id}-error` },
    make('legend', {}, legend),
    ...(hint ? [make('p', { class: 'hint' }, hint)] : []),
    make('div', { class: 'boxes' }, ...boxes.map(({ element }) => element)),
    errorOf(id),
  );
