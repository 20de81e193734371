import { mintApiKey } from '../../../src/auth/api-key.ts';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectStatus, expectTrue } from '../check.ts';

export const credentials: Topic = {
  name: 'Credentials',
  cases: [
    {
      name: 'the key is taken from Authorization, from X-API-Key and from ?api_key=',
      async run({ api, path }) {
        expectStatus(await api.send({ path }), 200);
        expectStatus(await api.send({ path, key: null, headers: { 'X-API-Key': api.key } }), 200);
        expectStatus(await api.send({ path: `${path}?api_key=${api.key}`, key: null }), 200);
        const lower = { Authorization: `bearer ${api.key}` };
        expectStatus(await api.send({ path, key: null, headers: lower }), 200);
      },
    },
    {
      name: 'the same key in two places is accepted, two different keys are refused',
      async run({ api, path }) {
        expectStatus(await api.send({ path, headers: { 'X-API-Key': api.key } }), 200);
        const other = { 'X-API-Key': mintApiKey() };
        expectError(await api.send({ path, headers: other }), 400, 'conflicting_credentials');
      },
    },
    {
      name: 'credentials of a gateway in another header do not count as a second key',
      async run({ api, path }) {
        const headers = { 'X-API-Key': api.key, Authorization: 'Bearer e30.e30.c2ln' };
        expectStatus(await api.send({ path, key: null, headers }), 200);
      },
    },
    {
      name: 'a request without a key returns 401 with WWW-Authenticate',
      async run({ api, path }) {
        const response = expectError(await api.send({ path, key: null }), 401, 'missing_api_key');
        const challenge = response.headers.get('WWW-Authenticate') ?? '';
        expectTrue(
          '"WWW-Authenticate names Bearer and no error"',
          /^Bearer realm="[^"]*"$/.test(challenge),
        );
      },
    },
    {
      name: 'a malformed or unknown key is invalid',
      async run({ api, path }) {
        for (const key of ['hello', mintApiKey()]) {
          const response = expectError(await api.send({ path, key }), 401, 'invalid_api_key');
          const challenge = response.headers.get('WWW-Authenticate') ?? '';
          expectEqual('error="invalid_token"', challenge.includes('error="invalid_token"'), true);
        }
      },
    },
    {
      name: 'the request itself is checked before the key',
      needs: ['user:write'],
      async run({ api, path }) {
        const response = await api.send({ method: 'PUT', path, key: mintApiKey(), body: '{' });
        expectError(response, 400, 'malformed_json');
      },
    },
    {
      name: 'the key is checked before the condition',
      async run({ api, path }) {
        const headers = { 'If-Match': '"0"' };
        expectError(await api.send({ path, key: mintApiKey(), headers }), 401, 'invalid_api_key');
      },
    },
  ],
};
