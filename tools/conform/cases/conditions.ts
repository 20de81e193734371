import type { Topic } from '../case.ts';
import { answered, names, refused, same } from '../check.ts';
import type { Subject } from '../subject.ts';

/** Sends an update under a condition that does not hold: 412 with the current version, and no effect. */
async function fails(subject: Subject, headers: Record<string, string>): Promise<void> {
  const before = await subject.now();
  const answer = await subject.put({ state: subject.text() }, headers);
  refused(answer, 412, 'precondition_failed');
  same('the ETag', answer.headers.get('ETag'), before.version);
  same('the user', await subject.now(), before);
}

async function succeeds(subject: Subject, headers: Record<string, string>): Promise<void> {
  const state = subject.text();
  same('state', answered(await subject.put({ state }, headers), 200).body.data.state, state);
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
      name: 'If-Match of the current version lets an update pass, also in a list, and so does *',
      async run(subject) {
        await succeeds(subject, { 'If-Match': (await subject.now()).version });
        await succeeds(subject, { 'If-Match': `"0", ${(await subject.now()).version}` });
        await succeeds(subject, { 'If-Match': '*' });
      },
    },
    {
      name: 'If-Match of an old version refuses it',
      async run(subject) {
        const { version } = await subject.now();
        answered(await subject.put({ state: subject.text() }), 200);
        await fails(subject, { 'If-Match': version });
      },
    },
    {
      name: 'If-Match with a weak or a foreign ETag never matches',
      async run(subject) {
        const { version } = await subject.now();
        for (const tag of [`W/${version}`, '"abc"', '"99999999999999999999"', '""'])
          await fails(subject, { 'If-Match': tag });
      },
    },
    {
      name: 'If-None-Match of the current version, weak or not, and * refuse an update',
      async run(subject) {
        const { version } = await subject.now();
        for (const tags of [version, `W/${version}`, '*'])
          await fails(subject, { 'If-None-Match': tags });
        await succeeds(subject, { 'If-None-Match': '"0"' });
      },
    },
    {
      name: 'two conditions must both hold',
      async run(subject) {
        const { version } = await subject.now();
        await fails(subject, { 'If-Match': version, 'If-None-Match': version });
      },
    },
    ...Object.entries(malformed).map(([name, values]) => ({
      name: `a malformed ${name} is refused and named`,
      async run(subject: Subject) {
        for (const value of values) {
          const answer = await subject.put({}, { [name]: value });
          names(refused(answer, 400, 'malformed_header'), { header: name }, 'invalid_format');
        }
      },
    })),
    {
      name: 'a malformed If-None-Match returns the user',
      async run(subject) {
        answered(await subject.get({ 'If-None-Match': '7' }), 200);
      },
    },
    {
      name: 'of updates at once from one version one succeeds',
      async run(subject) {
        const { version } = await subject.now();
        const answers = await Promise.all(
          Array.from({ length: 5 }, () =>
            subject.put({ state: subject.text() }, { 'If-Match': version }),
          ),
        );
        const statuses = answers.map(({ status }) => status).sort();
        same('the statuses', statuses, [200, 412, 412, 412, 412]);
      },
    },
  ],
};
