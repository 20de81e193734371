import { signInRoutes } from './auth/routes.ts';
import { getFeed } from './changes/routes.ts';
import { feedbackRoute } from './feedback.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys/routes.ts';
import { tokenRoute } from './keys/token-exchange.ts';
import type { Route } from './route.ts';
import { updateUsers } from './users/batch.ts';
import { exportUser, getChanges, getVersion, revertUser } from './users/history.ts';
import { createUser, eraseUser } from './users/lifecycle.ts';
import { listUsers } from './users/list.ts';
import { getUser, patchUser, putUser } from './users/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';

/** Every route of the Worker, the most frequent ones first. The router, the permissions and the tests read this list. */
export const routes: readonly Route[] = [
  listUsers,
  createUser,
  updateUsers,
  getUser,
  putUser,
  patchUser,
  eraseUser,
  getChanges,
  getVersion,
  revertUser,
  exportUser,
  getFeed,
  ...keyRoutes,
  tokenRoute,
  ...webhookRoutes,
  ...signInRoutes,
  ...healthRoutes,
  feedbackRoute,
];
