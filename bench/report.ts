import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, runCommand } from '../tools/command.ts';
import { table } from './markdown.ts';
import { memorySection } from './memory/report.ts';
import type { MemoryData } from './memory/run.ts';
import { draw, type Plot } from './plots.ts';
import { type Circumstances, newestResults, type Results } from './results.ts';
import type { RunData } from './run.ts';
import { runSection } from './run-report.ts';
import { scaleSection } from './scale/report.ts';
import type { ScaleData } from './scale/run.ts';
import { rowOf, targetsOf } from './targets.ts';

/** A part of the report, and its plots by the names of their files: `plots/<name>.svg`. */
export interface Section {
  markdown: string;
  plots: Record<string, Plot>;
}

/**
 * Writes `<directory>/REPORT.md` and its plots from the newest results in `<directory>/results`, and
 * from nothing else. Answers the path.
 */
export async function writeReport(directory: string): Promise<string> {
  const run = newestResults<RunData>(directory, 'run');
  const scale = newestResults<ScaleData>(directory, 'scale');
  const memory = newestResults<MemoryData>(directory, 'memory');
  const sections = [
    ...(run ? [targetsSection(run, scale), ended(run), runSection(run)] : []),
    ...(scale ? [scaleSection(scale), ended(scale)] : []),
    ...(memory ? [memorySection(memory), ended(memory)] : []),
  ];
  if (sections.length === 0)
    throw new Error(`There are no results in ${directory}: npm run bench.`);
  mkdirSync(join(directory, 'plots'), { recursive: true });
  for (const { plots } of sections)
    for (const [name, plot] of Object.entries(plots))
      writeFileSync(join(directory, 'plots', `${name}.svg`), await draw(plot));
  const path = join(directory, 'REPORT.md');
  writeFileSync(
    path,
    `${[
      '# Benchmark report',
      'Written by `node bench/report.ts` from the newest results in `results/`; do not edit. [README.md](README.md) says what is measured and how to read it.',
      ...sections.map(({ markdown }) => markdown),
    ].join('\n\n')}\n`,
  );
  return path;
}

const targetsSection = (run: Results<RunData>, scale?: Results<ScaleData>): Section => ({
  markdown: [
    '## Targets',
    table(['', 'measured', 'target', ''], targetsOf(run.data, scale?.data).map(rowOf)),
    'The ratios are medians of the ratios of the rounds.',
  ].join('\n\n'),
  plots: {},
});

/** What the parts before it were measured on. */
const ended = (run: Circumstances): Section => ({ markdown: circumstancesOf(run), plots: {} });

/** What a run was made of and on. */
export function circumstancesOf(run: Circumstances): string {
  const settings = Object.entries(run.postgresSettings).map(([name, value]) => `${name}=${value}`);
  return [
    `Measured on ${run.date.slice(0, 'YYYY-MM-DD'.length)} at commit ${run.commit}: ${run.cpu}, ${run.cores} cores, ${(run.memoryBytes / 2 ** 30).toFixed(0)} GiB;`,
    `Node ${run.versions.node}, workerd ${run.versions.workerd}, Postgres ${run.versions.postgres} (${settings.join(', ')});`,
    `load before the start ${run.loadBefore.toFixed(2)}.`,
  ].join(' ');
}

if (import.meta.main)
  await runCommand(
    command('node bench/report.ts', 'Writes REPORT.md and its plots anew from the newest results.')
      .argument('[directory]', 'where results and report are', 'bench')
      .action(async (directory: string) => console.log(await writeReport(directory))),
  );
