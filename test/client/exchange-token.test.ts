import { expect, test } from 'vitest';
import { exchangeToken, isProblem } from '../../client/src/index.ts';
import { failureOf, KEY, problem, type Step, USER } from './scripted.ts';

const TOKEN = {
  access_token: KEY,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'user:read',
  user_id: USER,
};

/** Exchanges a token at a server that does these steps, and then issues the key. */
function exchange(steps: Step[], more: Partial<Parameters<typeof exchangeToken>[0]> = {}) {
  const requests: Request[] = [];
  const result = exchangeToken({
    baseUrl: 'https://api.example.com',
    idToken: 'a.b.c',
    ...more,
    runtime: {
      fetch: async (request) => {
        requests.push(request.clone());
        const step = steps.shift() ?? Response.json(TOKEN);
        if (step === 'cut') throw new TypeError('fetch failed');
        return step as Response;
      },
      sleep: async () => {},
    },
  });
  return { result, requests };
}

test('exchangeToken sends a form without a key, and returns the key and whose it is', async () => {
  const { result, requests } = exchange([], { scope: 'user:read', nonce: 'n' });
  expect(await result).toEqual(TOKEN);
  const [request] = requests;
  expect([request?.method, request?.url]).toEqual(['POST', 'https://api.example.com/api/v1/token']);
  expect(request?.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
  expect(request?.headers.has('authorization')).toBe(false);
  expect(Object.fromEntries(new URLSearchParams(await request?.text()))).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'a.b.c',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    scope: 'user:read',
    nonce: 'n',
  });
});

test('exchangeToken repeats the same form after a lost response and a provider that is down', async () => {
  const { result, requests } = exchange(['cut', problem(503, 'provider_unavailable')]);
  expect((await result).access_token).toBe(KEY);
  const bodies = await Promise.all(requests.map((request) => request.text()));
  expect(bodies).toEqual(Array(3).fill(bodies[0]));
});

test('exchangeToken throws the problem of an ID token that is refused', async () => {
  const { result, requests } = exchange([problem(400, 'invalid_id_token')]);
  const failure = await failureOf(result);
  expect(isProblem(failure, 'exchangeToken') && failure.code).toBe('invalid_id_token');
  expect(requests).toHaveLength(1);
});
