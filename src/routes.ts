import type { Route } from './http.ts';
import { callback, currentSession, login, logout } from './routes/auth.ts';
import { feedbackRoute } from './routes/feedback.ts';
import { healthz } from './routes/healthz.ts';
import { keyRoutes } from './routes/keys.ts';
import { getUser, patchUser, putUser } from './routes/user.ts';

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
