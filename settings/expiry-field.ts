import { make, show } from './dom.ts';
import { errorOf, field, select } from './form-parts.ts';
import { dateValue, daysFromNow, dayWithWeekday, endOfDay } from './time.ts';

const CHOICES = [
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In 1 year'],
  ['date', 'On a date …'],
  ['never', 'Never'],
] as const;

/** The choice of when a key expires. */
export class ExpiryField {
  readonly #choice: HTMLSelectElement;
  readonly #hint = make('span');
  readonly #dateField: HTMLElement;
  /** What the old key has, if it can be kept: date-time, or null for never. */
  readonly #kept: string | null | undefined;
  /** The choice, to be placed in a form. */
  readonly element: HTMLElement;
  /** The date, which is shown if it is needed. */
  readonly date = make('input', { id: 'date', type: 'date', 'aria-describedby': 'date-error' });

  constructor(label: string, kept?: string | null) {
    this.#kept = kept;
    const keep = kept === undefined ? [] : [['keep', 'Like the old key'] as const];
    this.#choice = select('expiry', [...keep, ...CHOICES], kept === undefined ? '90' : 'keep');
    this.element = field(label, this.#choice, this.#hint);
    this.#dateField = make(
      'div',
      { class: 'field', id: 'date-field' },
      make('label', { for: 'date' }, 'Last day'),
      this.date,
      errorOf('date'),
    );
    this.date.min = dateValue(daysFromNow(0));
    this.date.value = dateValue(daysFromNow(180));
    for (const each of [this.#choice, this.date])
      each.addEventListener('change', () => this.#render());
    this.#render();
  }

  get elements(): [choice: HTMLElement, date: HTMLElement] {
    return [this.element, this.#dateField];
  }

  /** What is sent: a date-time, null for never, or nothing to keep that of the old key. */
  get value(): string | null | undefined {
    if (this.#choice.value === 'keep') return undefined;
    return this.#end?.toISOString() ?? null;
  }

  /** What is wrong with the date, in words; undefined if nothing is. */
  get fault(): string | undefined {
    if (this.#choice.value !== 'date') return undefined;
    return this.#end && this.#end.getTime() > Date.now()
      ? undefined
      : 'Choose today or a later day.';
  }

  /** The end that is chosen; undefined if it is never, or not a date. */
  get #end(): Date | undefined {
    const { value } = this.#choice;
    if (value === 'keep') return this.#kept ? new Date(this.#kept) : undefined;
    if (value === 'never') return undefined;
    return value === 'date' ? endOfDay(this.date.value) : daysFromNow(Number(value));
  }

  #render(): void {
    const { value } = this.#choice;
    show(this.#dateField, value === 'date');
    const end = this.#end;
    const isNever = value === 'never' || (value === 'keep' && !this.#kept);
    if (isNever) this.#hint.textContent = 'It works until it is revoked. An expiry date is safer.';
    else this.#hint.textContent = end ? `It works until ${dayWithWeekday(end)}.` : '';
  }
}
