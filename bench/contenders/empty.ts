import { neon } from '@neondatabase/serverless';

// A Worker with the driver as npm has it, which does nothing: what starting costs any Worker that uses
// Neon.

export default {
  async fetch(request: Request, env: { DATABASE_URL: string }): Promise<Response> {
    if (new URL(request.url).pathname !== '/database') return new Response('empty');
    return Response.json(await neon(env.DATABASE_URL)`SELECT 1`);
  },
};
