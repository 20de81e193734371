import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';
import type { Subject } from '../subject.ts';

/**
 * Sends an update under a condition that does not match; expects 412 with the current version and
 * no effect.
 */
async function expectPreconditionFailed(
  subject: Subject,
  headers: Record<string, string>,
): Promise<void> {
  const before = await subject.now();
  const response = await subject.put({ state: subject.text() }, headers);
  expectError(response, 412, 'precondition_failed');
  expectEqual('the ETag', response.headers.get('ETag'), before.version);
  expectEqual('the user', await subject.now(), before);
}

async function expectUpdate(subject: Subject, headers: Record<string, string>): Promise<void> {
  const state = subject.text();
  expectEqual(
    'state',
    expectStatus(await subject.put({ state }, headers), 200).body.data.state,
    state,
  );
}

const malformed = {
  'If-Match': ['7', '"7', '"7" "8"', '"7", x'],
  'If-None-Match': ['7', '**'],
  'Base-Version': ['7', 'W/"7"', '"0"', '"-1"', '"a"', '*', '"1", "2"'],
};

export const conditions: Topic = {
  name: 'Conditions',
  needs: ['user:write'],
  cases: [
    {
      name: 'If-Match with the current version or * allows an update, also in a list',
      async run(subject) {
        await expectUpdate(subject, { 'If-Match': (await subject.now()).version });
        await expectUpdate(subject, { 'If-Match': `"0", ${(await subject.now()).version}` });
        await expectUpdate(subject, { 'If-Match': '*' });
      },
    },
    {
      name: 'If-Match with an old version refuses an update',
      async run(subject) {
        const { version } = await subject.now();
        expectStatus(await subject.put({ state: subject.text() }), 200);
        await expectPreconditionFailed(subject, { 'If-Match': version });
      },
    },
    {
      name: 'If-Match with a weak or unknown ETag never matches',
      async run(subject) {
        const { version } = await subject.now();
        for (const tag of [`W/${version}`, '"abc"', '"99999999999999999999"', '""'])
          await expectPreconditionFailed(subject, { 'If-Match': tag });
      },
    },
    {
      name: 'If-None-Match with the current version, weak or strong, or * refuses an update',
      async run(subject) {
        const { version } = await subject.now();
        for (const tags of [version, `W/${version}`, '*'])
          await expectPreconditionFailed(subject, { 'If-None-Match': tags });
        await expectUpdate(subject, { 'If-None-Match': '"0"' });
      },
    },
    {
      name: 'if there are two conditions, both must match',
      async run(subject) {
        const { version } = await subject.now();
        await expectPreconditionFailed(subject, { 'If-Match': version, 'If-None-Match': version });
      },
    },
    ...Object.entries(malformed).map(([name, values]) => ({
      name: `a malformed ${name} is refused, and the error names it`,
      async run(subject: Subject) {
        for (const value of values) {
          const response = await subject.put({}, { [name]: value });
          expectErrorAt(
            expectError(response, 400, 'malformed_header'),
            { header: name },
            'invalid_format',
          );
        }
      },
    })),
    {
      name: 'GET with a malformed If-None-Match returns the user',
      async run(subject) {
        expectStatus(await subject.get({ 'If-None-Match': '7' }), 200);
      },
    },
    {
      name: 'only one of simultaneous updates from one version succeeds',
      async run(subject) {
        const { version } = await subject.now();
        const responses = await Promise.all(
          Array.from({ length: 5 }, () =>
            subject.put({ state: subject.text() }, { 'If-Match': version }),
          ),
        );
        const statuses = responses.map(({ status }) => status).sort();
        expectEqual('the statuses', statuses, [200, 412, 412, 412, 412]);
      },
    },
  ],
};
