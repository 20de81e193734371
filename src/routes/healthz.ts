import type { Route } from '../route.ts';

/** Says that the Worker runs and is configured; does not ask the database. */
export const healthz: Route = {
  method: 'GET',
  path: '/healthz',
  scopes: null,
  handler: () => Response.json({ status: 'ok' }),
};
