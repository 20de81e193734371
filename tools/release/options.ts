import { execFileSync } from 'node:child_process';
import { type Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';

/** What an operator may say about a release. */
export interface Options {
  env?: string;
  tag?: string;
  secrets?: string;
  again?: true;
  check: boolean;
  conform: boolean;
  ramp: number[];
  wait: number;
  logCommand?: string;
  errors: number;
  slower: number;
  url?: string;
  user?: string;
  dryRun?: true;
}

/** Adds the options of a release to its command. */
export const withOptions = (program: Command): Command =>
  withEnvironment(program)
    .option('--tag <name>', 'the name of the release; by default the git commit', parseTag)
    .option('--secrets <file>', 'by default secrets.json, or secrets.<environment>.json')
    .option('--again', 'upload the same commit once more, such as with another secret')
    .option('--no-check', 'leave out npm run check, because CI has run it')
    .option('--no-conform', 'leave out the conformance command')
    .addOption(
      new Option('--ramp <percents>', 'the shares of the new version')
        .argParser(parseRamp)
        .default([5, 25, 100], '5,25,100'),
    )
    .addOption(
      new Option('--wait <duration>', 'how long to watch each share')
        .argParser(parseWait)
        .default(ms('10m'), '10m'),
    )
    .option('--log-command <command>', 'prints the last log lines, instead of wrangler tail')
    .option('--errors <points>', 'percentage points of 5xx that it may have more', parseAmount, 1)
    .option('--slower <times>', 'how many times as long its p99 may be', parseAmount, 1.5)
    .option('--url <base>', 'where to reach the Worker; by default CONFORM_URL')
    .option('--user <id>', 'a user for the conformance command; by default CONFORM_USER')
    .option('--dry-run', 'print the plan, and check what can be checked offline');

export const withEnvironment = (program: Command): Command =>
  program.option('--env <name>', 'an environment of wrangler.toml, such as staging');

/** Returns the name of a release: as given, or the commit. Throws if there are changes since the commit. */
export function tagOf({ tag }: Options): string {
  if (tag) return tag;
  const git = (...words: string[]): string =>
    execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  let commit: string;
  let changes: string;
  try {
    commit = git('rev-parse', '--short=12', 'HEAD');
    changes = git('status', '--porcelain');
  } catch {
    throw new Error('This is no git repository. Name the release with --tag.');
  }
  if (changes)
    throw new Error('There are changes that are not committed. Commit them, or set --tag.');
  return commit;
}

export const secretsFileOf = ({ secrets, env }: Options): string =>
  secrets ?? (env ? `secrets.${env}.json` : 'secrets.json');

function parseTag(text: string): string {
  if (/^[\w.-]{1,25}$/.test(text)) return text;
  throw new InvalidArgumentError('It must have up to 25 letters, digits, dots and hyphens.');
}

function parseRamp(text: string): number[] {
  const percents = text.split(',').map(Number);
  const isRising = percents.every((percent, i) => percent > (percents[i - 1] ?? 0));
  if (isRising && percents.at(-1) === 100) return percents;
  throw new InvalidArgumentError('It must rise to 100, such as 5,25,100.');
}

function parseWait(text: string): number {
  const duration = ms(text as StringValue) as number | undefined;
  if (duration !== undefined && duration >= 0) return duration;
  throw new InvalidArgumentError('It must be like 10m.');
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text !== '' && amount >= 0) return amount;
  throw new InvalidArgumentError('It must be a number.');
}
