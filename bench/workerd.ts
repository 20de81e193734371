import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The binary itself: the command that npm links can be a script that calls it. */
const WORKERD: { default: string; version: string } = createRequire(import.meta.url)('workerd');

export const workerdVersion = WORKERD.version;

/** How many of the last chunks of stderr the error contains if workerd does not start. */
const LAST_OUTPUT = 20;

/** A Worker to run. */
export interface Bundle {
  /** Module name to file; the first is the main one. */
  modules: Readonly<Record<string, string>>;
  /** Text bindings in addition to the vars of wrangler.toml. */
  bindings?: Readonly<Record<string, string>>;
  /** Flags of the JavaScript engine, such as `--expose-gc`. */
  v8Flags?: readonly string[];
}

/** A workerd that serves one Worker. */
export interface Workerd {
  origin: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a bundle in a new workerd and resolves when it listens. Miniflare would add an entry Worker, a
 * router of assets and a Durable Object for each rate limit, which cost more than the Worker. Logs are
 * dropped: writing them is a cost of the Worker, reading them would be a cost of the benchmark.
 */
export async function startWorkerd(bundle: Bundle): Promise<Workerd> {
  const directory = await mkdtemp(join(tmpdir(), 'edge-profile-workerd-'));
  await writeConfig(directory, bundle);
  const child = spawn(
    WORKERD.default,
    ['serve', '--control-fd=3', join(directory, 'config.capnp'), 'config'],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const output: string[] = [];
  child.stderr?.on('data', (chunk) => {
    output.push(`${chunk}`);
    output.splice(0, output.length - LAST_OUTPUT);
  });
  const stop = async () => {
    process.removeListener('exit', kill);
    kill();
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const port = await listening(child.stdio[3] as NodeJS.ReadableStream);
  if (port === undefined) {
    await stop();
    throw new Error(`workerd did not start: ${output.join('')}`);
  }
  return { origin: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop };
}

/** Resolves with the port that workerd writes as JSON when it listens; undefined if it ends before. */
async function listening(control: NodeJS.ReadableStream): Promise<number | undefined> {
  let text = '';
  for await (const chunk of control) {
    text += chunk;
    const [, port] = /"event":"listen".*?"port":(\d+)/.exec(text) ?? [];
    if (port) return Number(port);
  }
  return undefined;
}

async function writeConfig(directory: string, bundle: Bundle): Promise<void> {
  const files = Object.entries(bundle.modules).map(([name, path], i) => ({
    name,
    path,
    copy: `${i}.js`,
  }));
  for (const { path, copy } of files) await copyFile(path, join(directory, copy));
  // Imported here because loading it takes a second, also for --help.
  const { unstable_readConfig: readConfig } = await import('wrangler');
  const { compatibility_date, compatibility_flags, vars } = readConfig({ config: 'wrangler.toml' });
  const bindings = { ...(vars as Record<string, string>), ...bundle.bindings };
  const config = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [${files.map(({ name, copy }) => `(name = ${quoted(name)}, esModule = embed "${copy}")`).join(', ')}],
      bindings = [${Object.entries(bindings)
        .map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`)
        .join(', ')}],
      compatibilityDate = ${quoted(compatibility_date ?? '')},
      compatibilityFlags = [${compatibility_flags.map(quoted).join(', ')}],
      globalOutbound = "network",
    )),
    # The database is on loopback, which workerd's own default refuses.
    (name = "network", network = (allow = ["public", "private"])),
  ],
  v8Flags = [${(bundle.v8Flags ?? []).map(quoted).join(', ')}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
  await writeFile(join(directory, 'config.capnp'), config);
}

/** Quotes ASCII text for Cap'n Proto's text format, which escapes like C; for ASCII, JSON does too. */
const quoted = (value: string): string => JSON.stringify(value);
