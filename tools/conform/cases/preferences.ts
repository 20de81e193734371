import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { answered, names, refused, same } from '../check.ts';

const VALIDATE_ONLY = { Prefer: 'validate-only' };

export const preferences: Topic = {
  name: 'Preferences',
  needs: ['user:write'],
  cases: [
    {
      name: 'return=minimal returns 204 and the new version',
      async run(subject) {
        const state = subject.text();
        const answer = answered(await subject.put({ state }, { Prefer: 'return=minimal' }), 204);
        same('Preference-Applied', answer.headers.get('Preference-Applied'), 'return=minimal');
        const { user, version } = await subject.now();
        same('the state', user['state'], state);
        same('the ETag', answer.headers.get('ETag'), version);
      },
    },
    {
      name: 'validate-only responds like an update, and writes nothing',
      async run(subject) {
        const before = await subject.now();
        const state = subject.text();
        const key = `"conform-${randomUUID()}"`;
        const answer = await subject.put({ state }, { ...VALIDATE_ONLY, 'Idempotency-Key': key });
        const { meta, data } = answered(answer, 200).body;
        same('meta', meta, { validate_only: true });
        same('the state', data.state, state);
        same('Preference-Applied', answer.headers.get('Preference-Applied'), 'validate-only');
        same('the ETag', answer.headers.get('ETag'), before.version);
        same('the user', await subject.now(), before);
        const real = await subject.put({ state }, { 'Idempotency-Key': key });
        same('Idempotency-Replayed', real.headers.get('Idempotency-Replayed'), null);
      },
    },
    {
      name: 'validate-only=false is carried out, and any other value is refused',
      async run(subject) {
        const state = subject.text();
        answered(await subject.put({ state }, { Prefer: 'validate-only=false' }), 200);
        const before = await subject.now();
        same('the state', before.user['state'], state);
        for (const value of ['', 'maybe']) {
          const headers = { Prefer: `validate-only=${value}` };
          const answer = await subject.put({ state: subject.text() }, headers);
          names(refused(answer, 400, 'malformed_header'), { header: 'Prefer' }, 'invalid_format');
        }
        same('the user', await subject.now(), before);
      },
    },
    {
      name: 'validate-only finds the same errors',
      async run(subject) {
        const answer = await subject.put({ email: null }, VALIDATE_ONLY);
        refused(answer, 422, 'validation_failed');
        const stale = { ...VALIDATE_ONLY, 'If-Match': '"0"' };
        refused(await subject.put({}, stale), 412, 'precondition_failed');
      },
    },
    {
      name: 'an unknown preference is ignored',
      async run(subject) {
        const answer = answered(await subject.put({}, { Prefer: 'respond-async' }), 200);
        same('Preference-Applied', answer.headers.get('Preference-Applied'), null);
      },
    },
    {
      name: 'Request-Timeout is a whole number of seconds from 1 to 30',
      async run(subject) {
        answered(await subject.get({ 'Request-Timeout': '30' }), 200);
        for (const value of ['0', '31', '1.5', 'soon']) {
          const answer = await subject.get({ 'Request-Timeout': value });
          refused(answer, 400, 'malformed_header');
          names(answer, { header: 'Request-Timeout' }, 'invalid_format');
        }
      },
    },
  ],
};
