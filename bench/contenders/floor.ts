import { neon, neonConfig } from '@neondatabase/serverless';

// The floor: the least work with which a Worker can change a profile in a database. It has no router, no
// checks and no key, only one UPDATE of the 8 fields. Nothing with the same response can be cheaper.

interface Env {
  DATABASE_URL: string;
  DATABASE_ENDPOINT: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;
    const sql = neon(env.DATABASE_URL);
    const id = new URL(request.url).pathname.split('/').at(-1);
    const body = (await request.json()) as Record<string, string>;
    const [user] = await sql`
      UPDATE profile.users SET
        first_name = ${body['first_name']},
        last_name = ${body['last_name']},
        email = ${body['email']},
        birthdate = ${body['birthdate']},
        phone = ${body['phone']},
        state = ${body['state']},
        country = ${body['country']},
        address = ${body['address']}
      WHERE id = ${id}
      RETURNING *`;
    return Response.json({ message: 'Data updated successfully', meta: {}, data: user });
  },
};
