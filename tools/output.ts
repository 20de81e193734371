import Table from 'cli-table3';
import { Option } from 'commander';
import { escapeHidden, showHidden } from '../src/http/visible-text.ts';

// What commands print: for people text that fits a terminal, for scripts JSON.

export const jsonOption = () => new Option('--json', 'print JSON, for scripts');

/** Prints a value as JSON, or else the text that people read of it. */
export function print(value: unknown, asJson: true | undefined, text: string): void {
  console.log(asJson ? toJson(value) : text);
}

/** Returns JSON with hidden characters as escapes. */
export const toJson = (value: unknown): string => escapeHidden(JSON.stringify(value, null, 2));

/** Returns the day of a date-time, such as `2027-01-31`. */
export const dayOf = (dateTime: string): string => dateTime.slice(0, '2027-01-31'.length);

const GAP = 2;
const BORDERS = ['top', 'bottom', 'left', 'mid', 'right', 'middle'].flatMap((side) =>
  ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, '']),
);

/** The lines of a cell. */
type Cell = readonly string[];

/**
 * Returns rows below a head, without borders. What is too long for its column ends with …, and hidden
 * characters are visible.
 * @param columns the head of each column, and its width; with two between them at most 100 in all
 */
export function table(
  columns: Readonly<Record<string, number>>,
  rows: readonly (readonly Cell[])[],
): string {
  const drawn = new Table({
    head: Object.keys(columns),
    colWidths: Object.values(columns).map((width) => width + GAP),
    chars: Object.fromEntries(BORDERS),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
  });
  drawn.push(...rows.map((cells) => cells.map((lines) => lines.map(visible).join('\n'))));
  return drawn.toString().replace(/ +$/gm, '');
}

/** Control characters could move the cursor or colour the terminal. */
const visible = (text: string): string => showHidden(text).replace(/\p{Cc}/gu, '\ufffd');
