import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';
import { newEmail, type Subject, unknownId } from '../subject.ts';

const createdId = async (subject: Subject, fields: object = {}): Promise<string> =>
  expectStatus(await subject.createUser(fields), 201).body.data.id;

export const erasing: Topic = {
  name: 'Erasing',
  needs: ['users:manage'],
  cases: [
    {
      name: 'an erased user is not found',
      async run(subject) {
        const id = await createdId(subject);
        expectEqual('the body', expectStatus(await subject.eraseUser(id), 204).text, '');
        expectError(await subject.eraseUser(id), 404, 'user_not_found');
        if (subject.can('users:all'))
          expectError(
            await subject.api.send({ path: `/api/v1/user/${id}` }),
            404,
            'user_not_found',
          );
      },
    },
    {
      name: 'the e-mail address of an erased user can be used again, but not the id',
      async run(subject) {
        const email = newEmail();
        const id = await createdId(subject, { email });
        expectStatus(await subject.eraseUser(id), 204);
        const response = await subject.createUser({ id });
        expectErrorAt(expectError(response, 409, 'user_erased'), { pointer: '/id' }, 'taken');
        expectStatus(await subject.createUser({ email }), 201);
      },
    },
    {
      name: 'an unknown user returns 404',
      async run(subject) {
        expectError(await subject.eraseUser(unknownId()), 404, 'user_not_found');
      },
    },
    {
      name: 'an erasure is refused if a condition does not match',
      async run(subject) {
        const id = await createdId(subject);
        for (const headers of [{ 'If-Match': '"2"' }, { 'If-None-Match': '"1"' }]) {
          const response = await subject.eraseUser(id, headers);
          expectError(response, 412, 'precondition_failed');
          expectEqual('the ETag', response.headers.get('ETag'), '"1"');
        }
        expectStatus(await subject.eraseUser(id, { 'If-Match': '"1"' }), 204);
      },
    },
    {
      name: 'validate-only erases no user',
      async run(subject) {
        const id = await createdId(subject);
        const { headers } = expectStatus(
          await subject.eraseUser(id, { Prefer: 'validate-only' }),
          204,
        );
        expectEqual('Preference-Applied', headers.get('Preference-Applied'), 'validate-only');
        expectStatus(await subject.eraseUser(id), 204);
      },
    },
    {
      name: 'a repeat with the same Idempotency-Key returns 204 again',
      async run(subject) {
        const id = await createdId(subject);
        const headers = { 'Idempotency-Key': `"conform-${randomUUID()}"` };
        expectStatus(await subject.eraseUser(id, headers), 204);
        const again = expectStatus(await subject.eraseUser(id, headers), 204);
        expectEqual('Idempotency-Replayed', again.headers.get('Idempotency-Replayed'), 'true');
      },
    },
  ],
};
