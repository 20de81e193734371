import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A Worker under wrangler's development server, which rebuilds it on save. */
export interface DevWorker {
  /** Ends the server and all that it started. */
  stop(): Promise<void>;
}

interface Options {
  port: number;
  /** A file of `NAME=value` lines: the Worker's secrets and variables. */
  envFile: string;
  /** Called if the server ends, asked or not, once it has been ready. */
  onExit: () => void;
}

const PATIENCE_MS = 5000;

/** Starts the server and waits until the Worker answers. Rejects if the server ends before that. */
export async function startDevWorker({ port, envFile, onExit }: Options): Promise<DevWorker> {
  const wrangler = dirname(createRequire(import.meta.url).resolve('wrangler/package.json'));
  const options = `--ip 127.0.0.1 --port ${port} --inspector-port 0 --show-interactive-dev-session=false`;
  const server = spawn(
    process.execPath,
    [join(wrangler, 'wrangler-dist/cli.js'), 'dev', ...options.split(' '), '--env-file', envFile],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      // A group of its own, so that Ctrl-C reaches our process alone, which then ends all in order.
      detached: true,
      // The location data that it would fetch for request.cf is not used here.
      env: { ...process.env, NODE_NO_WARNINGS: '1', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
    },
  );
  while (!(await answers(`http://127.0.0.1:${port}/healthz`))) {
    if (hasEnded(server)) throw new Error('The development server of wrangler ended.');
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

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
