import { describe, expect, test } from 'vitest';
import { userFields } from '../../src/users/fields.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

async function owner() {
  const id = await stack.user({ is_superuser: true });
  return { id, ...(await stack.key(id)) };
}

/** Sends a body, and expects a refusal at the edge that changes nothing. Returns the problem. */
async function refused(body: unknown, headers: Record<string, string> = {}) {
  const { id, key } = await owner();
  const requests = stack.database.requests;
  const response = await stack.put(id, key, body, headers);
  expect(stack.database.requests).toBe(requests);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.body).toMatchObject({
    status: response.status,
    request_id: response.headers.get('x-request-id'),
    type: expect.stringMatching(new RegExp(`/docs/errors/${response.body.code}$`)),
  });
  return {
    status: response.status,
    code: response.body.code,
    errors: (response.body.errors ?? []).map(
      (e: { code: string; pointer: string }) => `${e.pointer} ${e.code}`,
    ),
    response,
  };
}

describe('a value', () => {
  const C0_BUT_LINES = [...Array(32).keys()].filter((c) => ![9, 10, 13].includes(c));
  test.each([
    ['first_name', 1, 'invalid_type'],
    ['first_name', ['a'], 'invalid_type'],
    ['first_name', {}, 'invalid_type'],
    ['first_name', true, 'invalid_type'],
    ['first_name', 'x'.repeat(256), 'too_long'],
    ['first_name', 'a\nb', 'invalid_character'],
    ['first_name', 'a\tb', 'invalid_character'],
    ['first_name', '\0', 'invalid_character'],
    ['first_name', '\ud800', 'invalid_character'],
    ['first_name', 'a\udc00b', 'invalid_character'],
    ['phone', 'x'.repeat(51), 'too_long'],
    ['address', 'x'.repeat(1001), 'too_long'],
    ['first_name', 'a\rb', 'invalid_character'],
    ['email', null, 'not_nullable'],
    ['email', 'jsmith', 'invalid_format'],
    ['email', '', 'invalid_format'],
    ['email', 'a@b@c.de', 'invalid_format'],
    ['email', `${'x'.repeat(250)}@b.de`, 'too_long'],
    ['email', `${'x'.repeat(65)}@b.de`, 'invalid_format'],
    ['email', 'x'.repeat(70), 'invalid_format'],
    ['email', `a@${'x'.repeat(64)}.de`, 'invalid_format'],
    ['email', 'a\0@b.de', 'invalid_format'],
    ['is_active', null, 'not_nullable'],
    ['is_active', 'true', 'invalid_type'],
    ['is_active', 1, 'invalid_type'],
    ['role_id', 'x', 'invalid_format'],
    ['role_id', '3c90c3cc0d444b5088888dd25736052a', 'invalid_format'],
    ['role_id', 5, 'invalid_type'],
    ['birthdate', '2023-11-07', 'invalid_format'],
    ['birthdate', 1699335116, 'invalid_type'],
    ['birthdate', 'infinity', 'invalid_format'],
  ])('%s: %j is refused as %s %s', async (field, value, code) => {
    const { status, errors } = await refused({ [field]: value });
    expect([status, errors]).toEqual([422, [`/${field} ${code}`]]);
  });

  test.each(C0_BUT_LINES)(
    'with the control character %i in an address is refused',
    async (code) => {
      const { errors } = await refused({ address: String.fromCharCode(code) });
      expect(errors).toEqual(['/address invalid_character']);
    },
  );

  test.each(Object.keys(userFields))('of another type in %s is refused', async (field) => {
    const { errors } = await refused({ [field]: { deep: [1] } });
    expect(errors).toEqual([`/${field} invalid_type`]);
  });

  test('is never repeated in the problem', async () => {
    const { response } = await refused({ email: 'private-value', first_name: 'private-value\0' });
    expect(response.text).not.toContain('private-value');
  });
});

describe('a name', () => {
  test('that is unknown is refused, with the nearest known name', async () => {
    const { response, errors } = await refused({ fist_name: 'A' });
    expect(errors).toEqual(['/fist_name unknown_field']);
    expect(response.body.errors[0].detail).toContain('first_name');
  });

  test('that resembles no known name is refused without a hint', async () => {
    const { response } = await refused({ avatar_url: 'A', name: 'B', zip: 'C' });
    for (const { detail } of response.body.errors) expect(detail).toBe('Unknown field.');
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'version',
    'created_at',
    '',
  ])('%j is unknown', async (name) => {
    const { errors } = await refused(`{${JSON.stringify(name)}: {"is_superuser": true}}`);
    expect(errors).toEqual([`/${name} unknown_field`]);
  });

  test('is escaped in its pointer', async () => {
    expect((await refused({ 'a/b~c': 1 })).errors).toEqual(['/a~1b~0c unknown_field']);
  });

  test('id is refused unless it is the id in the path', async () => {
    expect((await refused({ id: '00000000-0000-4000-8000-000000000000' })).errors).toEqual([
      '/id id_mismatch',
    ]);
    expect((await refused({ id: null })).errors).toEqual(['/id id_mismatch']);
  });
});

describe('faults', () => {
  test('are all reported at once', async () => {
    const { code, errors } = await refused({
      email: null,
      first_name: `${'x'.repeat(256)}\0`,
      nope: 1,
      role_id: 'x',
      id: 'x',
    });
    expect(code).toBe('validation_failed');
    expect(errors).toEqual([
      '/email not_nullable',
      '/first_name too_long',
      '/first_name invalid_character',
      '/nope unknown_field',
      '/role_id invalid_format',
      '/id id_mismatch',
    ]);
  });

  test('are limited to 100 entries, however many a body has', async () => {
    const body = Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`n${i}`, 1]));
    expect((await refused(body)).errors).toHaveLength(100);
  });

  test('in the path and in the body are reported together', async () => {
    const { key } = await owner();
    const response = await stack.put('not-a-uuid', key, { email: null });
    expect(response.status).toBe(422);
    expect(response.body.errors).toEqual([
      expect.objectContaining({ parameter: 'user_id', code: 'invalid_format' }),
      expect.objectContaining({ pointer: '/email', code: 'not_nullable' }),
    ]);
  });
});

describe('a body', () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  test.each([
    ['is empty', ''],
    ['is incomplete', '{"first_name": "A'],
    ['has a trailing comma', '{"first_name": "A",}'],
    ['has two values', '{}{}'],
    ['starts with a byte order mark', '\ufeff{}'],
    ['is not UTF-8', bytes(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ['is UTF-16', bytes(0x7b, 0x00, 0x7d, 0x00)],
    ['lacks the last byte of a character', bytes(0x22, 0xf0, 0x9f, 0x98, 0x22)],
    ['encodes a surrogate in UTF-8', bytes(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['is a very deep list', '['.repeat(60_000)],
  ])('that %s is malformed_json', async (_, body) => {
    const { status, code, response } = await refused(body);
    expect([status, code]).toEqual([400, 'malformed_json']);
    expect(response.body.detail).not.toBe('Send a JSON object.');
  });

  // With the messages of the Worker's V8. test/unit/json-fault.test.ts has the wording of each fault.
  test.each([
    ['{"is_active":True}', 'Line 1, column 14: write true, false and null in lower case.'],
    [
      `{"address": "${'Ada, '.repeat(200)}",\n "is_trial": NaN, "used_trial": NaN}`,
      'Line 2, column 14',
    ],
    ['{"first_name": "A"}{"first_name": "B"}', 'Line 1, column 20: the JSON ends before this'],
    ['{"first_name": "A",}', 'Line 1, column 20: remove the comma'],
    ['{"first_name": ', 'Line 1, column 16: the JSON ends too early'],
    ['first_name=Ada&last_name=L', 'looks like a form'],
    ['<user/>', 'looks like XML'],
  ])('that is malformed is reported with the place and the reason: %j', async (body, detail) => {
    expect((await refused(body)).response.body.detail).toContain(detail);
  });

  test('that is malformed is never repeated in the problem', async () => {
    for (const fault of ['True', 'x', '"y"', "'z'", 'ada@example.com'])
      for (const filler of ['', ' '.repeat(100)]) {
        const { response } = await refused(
          `{"email":"private-value" ${filler}, "a": ${fault} ada@example.com`,
        );
        expect(response.text).not.toMatch(/private|ada@|example\.com"/);
      }
  });

  test.each(['[]', 'null', '"text"', '1', 'true', `${'['.repeat(30_000)}${']'.repeat(30_000)}`])(
    'that is not an object is refused: %.20s',
    async (body) => expect((await refused(body)).errors).toEqual([' invalid_type']),
  );

  test('that nests deeply inside a field is an invalid type', async () => {
    const deep = `{"first_name":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`;
    expect((await refused(deep)).errors).toEqual(['/first_name invalid_type']);
  });

  test('of 64 KiB is accepted, and one byte more is refused', async () => {
    const { id, key } = await owner();
    const padded = (length: number) => `{"first_name":"A"}${' '.repeat(length - 18)}`;
    expect((await stack.put(id, key, padded(65_536))).status).toBe(200);
    const { status, code } = await refused(padded(65_537));
    expect([status, code]).toEqual([413, 'body_too_large']);
  });

  test('without a Content-Length is counted while it arrives', async () => {
    const { id, key } = await owner();
    const chunk = new TextEncoder().encode(' '.repeat(16_384));
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => (sent++ < 5 ? controller.enqueue(chunk) : controller.close()),
    });
    const response = await stack.fetch(`/api/v1/user/${id}?api_key=${key}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect([response.status, response.body.code]).toEqual([413, 'body_too_large']);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/vnd.api+json; charset=utf-8',
    'text/json',
    'json',
    `application/${'x'.repeat(1000)}`,
    'application/<script>',
    '',
  ])(
    'of type %j is an unsupported_media_type; the detail names a well-formed type',
    async (type) => {
      const { status, code, response } = await refused('{}', { 'content-type': type });
      expect([status, code]).toEqual([415, 'unsupported_media_type']);
      const { detail } = response.body;
      expect(detail).toMatch(/; send application\/json\.$/);
      if (type === '') expect(detail).toMatch(/^The Content-Type header is missing; /);
      else if (type.length > 100 || type.includes('<'))
        expect(detail).toMatch(/^This Content-Type is not accepted; /);
      else expect(detail).toContain(`is ${type.split(';')[0]};`);
    },
  );

  test.each([
    ['gzip', 'gzip'],
    ['BR', 'br'],
    ['identity, gzip', 'gzip'],
  ])('with the Content-Encoding %s is an unsupported_media_type', async (codings, coding) => {
    const { status, code, response } = await refused('{}', { 'content-encoding': codings });
    expect([status, code]).toEqual([415, 'unsupported_media_type']);
    expect(response.headers.get('accept-encoding')).toBe('identity');
    expect(response.body.detail).toBe(
      `The Content-Encoding is ${coding}; send the body without compression.`,
    );
  });

  test.each(['identity', 'Identity', 'identity, IDENTITY', ',identity', ''])(
    'with the Content-Encoding %j is accepted',
    async (coding) => {
      const { id, key } = await owner();
      expect((await stack.put(id, key, '{}', { 'content-encoding': coding })).status).toBe(200);
    },
  );

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json; charset=utf8',
    'application/json; charset=us-ascii',
    'application/json; charset=utf-16',
    'application/json;',
    'application/json; charset',
    'application/json ; profile="a;b"',
  ])('of type %s is accepted', async (type) => {
    const { id, key } = await owner();
    expect((await stack.put(id, key, '{}', { 'content-type': type })).status).toBe(200);
  });

  test('may have the character that stands for bytes that are not UTF-8', async () => {
    const { id, key } = await owner();
    const { status, body } = await stack.put(id, key, { first_name: 'A\ufffd' });
    expect([status, body.data.first_name]).toEqual([200, 'A\ufffd']);
  });

  test('is read as UTF-8, whatever the charset parameter', async () => {
    const { id, key } = await owner();
    const latin1 = { 'content-type': 'application/json; charset=latin1' };
    const { body } = await stack.put(id, key, { first_name: 'Zo\u00eb' }, latin1);
    expect(body.data.first_name).toBe('Zo\u00eb');
    const { code } = await refused(bytes(0x22, 0xeb, 0x22), latin1);
    expect(code).toBe('malformed_json');
  });
});
