import type { Topic } from '../case.ts';
import { expectEqual, expectStatus } from '../check.ts';
import type { Subject, User } from '../subject.ts';

/** Sends an update. Expects these fields in the response and in the next GET, and `steps` new versions. */
async function expectUpdate(subject: Subject, body: unknown, fields: User, steps: number) {
  const before = await subject.now();
  const response = expectStatus(await subject.put(body), 200);
  const now = await subject.now();
  for (const [name, value] of Object.entries(fields)) {
    expectEqual(`the returned ${name}`, response.body.data[name], value);
    expectEqual(`the stored ${name}`, now.user[name], value);
  }
  expectEqual('the returned ETag', response.headers.get('ETag'), now.version);
  const number = (tag: string) => Number(tag.replaceAll('"', ''));
  expectEqual('the number of new versions', number(now.version) - number(before.version), steps);
}

export const updating: Topic = {
  name: 'Updating',
  needs: ['user:write'],
  cases: [
    {
      name: 'an update changes the fields in the body and raises the version by one',
      async run(subject) {
        const state = subject.text();
        await expectUpdate(subject, { state }, { state }, 1);
      },
    },
    {
      name: 'the response has the published envelope',
      async run(subject) {
        const { body } = expectStatus(await subject.put({}), 200);
        expectEqual('message', body.message, 'Data updated successfully');
        expectEqual('meta', body.meta, {});
      },
    },
    {
      name: 'fields that are not in the body stay as they are',
      async run(subject) {
        const { user } = await subject.now();
        const { state: _, ...rest } = user;
        await expectUpdate(subject, { state: subject.text() }, rest as User, 1);
      },
    },
    {
      name: 'an update that changes nothing keeps the version',
      async run(subject) {
        const { user } = await subject.now();
        await expectUpdate(subject, {}, {}, 0);
        await expectUpdate(subject, { state: user['state'] }, {}, 0);
      },
    },
    {
      name: 'the whole user can be sent back',
      async run(subject) {
        const { user } = await subject.now();
        await expectUpdate(subject, { ...user, follower_count: -1 }, user, 0);
      },
    },
    {
      name: 'null clears a field',
      async run(subject) {
        await subject.put({ state: subject.text() });
        await expectUpdate(subject, { state: null }, { state: null }, 1);
      },
    },
    {
      name: 'the last value of a duplicate name counts',
      async run(subject) {
        const state = subject.text();
        await expectUpdate(
          subject,
          `{"state": "x", "state": ${JSON.stringify(state)}}`,
          { state },
          1,
        );
      },
    },
    {
      name: 'text is stored byte for byte',
      async run(subject) {
        const state = ` ${subject.text()} e\u0301 \u00e9 \u{1f469}\u200d\u{1f4bb} \\ " ' \u00a0`;
        await expectUpdate(subject, { state }, { state }, 1);
        const address = `${subject.text()}\n\tline`;
        await expectUpdate(subject, { address }, { address }, 1);
      },
    },
    {
      name: 'the length of text is counted in code points',
      async run(subject) {
        const state = '\u{1f600}'.repeat(255);
        await expectUpdate(subject, { state }, { state }, 1);
      },
    },
    {
      name: 'date-times are kept to the microsecond and returned in UTC',
      async run(subject) {
        await subject.put({ birthdate: null });
        const birthdate = '1815-12-10T00:30:00.123456Z';
        await expectUpdate(
          subject,
          { birthdate: '1815-12-10T02:30:00.1234569+02:00' },
          { birthdate },
          1,
        );
      },
    },
    {
      name: 'PATCH updates like PUT, with both media types',
      async run(subject) {
        for (const type of ['application/merge-patch+json', 'application/json']) {
          const state = subject.text();
          const response = await subject.put({ state }, { 'Content-Type': type }, 'PATCH');
          expectEqual('the state', expectStatus(response, 200).body.data.state, state);
        }
      },
    },
  ],
};
