import { mintApiKey } from '../../../src/auth/api-key.ts';
import type { Topic } from '../case.ts';
import { answered, holds, refused, same } from '../check.ts';

export const credentials: Topic = {
  name: 'Credentials',
  cases: [
    {
      name: 'the key is taken from Authorization, from X-API-Key and from ?api_key=',
      async run({ api, path }) {
        answered(await api.send({ path }), 200);
        answered(await api.send({ path, key: null, headers: { 'X-API-Key': api.key } }), 200);
        answered(await api.send({ path: `${path}?api_key=${api.key}`, key: null }), 200);
        const lower = { Authorization: `bearer ${api.key}` };
        answered(await api.send({ path, key: null, headers: lower }), 200);
      },
    },
    {
      name: 'the same key twice is one, two different ones are refused',
      async run({ api, path }) {
        answered(await api.send({ path, headers: { 'X-API-Key': api.key } }), 200);
        const other = { 'X-API-Key': mintApiKey() };
        refused(await api.send({ path, headers: other }), 400, 'conflicting_credentials');
      },
    },
    {
      name: 'what a gateway puts into another header is no second key',
      async run({ api, path }) {
        const headers = { 'X-API-Key': api.key, Authorization: 'Bearer e30.e30.c2ln' };
        answered(await api.send({ path, key: null, headers }), 200);
      },
    },
    {
      name: 'without a key the response is 401 and says how to authenticate',
      async run({ api, path }) {
        const answer = refused(await api.send({ path, key: null }), 401, 'missing_api_key');
        const challenge = answer.headers.get('WWW-Authenticate') ?? '';
        holds(
          '"WWW-Authenticate names Bearer and no error"',
          /^Bearer realm="[^"]*"$/.test(challenge),
        );
      },
    },
    {
      name: 'a malformed key and an unknown key are invalid',
      async run({ api, path }) {
        for (const key of ['hello', mintApiKey()]) {
          const answer = refused(await api.send({ path, key }), 401, 'invalid_api_key');
          const challenge = answer.headers.get('WWW-Authenticate') ?? '';
          same('error="invalid_token"', challenge.includes('error="invalid_token"'), true);
        }
      },
    },
    {
      name: 'the request itself is judged before the key',
      needs: ['user:write'],
      async run({ api, path }) {
        const answer = await api.send({ method: 'PUT', path, key: mintApiKey(), body: '{' });
        refused(answer, 400, 'malformed_json');
      },
    },
    {
      name: 'the key is judged before the condition',
      async run({ api, path }) {
        const headers = { 'If-Match': '"0"' };
        refused(await api.send({ path, key: mintApiKey(), headers }), 401, 'invalid_api_key');
      },
    },
  ],
};
