import { readFileSync, writeFileSync } from 'node:fs';
import { command, runCommand } from '../../tools/command.ts';
import { number, table } from '../markdown.ts';
import { fileOf, newestResults, type Results } from '../results.ts';
import { assumed, breaking, type Derived, inAll, type Known, measured } from './paper-facts.ts';
import type { ScaleData } from './run.ts';

// The text of docs/scale.md names the rows of its tables, and has no numbers of its own.

const DOCUMENT = 'docs/scale.md';

/** What a function returns, as it is written. */
const formula = (of: (known: Known) => number): string =>
  of
    .toString()
    .replace(/^.*?=>/s, '')
    .replace(/\s+/g, ' ')
    .trim();

/** A number as it is written in a text: three digits are enough, and exact ones stay. */
function legible(value: number): string {
  if (Number.isInteger(value) && value < 1e6) return value.toLocaleString('en-GB');
  if (value >= 1e6) return value.toExponential().replace('e+', 'e');
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : number(value);
}

/** The tables of docs/scale.md by name. */
export function paperTables({ data }: Results<ScaleData>): Record<string, string> {
  const facts = measured(data);
  const known: Known = { ...facts, ...assumed };
  const named = (values: object, source: string) =>
    Object.entries(values).map(([name, value]) => [`\`${name}\``, legible(value), source]);
  const one: Known = {
    ...known,
    users: known.users / known.shards,
    putsPerSecond: known.putsPerSecond / known.shards,
  };
  const value = ([, unit, of]: Derived, facts: Known) => `${legible(of(facts))} ${unit}`.trim();
  const ordered = breaking.toSorted(([, , a], [, , b]) => a(known) - b(known));
  return {
    numbers: table(['', 'value', ''], [...named(facts, 'measured'), ...named(assumed, 'assumed')]),
    takes: table(
      ['', 'in all', 'each shard', 'formula'],
      inAll.map((row) => [row[0], value(row, known), value(row, one), `\`${formula(row[2])}\``]),
    ),
    breaks: table(
      ['', 'PUTs', 'formula'],
      ordered.map((row) => [row[0], value(row, known), `\`${formula(row[2])}\``]),
    ),
  };
}

/** The document with the tables of these results instead of those that it has. */
export function withTables(document: string, results: Results<ScaleData>): string {
  const source = `Measured: \`bench/results/${fileOf(results)}\`, commit ${results.commit}, ${results.cpu}, ${results.cores} cores.`;
  return Object.entries({ source, ...paperTables(results) }).reduce((text, [name, content]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [before = '', rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`${DOCUMENT} has lost the marks of ${name}.`);
    return `${before}${begin}\n${content}\n${end}${after}`;
  }, document);
}

if (import.meta.main)
  await runCommand(
    command('node bench/scale/paper.ts', `Writes the tables of ${DOCUMENT} anew.`)
      .argument('[directory]', 'where the results are', 'bench')
      .action((directory: string) => {
        const results = newestResults<ScaleData>(directory, 'scale');
        if (!results) throw new Error('There are no results: npm run bench -- scale.');
        writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), results));
      }),
  );
