import { make } from './dom.ts';

const DAY = 86_400_000;

/** The units for a distance in time, the largest first. */
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

// The page speaks English; only the time zone is the reader's.
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dayFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const fullFormat = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });

/** “3 days ago”, “in 2 months”. */
function fromNow(instant: Date, now = Date.now()): string {
  const distance = instant.getTime() - now;
  for (const [unit, length] of UNITS)
    if (Math.abs(distance) >= length) return relative.format(Math.round(distance / length), unit);
  return distance > 0 ? 'in a moment' : 'just now';
}

/** An instant as people read it: how far it is, and the day. The title has it to the second. */
export function timeElement(iso: string): HTMLElement {
  const instant = new Date(iso);
  return make(
    'time',
    { datetime: iso, title: fullFormat.format(instant) },
    make('span', { class: 'relative' }, fromNow(instant)),
    ' ',
    make('span', { class: 'absolute' }, dayFormat.format(instant)),
  );
}

/** How far an instant is, for a sentence; the title has it to the second. */
export const fromNowElement = (iso: string): HTMLElement =>
  make('time', { datetime: iso, title: fullFormat.format(new Date(iso)) }, fromNow(new Date(iso)));

const weekdayFormat = new Intl.DateTimeFormat('en', {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
});

/** “Thu, Feb 25, 2027”. */
export const dayWithWeekday = (instant: Date): string => weekdayFormat.format(instant);

export const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY);

/** The value of a date field for a day, in the reader's time zone. */
export function dateValue(day: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The last second of a day in the reader's time zone; undefined if it is no day. */
export function endOfDay(value: string): Date | undefined {
  const end = new Date(`${value}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end;
}
