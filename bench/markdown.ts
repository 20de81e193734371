/** A Markdown table; the first column is text, the others are numbers unless told otherwise. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], align = '-:') {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : align))), ...rows.map(line)].join(
    '\n',
  );
}

/** A number with as many decimals as are worth reading. */
export function number(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
