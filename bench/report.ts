import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, runCommand } from '../tools/command.ts';
import { batchText } from './batch/report.ts';
import type { BatchData } from './batch/run.ts';
import { listsText } from './lists/report.ts';
import type { ListsData } from './lists/run.ts';
import { circumstancesOf, type Section, table } from './markdown.ts';
import { memorySection } from './memory/report.ts';
import type { MemoryData } from './memory/run.ts';
import { draw } from './plots.ts';
import { newestResults } from './results.ts';
import type { RunData } from './run.ts';
import { runSection } from './run-report.ts';
import { scaleSection } from './scale/report.ts';
import type { ScaleData } from './scale/run.ts';
import { rowOf, targetsOf } from './targets.ts';

/**
 * Writes `<directory>/REPORT.md` and its plots from the newest results in `<directory>/results`, and
 * from nothing else. Returns the path.
 */
export async function writeReport(directory: string): Promise<string> {
  const run = newestResults<RunData>(directory, 'run');
  const scale = newestResults<ScaleData>(directory, 'scale');
  const lists = newestResults<ListsData>(directory, 'lists');
  const batch = newestResults<BatchData>(directory, 'batch');
  const memory = newestResults<MemoryData>(directory, 'memory');
  const sections = [
    ...(run
      ? [targetsSection(run.data, scale?.data), runSection(run.data), text(circumstancesOf(run))]
      : []),
    ...(scale ? [scaleSection(scale.data), text(circumstancesOf(scale))] : []),
    ...(lists ? [text(listsText(lists.data)), text(circumstancesOf(lists))] : []),
    ...(batch ? [text(batchText(batch.data)), text(circumstancesOf(batch))] : []),
    ...(memory ? [memorySection(memory.data), text(circumstancesOf(memory))] : []),
  ];
  if (sections.length === 0)
    throw new Error(`There are no results in ${directory}. Run npm run bench.`);
  mkdirSync(join(directory, 'plots'), { recursive: true });
  for (const { plots } of sections)
    for (const [name, plot] of Object.entries(plots))
      writeFileSync(join(directory, 'plots', `${name}.svg`), await draw(plot));
  const path = join(directory, 'REPORT.md');
  writeFileSync(path, `${[HEAD, ...sections.map(({ markdown }) => markdown)].join('\n\n')}\n`);
  return path;
}

const HEAD = `# Benchmark report

Written by \`node bench/report.ts\` from the newest results in \`results/\`; do not edit. [README.md](README.md) says what is measured and how to read it.`;

const text = (markdown: string): Section => ({ markdown, plots: {} });

const targetsSection = (run: RunData, scale?: ScaleData): Section =>
  text(`## Targets

${table(['', 'measured', 'target', ''], targetsOf(run, scale).map(rowOf))}

A ratio is the median of the ratios of the rounds; of CPU times it is that of the totals.`);

if (import.meta.main)
  await runCommand(
    command('node bench/report.ts', 'Writes REPORT.md and its plots again from the newest results.')
      .argument('[directory]', 'where results and report are', 'bench')
      .action(async (directory: string) => console.log(await writeReport(directory))),
  );
