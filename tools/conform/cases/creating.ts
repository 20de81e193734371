import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus, expectTrue } from '../check.ts';
import { newEmail, type User } from '../subject.ts';

export const creating: Topic = {
  name: 'Creating',
  needs: ['users:manage'],
  cases: [
    {
      name: 'a new user has the fields of the body, the defaults and the version 1',
      async run(subject) {
        const body = { id: randomUUID(), email: newEmail(), first_name: subject.text() };
        const { headers, body: created } = expectStatus(await subject.createUser(body), 201);
        const user: User = created.data;
        expectEqual('message', created.message, 'Data created successfully');
        const { id, email, first_name, is_active, is_superuser, phone } = user;
        expectEqual('the fields', { id, email, first_name }, body);
        expectEqual('the defaults', [is_active, is_superuser, phone], [true, false, null]);
        expectEqual('the ETag', headers.get('ETag'), '"1"');
        expectEqual('Location', headers.get('Location'), `/api/v1/user/${id}`);
      },
    },
    {
      name: 'a new user can be retrieved',
      needs: ['users:all'],
      async run(subject) {
        const { data } = expectStatus(await subject.createUser(), 201).body;
        const read = await subject.api.send({ path: `/api/v1/user/${data.id}` });
        expectEqual('the user', expectStatus(read, 200).body.data, data);
        expectEqual('the ETag', read.headers.get('ETag'), '"1"');
      },
    },
    {
      name: 'without an id in the body, the server chooses one',
      async run(subject) {
        const { data } = expectStatus(await subject.createUser({ id: undefined }), 201).body;
        expectTrue(
          `"${data.id} is a UUID"`,
          /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(data.id),
        );
      },
    },
    {
      name: 'a user without an e-mail address is refused, and the error names the field',
      async run(subject) {
        const response = await subject.createUser({ email: undefined });
        expectErrorAt(
          expectError(response, 422, 'validation_failed'),
          { pointer: '/email' },
          'required',
        );
      },
    },
    {
      name: 'the e-mail address of another user is refused, in any case',
      async run(subject) {
        const email = newEmail();
        expectStatus(await subject.createUser({ email }), 201);
        const response = await subject.createUser({ email: email.toUpperCase() });
        expectErrorAt(expectError(response, 409, 'email_taken'), { pointer: '/email' }, 'taken');
      },
    },
    {
      name: 'the id of another user is refused',
      async run(subject) {
        const { id } = expectStatus(await subject.createUser(), 201).body.data;
        const response = await subject.createUser({ id });
        expectErrorAt(expectError(response, 409, 'user_exists'), { pointer: '/id' }, 'taken');
      },
    },
    {
      name: 'a repeat with the same Idempotency-Key returns the same user',
      async run(subject) {
        const headers = { 'Idempotency-Key': `"conform-${randomUUID()}"` };
        const body = { id: undefined, email: newEmail() };
        const first = expectStatus(await subject.createUser(body, headers), 201);
        const again = expectStatus(await subject.createUser(body, headers), 201);
        expectEqual('the body', again.text, first.text);
        const replayed = [first, again].map((each) => each.headers.get('Idempotency-Replayed'));
        expectEqual('Idempotency-Replayed', replayed, [null, 'true']);
        const other = await subject.createUser({}, headers);
        expectError(other, 422, 'idempotency_key_reused');
      },
    },
    {
      name: 'validate-only responds like a creation, but creates no user',
      async run(subject) {
        const email = newEmail();
        const dry = await subject.createUser({ email }, { Prefer: 'validate-only' });
        expectEqual('meta', expectStatus(dry, 200).body.meta, { validate_only: true });
        expectEqual('the e-mail address', dry.body.data.email, email);
        expectStatus(await subject.createUser({ email }), 201);
      },
    },
    {
      name: 'return=minimal returns 204, the version and the Location',
      async run(subject) {
        const id = randomUUID();
        const response = await subject.createUser({ id }, { Prefer: 'return=minimal' });
        const { headers } = expectStatus(response, 204);
        expectEqual('the ETag', headers.get('ETag'), '"1"');
        expectEqual('Location', headers.get('Location'), `/api/v1/user/${id}`);
      },
    },
  ],
};
