import { cleanUp } from './cleanup.ts';
import { serve } from './router.ts';
import { routes } from './routes.ts';
import { deliverQueued, sweep } from './webhooks/wakeups.ts';

/** The cron trigger in wrangler.toml that deletes what has expired; the other one delivers webhooks. */
const CLEANUP = '17 * * * *';

export default {
  fetch: serve(routes),
  scheduled: ({ cron }: { cron: string }, bindings: object) =>
    cron === CLEANUP ? cleanUp(bindings) : sweep(bindings),
  queue: deliverQueued,
};
