import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const SCRIPT = '/usr/bin/script';

/** Whether tests can use a terminal on this machine. */
export const hasTerminal = existsSync(SCRIPT);

/** Runs Node on a terminal and types a reply to the prompt. Returns everything that the terminal showed. */
export function onTerminal(
  command: string,
  { prompt, reply, env }: { prompt: string; reply: string; env: Record<string, string> },
): Promise<string> {
  const terminal = spawn(SCRIPT, ['-qec', `${process.execPath} ${command}`, '/dev/null'], {
    env: { ...process.env, ...env },
  });
  let shown = '';
  let typed = false;
  terminal.stdout.on('data', (chunk) => {
    shown += chunk;
    if (!typed && shown.includes(prompt)) {
      typed = true;
      terminal.stdin.write(reply);
    }
  });
  return new Promise((done) => terminal.on('close', () => done(shown)));
}
