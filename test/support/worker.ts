import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions as workerOptions } from 'wrangler';

/** The rate limits of a Worker, by the name of the binding: requests in a minute. */
export type Limits = Record<'KEY_LIMIT' | 'ADDRESS_LIMIT', number>;

/** So high that only the tests of the limits reach them. */
const NO_LIMITS: Limits = { KEY_LIMIT: 1_000_000, ADDRESS_LIMIT: 1_000_000 };

interface Options {
  /** Bindings in addition to those of wrangler.toml. */
  vars: object;
  limits?: Limits | undefined;
  /** Whether it has its queue, by default yes. */
  queue?: boolean | undefined;
  /** Called with each line that the Worker logs, and its level: log, error. */
  onLog?: (line: string, level: string) => void;
  /** Another bundle than the one that would be deployed. */
  bundle?: string;
}

/**
 * The Worker's bundle in Miniflare, configured as wrangler.toml says. Not in wrangler's own test harness,
 * which turns a lost connection into a 500.
 */
export const startWorker = ({
  vars,
  limits = NO_LIMITS,
  queue = true,
  onLog,
  bundle = 'dist/index.js',
}: Options): Miniflare => {
  const options = workerOptions('wrangler.toml').workerOptions;
  return new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      ...(!queue && { queueProducers: {}, queueConsumers: {} }),
      modules: [{ type: 'ESModule', path: bundle }],
      modulesRoot: dirname(bundle),
      bindings: { ...(options['bindings'] as object), ...vars },
      ratelimits: Object.fromEntries(
        Object.entries(limits).map(([name, limit]) => [
          name,
          { namespace_id: randomUUID(), simple: { limit, period: 60 as const } },
        ]),
      ),
      handleStructuredLogs: ({ message, level }) => onLog?.(message, level),
    }),
  );
};
