import { gzipSync } from 'node:zlib';
import type { Topic } from '../case.ts';
import { answered, names, refused, same } from '../check.ts';
import { nobody, type Subject } from '../subject.ts';

const malformed: Record<string, string | Uint8Array> = {
  'that is empty': '',
  'that is cut': '{"state": "a',
  'with a comma too many': '{"state": "a",}',
  'with a byte order mark': '\ufeff{}',
  'that is not UTF-8': new Uint8Array([0x22, 0xff, 0x22]),
};

/** What must be refused, by the code of the violation. */
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
  [{ id: nobody() }, 'id', 'id_mismatch'],
];

/** Only validated: a server that took them would do more than spoil a text. */
const GUARDED = ['email', 'is_active', 'is_trial', 'role_id'];

/** Refused, and nothing has changed. */
async function untouched(subject: Subject, attempt: () => Promise<void>): Promise<void> {
  const before = await subject.now();
  await attempt();
  same('the user', await subject.now(), before);
}

export const bodies: Topic = {
  name: 'Bodies',
  needs: ['user:write'],
  cases: [
    ...Object.entries(malformed).map(([what, body]) => ({
      name: `a body ${what} is malformed_json`,
      run: async (subject: Subject) => void refused(await subject.put(body), 400, 'malformed_json'),
    })),
    ...invalid.map(([body, field, code]) => ({
      name: `${code} of ${JSON.stringify(body).slice(0, 50)}`,
      run: (subject: Subject) =>
        untouched(subject, async () => {
          const careful = GUARDED.includes(field) && { Prefer: 'validate-only' };
          const answer = await subject.put({ state: subject.text(), ...body }, { ...careful });
          names(refused(answer, 422, 'validation_failed'), { pointer: `/${field}` }, code);
        }),
    })),
    {
      name: 'an array is no object',
      async run(subject) {
        const answer = refused(await subject.put([]), 422, 'validation_failed');
        names(answer, { pointer: '' }, 'invalid_type');
      },
    },
    {
      name: 'everything that is wrong is reported at once, up to 100 entries',
      async run(subject) {
        const some = refused(await subject.put({ a: 1, email: null }), 422, 'validation_failed');
        same('the number of errors', some.body.errors?.length, 2);
        const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x${i}`, 1]));
        const { body } = refused(await subject.put(many), 422, 'validation_failed');
        same('the number of errors of 150', body.errors?.length, 100);
      },
    },
    {
      name: 'a body of 64 KiB is read, and not one byte more',
      async run(subject) {
        answered(await subject.put(`{}${' '.repeat(65_534)}`), 200);
        refused(await subject.put(`{}${' '.repeat(65_535)}`), 413, 'body_too_large');
      },
    },
    {
      name: 'another media type is refused, with the one to use',
      async run(subject) {
        const answer = await subject.put('{}', { 'Content-Type': 'text/plain' });
        refused(answer, 415, 'unsupported_media_type');
        same('Accept', answer.headers.get('Accept'), 'application/json');
        const patch = await subject.put('{}', { 'Content-Type': 'text/plain' }, 'PATCH');
        refused(patch, 415, 'unsupported_media_type');
        const accepted = patch.headers.get('Accept-Patch');
        same('Accept-Patch', accepted, 'application/merge-patch+json, application/json');
      },
    },
    {
      name: 'a merge patch is not what PUT takes, and a charset means nothing',
      async run(subject) {
        const patch = { 'Content-Type': 'application/merge-patch+json' };
        refused(await subject.put('{}', patch), 415, 'unsupported_media_type');
        for (const charset of ['UTF-8', 'utf8', 'latin1'])
          answered(
            await subject.put('{}', { 'Content-Type': `application/json; charset=${charset}` }),
            200,
          );
      },
    },
    {
      name: 'a compressed body is refused',
      async run(subject) {
        const answer = await subject.put(gzipSync('{}'), { 'Content-Encoding': 'gzip' });
        refused(answer, 415, 'unsupported_media_type');
        same('Accept-Encoding', answer.headers.get('Accept-Encoding'), 'identity');
      },
    },
  ],
};
