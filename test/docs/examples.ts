import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PLACEHOLDERS } from '../../site/pages/highlight.ts';
import { codeBlocksOf } from '../../site/pages/markdown.ts';

/** A command in a document, and the lines below it that it must print. */
export interface Example {
  command: string;
  expected: string[];
}

/** The values that replace the placeholders of the examples. */
export interface Reader {
  origin: string;
  key: string;
  user: string;
}

const COMMAND = /^(export|curl|KEY_ID=|npm run keys)/;

/** Returns the commands of a Markdown file, fenced or indented, in order. */
export async function examplesIn(file: string): Promise<Example[]> {
  const blocks = codeBlocksOf(await readFile(file, 'utf8'));
  return blocks.flatMap((block, at) => {
    if (!COMMAND.test(block)) return [];
    const below = blocks[at + 1] ?? '';
    const expected = below.startsWith('HTTP/') ? below.split('\n').filter(Boolean) : [];
    return [{ command: block, expected }];
  });
}

/** Runs all examples in one shell, in order. Returns the output of each. */
export async function run(
  examples: readonly Example[],
  reader: Reader,
  env: Record<string, string> = {},
): Promise<string[]> {
  const MARK = '@@ the end of an example';
  const script = examples.map(({ command }) => `${fill(command, reader)}\necho; echo '${MARK}'`);
  const { stdout, stderr } = await bash(`set -eu\n${script.join('\n')}`, env);
  const printed = stdout.replaceAll('\r', '').split(`\n${MARK}\n`);
  if (printed.length !== examples.length + 1) throw new Error(`It stopped:\n${stdout}\n${stderr}`);
  return printed.slice(0, -1);
}

/** Returns the missing lines. `…` matches anything, and spaces do not count. */
export function missing({ expected }: Example, printed: string, reader: Reader): string[] {
  const lines = printed.split('\n').map(withoutSpaces);
  return expected.filter((line) => {
    const pattern = withoutSpaces(fill(line, reader))
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('…', '.*');
    return !lines.some((one) => new RegExp(`^${pattern}$`, 'i').test(one));
  });
}

const withoutSpaces = (text: string): string => text.replaceAll(' ', '');

/** Returns an example with a reader's own values. */
export const fill = (text: string, { origin, key, user }: Reader): string =>
  text
    .replaceAll(PLACEHOLDERS.origin, origin)
    .replaceAll('http://localhost:8787', origin)
    .replaceAll(PLACEHOLDERS.key, key)
    .replaceAll(PLACEHOLDERS.user, user);

/** Runs a script as if pasted into a terminal. Returns its output. */
export const bash = (
  script: string,
  env: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> =>
  new Promise((done) =>
    execFile('bash', ['-c', script], { env: { ...process.env, ...env } }, (_, stdout, stderr) =>
      done({ stdout, stderr }),
    ),
  );
