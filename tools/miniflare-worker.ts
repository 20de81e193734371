import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions as workerOptions } from 'wrangler';

/** The rate limits of a Worker, by the name of the binding: requests in a minute. */
export type Limits = Record<'KEY_LIMIT' | 'ADDRESS_LIMIT', number>;

/** Limits that are so high that no test reaches them. */
const NO_LIMITS: Limits = { KEY_LIMIT: 1_000_000, ADDRESS_LIMIT: 1_000_000 };

interface Options {
  /** Bindings in addition to those of wrangler.toml. */
  vars: object;
  limits?: Limits | undefined;
  /** Whether the Worker has its queue; true by default. */
  queue?: boolean | undefined;
  /** Called with each line that the Worker logs, and its level, such as `log` or `error`. */
  onLog?: (line: string, level: string) => void;
  /** A bundle to run instead of the one that would be deployed. */
  bundle?: string;
  /** A folder of files to serve instead of those that were built. */
  assets?: string;
  /** Whether the calls of the Worker are traced. Their spans are lines of the log: `{"span":"credential"}`. */
  traced?: boolean | undefined;
}

/** A Worker that logs the spans of another one. */
const TAIL = `export default {
  tailStream: () => ({ event }) => {
    if (event.type === 'spanOpen') console.log(JSON.stringify({ span: event.name }));
  },
};`;

/**
 * Starts the Worker's bundle in Miniflare with the configuration of wrangler.toml. wrangler's own test
 * harness would turn a lost connection into a 500.
 */
export const startWorker = ({
  vars,
  limits = NO_LIMITS,
  queue = true,
  onLog,
  bundle = 'dist/index.js',
  assets,
  traced = false,
}: Options): Miniflare => {
  const options = workerOptions('wrangler.toml').workerOptions;
  const worker = {
    ...options,
    ...(assets && { assets: { ...(options['assets'] as object), directory: assets } }),
    ...(!queue && { queueProducers: {}, queueConsumers: {} }),
    modules: [{ type: 'ESModule' as const, path: bundle }],
    modulesRoot: dirname(bundle),
    bindings: { ...(options['bindings'] as object), ...vars },
    ratelimits: Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => [
        name,
        { namespace_id: randomUUID(), simple: { limit, period: 60 as const } },
      ]),
    ),
  };
  const tail = {
    name: 'tail',
    modules: true,
    script: TAIL,
    compatibilityFlags: ['streaming_tail_worker'],
  };
  return new Miniflare(
    convertV4MiniflareOptions({
      workers: traced ? [{ ...worker, streamingTails: ['tail'] }, tail] : [worker],
      handleStructuredLogs: ({ message, level }) => onLog?.(message, level),
    }),
  );
};
