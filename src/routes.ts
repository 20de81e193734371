import type { Route } from './http.ts';
import { healthz } from './routes/healthz.ts';
import { putUser } from './routes/user.ts';

/** Every route of the Worker. The router, the permissions and the tests read this list. */
export const routes: readonly Route[] = [healthz, putUser];
