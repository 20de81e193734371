import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { RequestLine } from '../log-line.ts';
import { wranglerAsOperator } from '../wrangler.ts';

/** A request as a version has logged it. */
export interface Logged {
  version: string;
  status: number;
  durationMs: number;
}

/** How much worse the new version may be than the previous one. */
export interface Budget {
  /** How many percentage points more of its responses may be 5xx. */
  errors: number;
  /** How many times as long its p99 may be. */
  slower: number;
}

/** What the log lines say. Few requests prove nothing, so `few` lets the release go on. */
export interface Judgement {
  verdict: 'within' | 'few' | 'exceeded';
  /** Both versions in numbers. */
  text: string;
}

/** With fewer requests a percentile is a single request. */
const ENOUGH = 100;
/** Fewer 5xx may be bad luck. */
const ERRORS_THAT_COUNT = 3;
/** A p99 of a few milliseconds doubles by itself. */
const SLACK_MS = 50;

/** Returns whether the new version does as well as the previous one, within the budget. */
export function judge(
  logged: readonly Logged[],
  version: string,
  previous: string,
  budget: Budget,
): Judgement {
  const now = summaryOf(logged.filter((each) => each.version === version));
  const old = summaryOf(logged.filter((each) => each.version === previous));
  const text = `${show(now)}; before: ${show(old)}`;
  const hasMoreErrors =
    now.errors >= ERRORS_THAT_COUNT && now.share > (old.share || 0) + budget.errors / 100;
  const isSlower =
    now.requests >= ENOUGH &&
    old.requests >= ENOUGH &&
    now.p99 > old.p99 * budget.slower + SLACK_MS;
  if (hasMoreErrors || isSlower) return { verdict: 'exceeded', text };
  return { verdict: now.requests < ENOUGH ? 'few' : 'within', text };
}

interface Summary {
  requests: number;
  errors: number;
  /** Of 1; NaN without requests. */
  share: number;
  /** In milliseconds; NaN without requests. */
  p99: number;
}

function summaryOf(logged: readonly Logged[]): Summary {
  const requests = logged.length;
  const errors = logged.filter(({ status }) => status >= 500).length;
  const times = logged.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const p99 = times[Math.ceil(requests * 0.99) - 1] ?? Number.NaN;
  return { requests, errors, share: errors / requests, p99 };
}

const show = ({ requests, share, p99 }: Summary): string =>
  requests === 0
    ? 'no requests'
    : `${requests} requests, ${(share * 100).toFixed(1)} % 5xx, p99 ${p99} ms`;

/** Waits, and returns the requests that were logged meanwhile. Throws if the log cannot be read. */
export type Watch = (wait: () => Promise<unknown>, version: string) => Promise<Logged[]>;

/** Watches the live log of the Worker, which wrangler prints until it is ended. */
export const watchTail =
  (environment?: string): Watch =>
  async (wait) => {
    const words = ['tail', '--format', 'json', ...(environment ? ['--env', environment] : [])];
    const [program, args, { env }] = wranglerAsOperator(...words);
    const tail = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = once(tail, 'close');
    let complaint = '';
    tail.stderr.on('data', (chunk) => (complaint += chunk));
    const logged = collect(tail.stdout);
    try {
      await Promise.race([wait(), closed]);
      if (tail.exitCode !== null)
        throw new Error(`wrangler tail ended: ${complaint.trim().split('\n').at(-1)}`);
    } finally {
      tail.kill('SIGTERM');
      await closed;
    }
    return await logged;
  };

/**
 * Waits, then runs a command of the operator, which prints the log lines of the last RELEASE_SECONDS
 * seconds; the new version is in RELEASE_VERSION.
 */
export const watchCommand =
  (commandLine: string): Watch =>
  async (wait, version) => {
    const began = Date.now();
    await wait();
    const seconds = String(Math.ceil((Date.now() - began) / 1000));
    const env = { ...process.env, RELEASE_SECONDS: seconds, RELEASE_VERSION: version };
    const query = spawn(commandLine, { shell: true, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(query, 'close');
    const logged = await collect(query.stdout);
    const [code] = await closed;
    if (code !== 0) throw new Error(`The command of --log-command failed with exit code ${code}.`);
    return logged;
  };

/** Returns the requests in the output of a command: JSON by line, or by object as wrangler prints it. */
async function collect(output: NodeJS.ReadableStream): Promise<Logged[]> {
  const logged: Logged[] = [];
  let text = '';
  for await (const line of createInterface(output)) {
    if (text === '' && !line.startsWith('{')) continue;
    text += line;
    // wrangler ends an object with a line that has nothing else.
    if (line !== '}' && !(line === text && line.endsWith('}'))) continue;
    logged.push(...requestsIn(parse(text)));
    text = '';
  }
  return logged;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An event of `wrangler tail`: an invocation of a version, with what it logged. */
interface TailEvent {
  scriptVersion?: { id: string };
  logs?: { message: unknown[] }[];
}

/** Yields the requests in an event of `wrangler tail`, or the one of a log line. */
function* requestsIn(value: unknown): Generator<Logged> {
  const { scriptVersion, logs } = (value ?? {}) as TailEvent;
  const lines = logs?.flatMap(({ message }) => message).map((each) => parse(String(each)));
  for (const line of (lines ?? [value]) as (RequestLine | undefined)[]) {
    const version = scriptVersion?.id ?? line?.version;
    if (line?.message === 'request' && version)
      yield { version, status: line.status, durationMs: line.duration_ms };
  }
}
