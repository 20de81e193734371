import { serve } from './router.ts';
import { routes } from './routes.ts';

export default { fetch: serve(routes) };
