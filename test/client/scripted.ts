import { ProfileClient } from '../../client/src/index.ts';
import type { ClientOptions } from '../../client/src/options.ts';

export const KEY = 'in-0000000000000000000000000000000000000000000';
export const USER = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** What a made-up server does with a request: responds, breaks the connection, or never responds. */
export type Step = Response | 'cut' | 'hang';

/** Of an API that is well. */
export const user = (fields: object = {}, headers: HeadersInit = { ETag: '"7"' }): Response =>
  Response.json({ message: '', meta: {}, data: { id: USER, ...fields } }, { headers });

export const problem = (
  status: number,
  code: string,
  members: object = {},
  headers: HeadersInit = {},
): Response =>
  new Response(JSON.stringify({ code, status, detail: 'Fix it.', request_id: 'r-1', ...members }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });

/** A client whose server does these steps in order, and then all is well; with what it sent and how long it waited. */
export function scripted(steps: Step[], options: Partial<ClientOptions> = {}) {
  const requests: Request[] = [];
  const bodies: string[] = [];
  const waits: number[] = [];
  const client = new ProfileClient({
    baseUrl: 'https://api.example.com',
    key: KEY,
    ...options,
    runtime: {
      fetch: async (request) => {
        requests.push(request);
        bodies.push(await request.clone().text());
        const step = steps.shift() ?? user();
        if (step === 'cut') throw new TypeError('fetch failed');
        if (step === 'hang') return new Promise(() => {});
        return step;
      },
      sleep: async (milliseconds) => void waits.push(milliseconds),
      random: () => 0.5,
      now: () => Date.UTC(2026, 10, 23, 12),
      ...options.runtime,
    },
  });
  const sent = (name: string) => requests.map(({ headers }) => headers.get(name));
  return { client, requests, bodies, waits, sent };
}

/** What a promise is rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  );
