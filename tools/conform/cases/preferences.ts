import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';

const VALIDATE_ONLY = { Prefer: 'validate-only' };

export const preferences: Topic = {
  name: 'Preferences',
  needs: ['user:write'],
  cases: [
    {
      name: 'return=minimal returns 204 with the new version',
      async run(subject) {
        const state = subject.text();
        const response = expectStatus(
          await subject.put({ state }, { Prefer: 'return=minimal' }),
          204,
        );
        expectEqual(
          'Preference-Applied',
          response.headers.get('Preference-Applied'),
          'return=minimal',
        );
        const { user, version } = await subject.now();
        expectEqual('the state', user['state'], state);
        expectEqual('the ETag', response.headers.get('ETag'), version);
      },
    },
    {
      name: 'validate-only returns the result and writes nothing',
      async run(subject) {
        const before = await subject.now();
        const state = subject.text();
        const key = `"conform-${randomUUID()}"`;
        const response = await subject.put({ state }, { ...VALIDATE_ONLY, 'Idempotency-Key': key });
        const { meta, data } = expectStatus(response, 200).body;
        expectEqual('meta', meta, { validate_only: true });
        expectEqual('the state', data.state, state);
        expectEqual(
          'Preference-Applied',
          response.headers.get('Preference-Applied'),
          'validate-only',
        );
        expectEqual('the ETag', response.headers.get('ETag'), before.version);
        expectEqual('the user', await subject.now(), before);
        const real = await subject.put({ state }, { 'Idempotency-Key': key });
        expectEqual('Idempotency-Replayed', real.headers.get('Idempotency-Replayed'), null);
      },
    },
    {
      name: 'validate-only=false applies the update, and any other value is refused',
      async run(subject) {
        const state = subject.text();
        expectStatus(await subject.put({ state }, { Prefer: 'validate-only=false' }), 200);
        const before = await subject.now();
        expectEqual('the state', before.user['state'], state);
        for (const value of ['', 'maybe']) {
          const headers = { Prefer: `validate-only=${value}` };
          const response = await subject.put({ state: subject.text() }, headers);
          expectErrorAt(
            expectError(response, 400, 'malformed_header'),
            { header: 'Prefer' },
            'invalid_format',
          );
        }
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'validate-only finds the same errors',
      async run(subject) {
        const response = await subject.put({ email: null }, VALIDATE_ONLY);
        expectError(response, 422, 'validation_failed');
        const stale = { ...VALIDATE_ONLY, 'If-Match': '"0"' };
        expectError(await subject.put({}, stale), 412, 'precondition_failed');
      },
    },
    {
      name: 'an unknown preference is ignored',
      async run(subject) {
        const response = expectStatus(await subject.put({}, { Prefer: 'respond-async' }), 200);
        expectEqual('Preference-Applied', response.headers.get('Preference-Applied'), null);
      },
    },
    {
      name: 'Request-Timeout is a whole number of seconds from 1 to 30',
      async run(subject) {
        expectStatus(await subject.get({ 'Request-Timeout': '30' }), 200);
        for (const value of ['0', '31', '1.5', 'soon']) {
          const response = await subject.get({ 'Request-Timeout': value });
          expectError(response, 400, 'malformed_header');
          expectErrorAt(response, { header: 'Request-Timeout' }, 'invalid_format');
        }
      },
    },
  ],
};
