import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { Command, type ErrorOptions } from 'commander';
import { parseRfc3339 } from '../src/http/values.ts';
import { explain, withoutSecrets } from './explain.ts';

/**
 * Returns the command line of a script. `--help` only prints what it does. Unknown options and
 * surplus arguments are refused with one line.
 * @param name how the script is called: `npm run reset --`
 */
export const command = (name: string, description: string): Command =>
  new StrictCommand(name).description(description);

class StrictCommand extends Command {
  override createCommand(name?: string): Command {
    return new StrictCommand(name);
  }

  override error(message: string, options?: ErrorOptions): never {
    const names = [this.name()];
    for (let above = this.parent; above; above = above.parent) names.unshift(above.name());
    return super.error(`${inOneLine(message)} (see ${names.join(' ')} --help)`, options);
  }
}

/** Counts surplus arguments without printing them, because one may be a secret. */
const inOneLine = (text: string): string =>
  withoutSecrets(text.replace(/(but got \d+): .*/s, '$1.'))
    .replace(/\s+/g, ' ')
    .trim();

/**
 * Parses the command line and runs its action. A failure is one line on stderr and exit code 1.
 * @param signal aborts the action; its reason is then printed instead of the error of the action
 */
export async function runCommand(program: Command, signal?: AbortSignal): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    console.error(explain(signal?.aborted ? signal.reason : error));
    process.exitCode = 1;
  }
}

/**
 * Returns the first line of standard input, where neither the shell's history nor the list of processes
 * shows it. On a terminal it prints a prompt, and what is typed is not echoed. Throws if there is none.
 */
export async function readSecret(name: string): Promise<string> {
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY === true;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal });
  if (terminal) stderr.write(`${name}: `);
  const secret = await firstLine(lines);
  if (terminal) stderr.write('\n');
  if (secret !== undefined) return secret;
  throw new Error(`${name} is missing. Write it to standard input.`);
}

/**
 * Asks a person on the terminal to type a word, in any case. Throws if they type something else, or if
 * there is no terminal.
 */
export async function confirm(question: string, word: string): Promise<void> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true) throw new Error('There is no terminal to confirm this on. Add --yes.');
  stderr.write(`${question} `);
  const typed = await firstLine(createInterface({ input: stdin }));
  if (typed?.toLowerCase() !== word.toLowerCase())
    throw new Error('Not confirmed. Nothing changed.');
}

/** Returns the first line that is not blank, or undefined, and closes standard input. */
async function firstLine(lines: Interface): Promise<string | undefined> {
  try {
    for await (const line of lines) if (line.trim() !== '') return line.trim();
    return undefined;
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}

/** Parses a day (its first moment, UTC) or an RFC 3339 date-time. Undefined if it is neither. */
export const parseInstant = (text: string): string | undefined =>
  parseRfc3339(text) ?? parseRfc3339(`${text}T00:00:00Z`);
