import { callback, currentSession, login, logout } from './auth/routes.ts';
import { feedbackRoute } from './feedback/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import type { Route } from './route.ts';
import { healthz } from './routes/healthz.ts';
import { getUser, patchUser, putUser } from './users/routes.ts';

/** Every route of the Worker. The router, the permissions and the tests read this list. */
export const routes: readonly Route[] = [
  healthz,
  login,
  callback,
  logout,
  currentSession,
  getUser,
  putUser,
  patchUser,
  ...keyRoutes,
  feedbackRoute,
];
