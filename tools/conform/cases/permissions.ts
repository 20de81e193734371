import type { Topic } from '../case.ts';
import { CaseSkipped, expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';
import { newEmail, type Subject, unknownId } from '../subject.ts';

/** The field that does the least harm if a server breaks the contract and changes it. It is restored. */
const FIELD = 'used_trial';

/** Expects that a key may not change a billing field, but may send its current value. */
async function expectBillingRefused(subject: Subject, key: string): Promise<void> {
  const { api, path } = subject;
  const before = await subject.now();
  const put = (body: object, headers: Record<string, string> = {}) =>
    api.send({ method: 'PUT', path, key, body, headers: { 'If-Match': '*', ...headers } });
  for (const headers of [{}, { Prefer: 'validate-only' }]) {
    const response = await put({ [FIELD]: !before.user[FIELD] }, headers);
    expectError(response, 403, 'field_not_writable');
    expectErrorAt(response, { pointer: `/${FIELD}` }, 'not_writable');
  }
  expectEqual('the user', await subject.now(), before);
  expectStatus(await put({ [FIELD]: before.user[FIELD] }), 200);
}

/** Expects that a key can neither create nor erase users. With validate-only, it does no harm if it can. */
async function expectManagingRefused({ api }: Subject, key: string): Promise<void> {
  const headers = { Prefer: 'validate-only', 'If-Match': '*' };
  const body = { email: newEmail() };
  const path = '/api/v1/user';
  const requests = [
    { method: 'POST', path, body },
    { method: 'DELETE', path: `${path}/${unknownId()}` },
  ];
  for (const request of requests)
    expectError(await api.send({ ...request, key, headers }), 403, 'insufficient_scope');
}

export const permissions: Topic = {
  name: 'Permissions',
  cases: [
    {
      name: 'GET /api/v1/keys/self returns the rights of the key',
      async run({ api, own }) {
        const { body } = expectStatus(await api.send({ path: '/api/v1/keys/self' }), 200);
        expectEqual('writable_fields', body.data.writable_fields, own.writable_fields);
      },
    },
    {
      name: 'the given key may not change a billing field, but may send its current value',
      needs: ['user:write', 'an ordinary key'],
      run: (subject) => expectBillingRefused(subject, subject.api.key),
    },
    {
      name: 'a new profile key may not change a billing field',
      needs: ['keys:write', 'the owner'],
      async run(subject) {
        const created = expectStatus(await subject.createKey({ role: 'profile' }), 201);
        await expectBillingRefused(subject, created.body.data.key);
      },
    },
    {
      name: 'a new read_only key can read but cannot update',
      needs: ['keys:write', 'the owner'],
      async run(subject) {
        const { api, path } = subject;
        const { key } = expectStatus(await subject.createKey({ role: 'read_only' }), 201).body.data;
        expectStatus(await api.send({ path, key }), 200);
        const response = await api.send({ method: 'PUT', path, key, body: {} });
        expectError(response, 403, 'insufficient_scope');
      },
    },
    {
      name: 'a new profile key reaches only its owner',
      needs: ['keys:write'],
      async run(subject) {
        const { key } = expectStatus(await subject.createKey({ role: 'profile' }), 201).body.data;
        const path = `/api/v1/user/${unknownId()}`;
        expectError(await subject.api.send({ path, key }), 403, 'insufficient_scope');
      },
    },
    {
      name: 'the given key cannot create or erase users',
      needs: ['no management'],
      run: (subject) => expectManagingRefused(subject, subject.api.key),
    },
    {
      name: 'a new profile key cannot create or erase users',
      needs: ['keys:write'],
      async run(subject) {
        const { key } = expectStatus(await subject.createKey({ role: 'profile' }), 201).body.data;
        await expectManagingRefused(subject, key);
      },
    },
    {
      name: 'a key with require_precondition refuses an update without a condition',
      needs: ['keys:write', 'the owner', 'user:write'],
      async run(subject) {
        const draft = { role: 'profile', require_precondition: true };
        const { key } = expectStatus(await subject.createKey(draft), 201).body.data;
        const put = (headers: Record<string, string>) =>
          subject.api.send({ method: 'PUT', path: subject.path, key, body: {}, headers });
        expectError(await put({}), 428, 'precondition_required');
        const { version } = await subject.now();
        for (const name of ['If-Match', 'Base-Version'])
          expectStatus(await put({ [name]: version }), 200);
        expectStatus(await put({ 'If-None-Match': '"0"' }), 200);
      },
    },
    {
      name: 'a key with allowed_ips is refused elsewhere',
      needs: ['keys:write'],
      async run(subject) {
        // An address of documentation, which no client has (RFC 5737).
        const draft = { role: 'profile', allowed_ips: ['192.0.2.1'] };
        const { key } = expectStatus(await subject.createKey(draft), 201).body.data;
        const response = await subject.api.send({ path: '/api/v1/keys/self', key });
        expectError(response, 403, 'address_not_allowed');
      },
    },
    {
      name: 'a key with fields changes no other',
      needs: ['keys:write', 'the owner', 'user:write'],
      async run(subject) {
        const draft = { role: 'profile', fields: ['state'] };
        const { key } = expectStatus(await subject.createKey(draft), 201).body.data;
        const body = { first_name: subject.text() };
        const strict = { 'If-Match': (await subject.now()).version };
        const request = { method: 'PUT', path: subject.path, key, body, headers: strict } as const;
        const response = await subject.api.send(request);
        expectErrorAt(
          expectError(response, 403, 'field_not_writable'),
          { pointer: '/first_name' },
          'not_writable',
        );
      },
    },
    {
      name: 'an unknown billing plan is refused, and the error names the field',
      needs: ['billing:write'],
      async run(subject) {
        const before = await subject.now();
        for (const field of ['active_billing_plan_id', 'next_billing_plan_id']) {
          const response = await subject.put({ [field]: unknownId() });
          expectErrorAt(
            expectError(response, 422, 'reference_not_found'),
            { pointer: `/${field}` },
            'not_found',
          );
        }
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'the e-mail address of another user is refused',
      needs: ['user:write'],
      async run(subject) {
        const email = subject.options.takenEmail;
        if (!email) throw new CaseSkipped('needs --taken-email');
        // Sent with validate-only, because a server that stores it would give an account away.
        const response = await subject.put({ email }, { Prefer: 'validate-only' });
        expectErrorAt(expectError(response, 409, 'email_taken'), { pointer: '/email' }, 'taken');
      },
    },
  ],
};
