import { cleanUp } from './cleanup.ts';
import { serve } from './router.ts';
import { routes } from './routes.ts';
import { deliverQueued, sweep } from './webhooks/wakeups.ts';

/** The cron trigger in wrangler.toml that delivers webhooks; the other one deletes what has expired. */
const SWEEP = '*/5 * * * *';

export default {
  fetch: serve(routes),
  scheduled: ({ cron }: { cron: string }, bindings: object) =>
    cron === SWEEP ? sweep(bindings) : cleanUp(bindings),
  queue: deliverQueued,
};
