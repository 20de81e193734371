import { neon } from '@neondatabase/serverless';

// A Worker that does nothing, with the driver as published on npm. It shows what the start of any Worker
// that uses Neon costs.

export default {
  async fetch(request: Request, env: { DATABASE_URL: string }): Promise<Response> {
    if (new URL(request.url).pathname !== '/database') return new Response('empty');
    return Response.json(await neon(env.DATABASE_URL)`SELECT 1`);
  },
};
