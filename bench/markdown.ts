import type { Plot } from './plots.ts';
import type { Circumstances } from './results.ts';

/** A part of the report, and its plots by the names of their files: `plots/<name>.svg`. */
export interface Section {
  markdown: string;
  plots: Record<string, Plot>;
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '-:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

export const picture = (name: string, title: string): string => `![${title}](plots/${name}.svg)`;

/** Formats a number with at most two decimals, and with fewer if it is large. */
export function number(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** What a run was measured on. */
export function circumstancesOf(run: Circumstances): string {
  const settings = Object.entries(run.postgresSettings).map(([name, value]) => `${name}=${value}`);
  return [
    `Measured on ${run.date.slice(0, 'YYYY-MM-DD'.length)} at commit ${run.commit}: ${run.cpu}, ${run.cores} cores, ${(run.memoryBytes / 2 ** 30).toFixed(0)} GiB;`,
    `Node ${run.versions.node}, workerd ${run.versions.workerd}, Postgres ${run.versions.postgres} (${settings.join(', ')});`,
    `load before the start ${run.loadBefore.toFixed(2)}.`,
  ].join(' ');
}
