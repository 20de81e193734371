import { neon } from '@neondatabase/serverless';

// A Worker that has the driver and does nothing: what starting costs whoever talks to Neon. It is
// bundled with the driver that the shipped Worker has, slimmed by tools/slim-driver.ts.

export default {
  async fetch(request: Request, env: { DATABASE_URL: string }): Promise<Response> {
    if (new URL(request.url).pathname !== '/database') return new Response('empty');
    return Response.json(await neon(env.DATABASE_URL)`SELECT 1`);
  },
};
