import { describe, expect, test } from 'vitest';
import { parseConditions } from '../../src/http/request.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

/** Creates a user with version 2 whose first name is Ada, and a key. */
async function ada() {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  await stack.put(id, key, { first_name: 'Ada' });
  return {
    id,
    key,
    put: (body: object, headers: Record<string, string>) => stack.put(id, key, body, headers),
  };
}

describe('If-Match', () => {
  test.each(['"2"', '"1", "2"', ' "7" ,"2"', '*', '"a,b", "2"', ',"2",'])(
    '%s matches version 2: the update is applied',
    async (tags) => {
      const { put } = await ada();
      const response = await put({ first_name: 'Grace' }, { 'if-match': tags });
      expect([response.status, response.headers.get('etag')]).toEqual([200, '"3"']);
    },
  );

  test.each([
    '"1"',
    '"3"',
    'W/"2"',
    '"1", W/"2"',
    '"abc"',
    '""',
    '"02"',
    '"ä"',
    '"99999999999999999999"',
    '"2147483647"',
    '"1", "2147483646", "2147483647"',
  ])('%s does not match: returns 412 with the current ETag, and nothing changes', async (tags) => {
    const { id, put } = await ada();
    const before = await stack.row(id);
    const response = await put({ first_name: 'Grace' }, { 'if-match': tags });
    expect(response.body).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect(response.headers.get('etag')).toBe('"2"');
    expect(await stack.row(id)).toEqual(before);
    expect(await stack.log(id)).toHaveLength(1);
  });

  test('that does not match returns 412 even for an empty update', async () => {
    const { put } = await ada();
    expect((await put({}, { 'if-match': '"1"' })).status).toBe(412);
  });

  test.each(['2', '"2', "'2'", '"2" "3"', 'w/"2"', ',', 'tag', '"2", tag', '"2";q=1', '*, "2"'])(
    '%j is malformed: returns 400 without a database request',
    async (tags) => {
      const { put } = await ada();
      const before = stack.database.requests;
      expect((await put({}, { 'if-match': tags })).body).toMatchObject({
        status: 400,
        code: 'malformed_header',
        errors: [{ header: 'If-Match', code: 'invalid_format', detail: expect.any(String) }],
      });
      expect(stack.database.requests).toBe(before);
    },
  );

  test('lets exactly one of 16 writers with the same ETag succeed', async () => {
    const { id, put } = await ada();
    const responses = await Promise.all(
      Array.from({ length: 16 }, (_, i) => put({ first_name: `${i}` }, { 'if-match': '"2"' })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(412)]);
    const winner = responses.findIndex(({ status }) => status === 200);
    expect(await stack.row(id)).toMatchObject({ first_name: `${winner}`, version: 3 });
  });

  test('is checked after the rights, so that no other user learns the version', async () => {
    const { id } = await ada();
    const { key } = await stack.key(await stack.user());
    const response = await stack.put(id, key, {}, { 'if-match': '"1"' });
    expect(response.body).toMatchObject({ status: 403, code: 'insufficient_scope' });
    expect(response.headers.get('etag')).toBeNull();
  });

  test('on an unknown user returns 404', async () => {
    const { key } = await ada();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await stack.put(nobody, key, {}, { 'if-match': '*' })).status).toBe(404);
  });
});

test.each(['If-Match', 'If-None-Match'])(
  '%s with many spaces takes no longer than without',
  async (header) => {
    const { put } = await ada();
    const response = await put({}, { [header]: `"1",${' '.repeat(8_000)}x` });
    expect(response.body.code).toBe('malformed_header');
    const parse = () => parseConditions(new Headers({ [header]: `"1",${' '.repeat(300_000)}x` }));
    // A backtracking regular expression would exceed the timeout of the test.
    expect(parse).toThrow();
  },
);

describe('If-None-Match', () => {
  test.each(['*', '"2"', 'W/"2"', '"1", "2"'])(
    '%s on PUT returns 412 at version 2',
    async (tags) => {
      const { id, put } = await ada();
      const response = await put({ first_name: 'Grace' }, { 'if-none-match': tags });
      expect(response.body).toMatchObject({ status: 412, code: 'precondition_failed' });
      expect(await stack.row(id)).toMatchObject({ version: 2 });
    },
  );

  test.each(['"1"', '"W/2"', '"2W/"', '"2147483647"'])(
    'with another version, %s, matches',
    async (tag) => {
      const { put } = await ada();
      expect((await put({ first_name: 'Grace' }, { 'if-none-match': tag })).status).toBe(200);
    },
  );
});

describe('a condition of an update', () => {
  test.each([
    ['If-None-Match', '4'],
    ['If-Match', '4'],
    ['Base-Version', '4'],
  ])(
    'that is malformed, %s: %s, returns 400, because ignoring it could overwrite a change',
    async (name, tags) => {
      const { id, put } = await ada();
      const response = await put({ first_name: 'Grace' }, { [name]: tags });
      expect(response.body).toMatchObject({ code: 'malformed_header', errors: [{ header: name }] });
      expect(await stack.row(id)).toMatchObject({ version: 2 });
    },
  );

  test.each(['If-Match', 'If-None-Match', 'Base-Version', 'Idempotency-Key', 'Prefer'])(
    'that is empty is ignored: %s',
    async (name) => {
      const { put } = await ada();
      expect((await put({ first_name: 'Grace' }, { [name]: '' })).status).toBe(200);
    },
  );
});

test.each([
  ['If-Match', { 'if-match': '"1"', 'if-none-match': '"1"' }],
  ['If-None-Match', { 'if-match': '"2"', 'if-none-match': '"2"' }],
])('If-Match and If-None-Match must both match: %s does not', async (_, headers) => {
  const { id, put } = await ada();
  const response = await put({ first_name: 'Grace' }, headers);
  expect(response.body).toMatchObject({ status: 412, code: 'precondition_failed' });
  expect(await stack.row(id)).toMatchObject({ version: 2 });
});

describe('a key with require_precondition', () => {
  async function strict() {
    const { id, key } = await ada();
    const created = await stack.fetch(`/api/v1/keys?api_key=${key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'strict', role: 'full_access', require_precondition: true }),
    });
    return { id, key, created: created.body.data };
  }

  test('is shown with this property, and so is its successor', async () => {
    const { key, created } = await strict();
    expect(created.require_precondition).toBe(true);
    const rotated = await stack.fetch(`/api/v1/keys/${created.id}/rotate?api_key=${key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(rotated.body.data.require_precondition).toBe(true);
    const id = rotated.body.data.id;
    const shown = await stack.fetch(`/api/v1/keys/${id}?api_key=${key}`);
    expect(shown.body.data.require_precondition).toBe(true);
  });

  test.each(['PUT', 'PATCH'])(
    'refuses an unconditional %s with 428 and says what to send',
    async (method) => {
      const { id, created } = await strict();
      const response = await stack.fetch(`/api/v1/user/${id}?api_key=${created.key}`, {
        method,
        headers: { 'content-type': 'application/json', prefer: 'validate-only' },
        body: '{"first_name": "Grace"}',
      });
      expect(response.body).toMatchObject({
        status: 428,
        code: 'precondition_required',
        detail: expect.stringContaining('If-Match'),
      });
      expect(await stack.row(id)).toMatchObject({ version: 2 });
    },
  );

  test.each([
    { 'if-match': '"2"' },
    { 'if-match': '*' },
    { 'base-version': '"2"' },
    { 'if-none-match': '"1"' },
  ])('applies an update with %o', async (headers) => {
    const { id, created } = await strict();
    expect((await stack.put(id, created.key, { first_name: 'Grace' }, headers)).status).toBe(200);
  });

  test('reads without a condition', async () => {
    const { id, created } = await strict();
    expect((await stack.fetch(`/api/v1/user/${id}?api_key=${created.key}`)).status).toBe(200);
  });
});

describe('PATCH', () => {
  test.each([
    'application/merge-patch+json',
    'application/json',
    'Application/Merge-Patch+JSON; charset=utf-8',
  ])('with %s works like PUT (RFC 7396): absent fields stay, null clears', async (type) => {
    const { id, key, put } = await ada();
    await put({ last_name: 'L', phone: '1' }, {});
    const response = await stack.fetch(`/api/v1/user/${id}?api_key=${key}`, {
      method: 'PATCH',
      headers: { 'content-type': type, 'if-match': '"3"' },
      body: '{"last_name": "K", "phone": null}',
    });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"4"']);
    expect(response.body.data).toMatchObject({ first_name: 'Ada', last_name: 'K', phone: null });
  });

  test('with another media type returns 415 and lists the accepted ones in Accept-Patch', async () => {
    const { id, key } = await ada();
    const response = await stack.fetch(`/api/v1/user/${id}?api_key=${key}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json-patch+json' },
      body: '[]',
    });
    expect(response.body).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(response.headers.get('accept-patch')).toBe(
      'application/merge-patch+json, application/json',
    );
  });

  test('is announced by OPTIONS with its media types; PUT accepts only plain JSON', async () => {
    const { id, put } = await ada();
    const options = await stack.fetch(`/api/v1/user/${id}`, { method: 'OPTIONS' });
    expect(options.headers.get('accept-patch')).toBe(
      'application/merge-patch+json, application/json',
    );
    const response = await put({}, { 'content-type': 'application/merge-patch+json' });
    expect([response.status, response.headers.get('accept')]).toEqual([415, 'application/json']);
  });
});
