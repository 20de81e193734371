import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { developersView, OWN_REQUEST } from './worker-output.ts';
import { wrangler } from './wrangler.ts';

/** A Worker under wrangler's development server, which rebuilds it on save. */
export interface DevWorker {
  /** Ends the server and its child processes. */
  stop(): Promise<void>;
}

interface Options {
  /** On 127.0.0.1. */
  port: number;
  /** A file of `NAME=value` lines: the Worker's secrets and variables. */
  envFile: string;
  /** The file for the whole output of the server. */
  logFile: string;
  /** Called if the server ends for any reason after it was ready. */
  onExit: () => void;
}

const PATIENCE_MS = 5000;

/**
 * Starts the server and waits until the Worker responds. Prints the parts of its output that matter to
 * a developer. Rejects if the server ends before that.
 */
export async function startDevWorker(options: Options): Promise<DevWorker> {
  const { port, envFile, logFile, onExit } = options;
  const where = `--ip 127.0.0.1 --port ${port} --inspector-port 0 --show-interactive-dev-session=false`;
  const [program, words, { env }] = wrangler('dev', ...where.split(' '), '--env-file', envFile);
  const server = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that Ctrl-C reaches only our process, which then ends all in order.
    detached: true,
    // Otherwise it would fetch location data for request.cf, which is not used here.
    env: { ...env, CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  });
  const log = createWriteStream(logFile, { mode: 0o600 });
  log.on('error', (error) => console.error(`${logFile} cannot be written: ${error.message}`));
  for (const stream of [server.stdout, server.stderr]) {
    const view = developersView();
    createInterface(stream).on('line', (line) => {
      log.write(`${line}\n`);
      const shown = view(line);
      if (shown !== undefined) console.log(shown);
    });
  }
  while (!(await responses(`http://127.0.0.1:${port}/healthz`))) {
    if (hasEnded(server)) throw new Error(`wrangler ended. Its output is in ${logFile}.`);
    await pause(100);
  }
  server.once('exit', onExit);
  return { stop: () => stop(server) };
}

async function stop(server: ChildProcess): Promise<void> {
  const { pid } = server;
  if (pid === undefined || hasEnded(server)) return;
  const exited = once(server, 'exit');
  process.kill(-pid, 'SIGTERM');
  const last = setTimeout(() => process.kill(-pid, 'SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(last);
}

const hasEnded = (server: ChildProcess): boolean =>
  server.exitCode !== null || server.signalCode !== null;

const responses = (url: string): Promise<boolean> =>
  fetch(url, { headers: { 'X-Request-Id': OWN_REQUEST } }).then(
    ({ ok }) => ok,
    () => false,
  );

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
