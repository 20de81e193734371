import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { draw } from '../../bench/plots.ts';
import { command, runCommand } from '../../tools/command.ts';

// Draws the picture of docs/guides/watching.md: the panels of dashboard.json, from log lines with their times. It
// understands what the queries there use of LogQL, and no more.

const FILE = 'docs/guides/watching.svg';
/** How much of the time a point of a panel stands for. */
const STEP_MS = 10_000;

/** A log line of the Worker, with its `time`. */
type Line = Readonly<Record<string, string | number>>;

interface Panel {
  title: string;
  fieldConfig: { defaults: { unit: string } };
  targets: { expr: string; legendFormat: string }[];
}

interface Point {
  time: number;
  series: string;
  value: number;
}

/** What a query makes of the lines of a group within a step. */
const AGGREGATES: Record<string, (values: number[], quantile: number) => number> = {
  count_over_time: (values) => values.length,
  sum_over_time: (values) => values.reduce((sum, value) => sum + value, 0),
  max_over_time: (values) => Math.max(...values),
  quantile_over_time: (values, quantile) =>
    values.toSorted((a, b) => a - b)[Math.ceil(quantile * values.length) - 1] ?? 0,
};

/** Returns the points of a query: of one aggregate, or of one divided by another. */
function evaluate(query: string, lines: readonly Line[]): Point[] {
  const [above = '', below] = query.split(' / ');
  const points = aggregate(above, lines);
  if (below === undefined) return points;
  return aggregate(below, lines).map(({ time, series, value }) => ({
    time,
    series,
    value: (points.find((p) => p.time === time && p.series === series)?.value ?? 0) / value,
  }));
}

function aggregate(query: string, lines: readonly Line[]): Point[] {
  const [, name = '', quantile, stages = ''] =
    /(\w+_over_time)\((?:([\d.]+), )?\{.+?\} \| (.+?) \[\$__auto\]/.exec(query) ?? [];
  const by = /\bby \((\w+)\)/.exec(query)?.[1];
  const groups = new Map<string, number[]>();
  for (const line of lines) {
    const value = countOf(line, stages.split(' | '));
    if (value === undefined) continue;
    const time = stepOf(line);
    const group = `${time} ${by ? labelOf(line, by) : ''}`;
    groups.set(group, [...(groups.get(group) ?? []), value]);
  }
  return [...groups].map(([group, values]) => {
    const [, time, series = ''] = /^(\d+) (.*)$/.exec(group) ?? [];
    const value = AGGREGATES[name]?.(values, Number(quantile)) ?? 0;
    return { time: Number(time), series, value };
  });
}

/** Returns when the step of a line begins. */
const stepOf = (line: Line): number =>
  Math.floor(Date.parse(`${line['time']}`) / STEP_MS) * STEP_MS;

/** The only label that a query makes is the class of a status. */
const labelOf = (line: Line, name: string): string =>
  name === 'class' ? `${line['status']}`.replace(/..$/, 'xx') : `${line[name] ?? ''}`;

/** Returns what a line counts for, or undefined if a stage drops it. */
function countOf(line: Line, stages: readonly string[]): number | undefined {
  for (const stage of stages) {
    const [, name = '', operator, wanted = ''] =
      /^(\w+) ?(=|!=|>=|>) ?"?(.*?)"?$/.exec(stage) ?? [];
    const value = `${line[name] ?? ''}`;
    if (operator === '=' && value !== wanted) return undefined;
    if (operator === '!=' && value === wanted) return undefined;
    if (operator === '>=' && Number(value) < Number(wanted)) return undefined;
    if (operator === '>' && Number(value) <= Number(wanted)) return undefined;
  }
  const unwrapped = /^unwrap (\w+)/.exec(stages.at(-1) ?? '')?.[1];
  return unwrapped ? Number(line[unwrapped]) : 1;
}

const plotOf = ({ title, fieldConfig, targets }: Panel, lines: readonly Line[]) => ({
  title,
  width: 250,
  height: 120,
  data: {
    values: targets.flatMap(({ expr, legendFormat }) =>
      evaluate(expr, lines).map((point) => ({ ...point, series: point.series || legendFormat })),
    ),
  },
  mark: { type: 'line' as const, strokeWidth: 1.5 },
  encoding: {
    x: {
      field: 'time',
      type: 'temporal' as const,
      title: null,
      scale: { domain: spanOf(lines) },
      axis: { format: '%H:%M', tickCount: 5 },
    },
    y: { field: 'value', type: 'quantitative' as const, title: unitOf(fieldConfig.defaults.unit) },
    color: {
      field: 'series',
      title: null,
      legend: { orient: 'bottom' as const, columns: 2, labelLimit: 130 },
    },
  },
});

/** The steps of the first and the last line: all panels have the same axis. */
const spanOf = (lines: readonly Line[]): number[] =>
  [lines[0], lines.at(-1)].map((line) => stepOf(line ?? {}));

const unitOf = (unit: string): string | null =>
  unit === 'short' ? null : unit === 'percentunit' ? 'share' : unit;

await runCommand(
  command(
    'node ops/grafana/picture.ts',
    `Draws the panels of the dashboard to ${FILE}, from log lines on standard input: JSON with an additional time.`,
  ).action(async () => {
    const lines = (await text(process.stdin))
      .trim()
      .split('\n')
      .map((line): Line => JSON.parse(line));
    const { panels }: { panels: Panel[] } = JSON.parse(
      await readFile('ops/grafana/dashboard.json', 'utf8'),
    );
    const svg = await draw({
      columns: 2,
      concat: panels.map((panel) => plotOf(panel, lines)),
      resolve: { scale: { color: 'independent' } },
    });
    await writeFile(
      FILE,
      svg.replace(/\d+\.\d{2,}/g, (number) => Number(number).toFixed(1)),
    );
  }),
);
