import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Until a release is finished, and after a rollback, the previous Worker runs on the new tables. So a
// migration expands: it adds. What the previous release does not use any more is removed by a migration of its
// own, whose name begins with `contract_`, a release later.

/** Rules of squawk about what a running Worker may still use. */
const REMOVING = [
  'adding-not-nullable-field',
  'adding-required-field',
  'ban-drop-column',
  'ban-drop-table',
  'changing-column-type',
  'renaming-column',
  'renaming-table',
];

const ADVICE =
  'The previous Worker may still use it: remove it a release later, in a migration whose name begins with contract_.';

/** Whether a migration, such as `0007_contract_phone`, may remove. */
const isContract = (name: string): boolean => /^\d+_contract_/.test(name);

/** Returns a line for each fault of migrations in a folder. Throws if squawk cannot read one. */
export const faultsOf = (folder: string, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const file = join(folder, `${name}.sql`);
    const faults = [...squawk(file), ...droppedFunctions(file)];
    return faults.filter(({ removes }) => !(removes && isContract(name))).map(({ text }) => text);
  });

interface Fault {
  text: string;
  /** Whether it breaks the previous Worker, and nobody else. */
  removes: boolean;
}

/** What squawk prints of a fault. */
interface Found {
  line: number;
  message: string;
  help: string | null;
  rule_name: string;
}

function squawk(file: string): Fault[] {
  const installed = dirname(createRequire(import.meta.url).resolve('squawk-cli/package.json'));
  const words = [join(installed, 'js/bin/squawk'), '--reporter', 'json', file];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (stdout === '') throw new Error(`squawk cannot check ${file}: ${stderr.trim()}`);
  return (JSON.parse(stdout) as Found[]).map(({ line, message, help, rule_name: rule }) => {
    const removes = REMOVING.includes(rule);
    const next = removes ? ADVICE : (help ?? '');
    return { removes, text: `${file}:${line + 1}: ${message} ${next} (${rule})` };
  });
}

/** Returns a fault for each function that is dropped: squawk has no rule about them. */
const droppedFunctions = (file: string): Fault[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, i) =>
      /^\s*drop\s+(function|schema|type)\b/i.test(text)
        ? [{ removes: true, text: `${file}:${i + 1}: ${text.trim()} ${ADVICE} (drop-function)` }]
        : [],
    );
