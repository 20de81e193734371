import { gzipSync } from 'node:zlib';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';
import { type Subject, unknownId } from '../subject.ts';

const malformed: Record<string, string | Uint8Array> = {
  'that is empty': '',
  'that is cut off': '{"state": "a',
  'with a trailing comma': '{"state": "a",}',
  'with a byte order mark': '\ufeff{}',
  'that is not UTF-8': new Uint8Array([0x22, 0xff, 0x22]),
};

/** Bodies that must be refused, each with its field and the code of the violation. */
const invalid: [body: object, field: string, code: string][] = [
  [{ first_nam: 'Ada' }, 'first_nam', 'unknown_field'],
  [{ constructor: 'Ada' }, 'constructor', 'unknown_field'],
  [{ first_name: 1 }, 'first_name', 'invalid_type'],
  [{ is_active: 'true' }, 'is_active', 'invalid_type'],
  [{ email: null }, 'email', 'not_nullable'],
  [{ is_trial: null }, 'is_trial', 'not_nullable'],
  [{ first_name: 'x'.repeat(256) }, 'first_name', 'too_long'],
  [{ phone: '1'.repeat(51) }, 'phone', 'too_long'],
  [{ address: 'x'.repeat(1001) }, 'address', 'too_long'],
  [{ email: 'nobody' }, 'email', 'invalid_format'],
  [{ birthdate: '1815-12-10' }, 'birthdate', 'invalid_format'],
  [{ birthdate: '1815-02-29T00:00:00Z' }, 'birthdate', 'invalid_format'],
  [{ role_id: 'admin' }, 'role_id', 'invalid_format'],
  [{ state: 'a\u0000' }, 'state', 'invalid_character'],
  [{ state: 'a\nb' }, 'state', 'invalid_character'],
  [{ address: 'a\u000bb' }, 'address', 'invalid_character'],
  [{ email: `${'x'.repeat(65)}@example.com` }, 'email', 'invalid_format'],
  [{ id: unknownId() }, 'id', 'id_mismatch'],
];

/** Fields that are sent with validate-only, because a server that stores them would do real harm. */
const GUARDED = ['email', 'is_active', 'is_trial', 'role_id'];

/** Runs an attempt and expects that the user has not changed. */
async function expectNoChange(subject: Subject, attempt: () => Promise<void>): Promise<void> {
  const before = await subject.now();
  await attempt();
  expectEqual('the user', await subject.now(), before);
}

export const bodies: Topic = {
  name: 'Bodies',
  needs: ['user:write'],
  cases: [
    ...Object.entries(malformed).map(([what, body]) => ({
      name: `a body ${what} returns malformed_json`,
      run: async (subject: Subject) =>
        void expectError(await subject.put(body), 400, 'malformed_json'),
    })),
    ...invalid.map(([body, field, code]) => ({
      name: `the body ${JSON.stringify(body).slice(0, 50)} returns ${code}`,
      run: (subject: Subject) =>
        expectNoChange(subject, async () => {
          const careful = GUARDED.includes(field) && { Prefer: 'validate-only' };
          const response = await subject.put({ state: subject.text(), ...body }, { ...careful });
          expectErrorAt(
            expectError(response, 422, 'validation_failed'),
            { pointer: `/${field}` },
            code,
          );
        }),
    })),
    {
      name: 'a body that is an array is refused',
      async run(subject) {
        const response = expectError(await subject.put([]), 422, 'validation_failed');
        expectErrorAt(response, { pointer: '' }, 'invalid_type');
      },
    },
    {
      name: 'all errors are reported at once, up to 100',
      async run(subject) {
        const some = expectError(
          await subject.put({ a: 1, email: null }),
          422,
          'validation_failed',
        );
        expectEqual('the number of errors', some.body.errors?.length, 2);
        const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x${i}`, 1]));
        const { body } = expectError(await subject.put(many), 422, 'validation_failed');
        expectEqual('the number of errors of 150', body.errors?.length, 100);
      },
    },
    {
      name: 'a body may have 64 KiB, but not one byte more',
      async run(subject) {
        expectStatus(await subject.put(`{}${' '.repeat(65_534)}`), 200);
        expectError(await subject.put(`{}${' '.repeat(65_535)}`), 413, 'body_too_large');
      },
    },
    {
      name: 'another media type is refused, and Accept names the right one',
      async run(subject) {
        const response = await subject.put('{}', { 'Content-Type': 'text/plain' });
        expectError(response, 415, 'unsupported_media_type');
        expectEqual('Accept', response.headers.get('Accept'), 'application/json');
        const patch = await subject.put('{}', { 'Content-Type': 'text/plain' }, 'PATCH');
        expectError(patch, 415, 'unsupported_media_type');
        const accepted = patch.headers.get('Accept-Patch');
        expectEqual('Accept-Patch', accepted, 'application/merge-patch+json, application/json');
      },
    },
    {
      name: 'PUT refuses a merge patch, and any charset parameter is ignored',
      async run(subject) {
        const patch = { 'Content-Type': 'application/merge-patch+json' };
        expectError(await subject.put('{}', patch), 415, 'unsupported_media_type');
        for (const charset of ['UTF-8', 'utf8', 'latin1'])
          expectStatus(
            await subject.put('{}', { 'Content-Type': `application/json; charset=${charset}` }),
            200,
          );
      },
    },
    {
      name: 'a compressed body is refused',
      async run(subject) {
        const response = await subject.put(gzipSync('{}'), { 'Content-Encoding': 'gzip' });
        expectError(response, 415, 'unsupported_media_type');
        expectEqual('Accept-Encoding', response.headers.get('Accept-Encoding'), 'identity');
      },
    },
  ],
};
