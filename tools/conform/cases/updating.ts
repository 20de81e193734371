import type { Topic } from '../case.ts';
import { answered, same } from '../check.ts';
import type { Subject, User } from '../subject.ts';

/** Demands that an update is answered and read back so, and what becomes of the version. */
async function becomes(subject: Subject, body: unknown, fields: User, steps: number) {
  const before = await subject.now();
  const answer = answered(await subject.put(body), 200);
  const now = await subject.now();
  for (const [name, value] of Object.entries(fields)) {
    same(`the ${name} in the response`, answer.body.data[name], value);
    same(`the ${name} that is read`, now.user[name], value);
  }
  same('the ETag of the response', answer.headers.get('ETag'), now.version);
  const number = (tag: string) => Number(tag.replaceAll('"', ''));
  same('the growth of the version', number(now.version) - number(before.version), steps);
}

export const updating: Topic = {
  name: 'Updating',
  needs: ['user:write'],
  cases: [
    {
      name: 'what the body names is changed, and the version grows by one',
      async run(subject) {
        const state = subject.text();
        await becomes(subject, { state }, { state }, 1);
      },
    },
    {
      name: 'the response is the published envelope',
      async run(subject) {
        const { body } = answered(await subject.put({}), 200);
        same('message', body.message, 'Data updated successfully');
        same('meta', body.meta, {});
      },
    },
    {
      name: 'what the body does not name stays',
      async run(subject) {
        const { user } = await subject.now();
        const { state: _, ...rest } = user;
        await becomes(subject, { state: subject.text() }, rest as User, 1);
      },
    },
    {
      name: 'an update that changes nothing keeps the version',
      async run(subject) {
        const { user } = await subject.now();
        await becomes(subject, {}, {}, 0);
        await becomes(subject, { state: user['state'] }, {}, 0);
      },
    },
    {
      name: 'the whole document can be sent back',
      async run(subject) {
        const { user } = await subject.now();
        await becomes(subject, { ...user, follower_count: -1 }, user, 0);
      },
    },
    {
      name: 'null clears a field',
      async run(subject) {
        await subject.put({ state: subject.text() });
        await becomes(subject, { state: null }, { state: null }, 1);
      },
    },
    {
      name: 'if a name occurs twice, the last one counts',
      async run(subject) {
        const state = subject.text();
        await becomes(subject, `{"state": "x", "state": ${JSON.stringify(state)}}`, { state }, 1);
      },
    },
    {
      name: 'text is kept to the byte',
      async run(subject) {
        const state = ` ${subject.text()} e\u0301 \u00e9 \u{1f469}\u200d\u{1f4bb} \\ " ' \u00a0`;
        await becomes(subject, { state }, { state }, 1);
        const address = `${subject.text()}\n\tline`;
        await becomes(subject, { address }, { address }, 1);
      },
    },
    {
      name: 'text is counted in code points',
      async run(subject) {
        const state = '\u{1f600}'.repeat(255);
        await becomes(subject, { state }, { state }, 1);
      },
    },
    {
      name: 'date-times are kept to the microsecond and returned in UTC',
      async run(subject) {
        await subject.put({ birthdate: null });
        const birthdate = '1815-12-10T00:30:00.123456Z';
        await becomes(
          subject,
          { birthdate: '1815-12-10T02:30:00.1234569+02:00' },
          { birthdate },
          1,
        );
      },
    },
    {
      name: 'PATCH does the same, with both media types',
      async run(subject) {
        for (const type of ['application/merge-patch+json', 'application/json']) {
          const state = subject.text();
          const answer = await subject.put({ state }, { 'Content-Type': type }, 'PATCH');
          same('the state', answered(answer, 200).body.data.state, state);
        }
      },
    },
  ],
};
