import { cleanUp } from './cleanup.ts';
import { serve } from './router.ts';
import { routes } from './routes.ts';

export default {
  fetch: serve(routes),
  /** By the cron trigger in wrangler.toml. */
  scheduled: (_: unknown, bindings: object) => cleanUp(bindings),
};
