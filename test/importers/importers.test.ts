import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { inVersion30 } from '../../site/openapi/print.ts';
import { useStack } from '../support/stack.ts';
import { type BrunoRequest, brunoRequests, sendFromBruno } from './bruno.ts';
import { collectionOf, imports, keyPlaceOf, requestsOf, send } from './postman.ts';

// What users get who import the document, enter the address and a key, and send.

const stack = useStack();
const USER = '/api/v1/user/:user_id';
const ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const document = await readFile('openapi.json', 'utf8');
let variables: { baseUrl: string; apiKey: string };

beforeAll(async () => {
  const { key } = await stack.key(await stack.user({ id: ID }), { role: 'profile' });
  variables = { baseUrl: stack.origin, apiKey: key };
});

describe.each([
  ['OpenAPI 3.1', document],
  ['OpenAPI 3.0', inVersion30(document)],
])('Postman, from %s', (_, text) => {
  test.each(Object.keys(imports) as (keyof typeof imports)[])(
    '%s: GET and PUT work as imported',
    async (how) => {
      const collection = await collectionOf(text, how);
      // Without examples it is a placeholder, and this is the only user to read.
      for (const { url } of requestsOf(collection))
        for (const variable of url.variable ?? [])
          if (variable.key === 'user_id') variable.value = ID;
      const statuses = await send(collection, variables);
      expect(statuses).toMatchObject({
        [`GET ${USER}`]: 200,
        [`PUT ${USER}`]: 200,
        [`PATCH ${USER}`]: 200,
        'GET /api/v1/keys/self': 200,
        'POST /api/v1/keys/report': 200,
        'GET /healthz': 200,
      });
      expect(Object.keys(statuses)).toHaveLength(requestsOf(collection).length);
      expect(Object.values(statuses)).not.toContain(400);
    },
  );
});

describe('Postman', () => {
  test.each(Object.keys(imports) as (keyof typeof imports)[])(
    '%s: no optional header is sent, and the key is in a header',
    async (how) => {
      const requests = requestsOf(await collectionOf(document, how));
      const headers = requests.flatMap(({ header = [] }) => header.map(({ key }) => key));
      expect(new Set(headers)).toEqual(new Set(['Accept', 'Content-Type']));
      expect(new Set(requests.map(keyPlaceOf))).toEqual(new Set(['header', undefined]));
    },
  );

  test('the default import of PUT does not change the user', async () => {
    const put = requestsOf(await collectionOf(document, 'by default')).find(
      ({ method }) => method === 'PUT',
    );
    expect(put).toMatchObject({ body: { raw: '{}' } });
  });
});

describe('Bruno', () => {
  let requests: BrunoRequest[];
  beforeAll(async () => {
    requests = await brunoRequests(JSON.parse(document));
  });

  test.each(['GET', 'PUT', 'PATCH'])('%s works as imported', async (method) => {
    const request = requests.find((one) => one.method === method && one.url.endsWith(USER));
    expect((await sendFromBruno(request as BrunoRequest, variables)).status).toBe(200);
  });

  test('the same PUT with another body works too', async () => {
    const put = requests.find(({ method }) => method === 'PUT') as BrunoRequest;
    const other = { ...put, body: { mode: 'json', json: '{"first_name": "Grace"}' } };
    expect((await sendFromBruno(put, variables)).status).toBe(200);
    expect((await sendFromBruno(other, variables)).status).toBe(200);
  });

  test('no optional header is sent', () => {
    const names = requests.flatMap(({ headers }) => headers.map(({ name }) => name));
    expect(new Set(names)).toEqual(new Set(['X-API-Key']));
  });
});
