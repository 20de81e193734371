import { neon } from '@neondatabase/serverless';

// A Worker that has the driver and does nothing: what starting costs whoever talks to Neon. It is
// bundled twice: as npm has the driver, and as `slimmed` with what tools/slim-driver.ts leaves of it.

export default {
  async fetch(request: Request, env: { DATABASE_URL: string }): Promise<Response> {
    if (new URL(request.url).pathname !== '/database') return new Response('empty');
    return Response.json(await neon(env.DATABASE_URL)`SELECT 1`);
  },
};
