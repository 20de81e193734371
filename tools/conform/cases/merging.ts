import type { Topic } from '../case.ts';
import { answered, refused, same } from '../check.ts';

const numberOf = (version: string): number => Number(version.replaceAll('"', ''));

export const merging: Topic = {
  name: 'Merging',
  needs: ['user:write'],
  cases: [
    {
      name: 'Base-Version of the current version is a plain update',
      async run(subject) {
        const { version } = await subject.now();
        const answer = await subject.put({ state: subject.text() }, { 'Base-Version': version });
        same('meta', answered(answer, 200).body.meta, {});
      },
    },
    {
      name: 'an edit is merged with later changes of other fields',
      async run(subject) {
        const { version } = await subject.now();
        const [state, country] = [subject.text(), subject.text()];
        answered(await subject.put({ country }), 200);
        const answer = await subject.put({ state }, { 'Base-Version': version });
        const { meta, data } = answered(answer, 200).body;
        same('meta', meta, { merged_from: numberOf(version) });
        same('country and state', [data.country, data.state], [country, state]);
      },
    },
    {
      name: 'an edit of a field that was changed since is refused, with what each wanted',
      async run(subject) {
        const base = await subject.now();
        const [theirs, ours] = [subject.text(), subject.text()];
        answered(await subject.put({ state: theirs }), 200);
        const before = await subject.now();
        const edit = { state: ours, country: subject.text() };
        const answer = await subject.put(edit, { 'Base-Version': base.version });
        refused(answer, 409, 'edit_conflict');
        same('the ETag', answer.headers.get('ETag'), before.version);
        const [conflict, ...more] = answer.body.conflicts ?? [];
        const { changed_at: _, ...rest } = conflict ?? {};
        same('the conflict', rest, {
          pointer: '/state',
          base: base.user['state'],
          sent: ours,
          current: theirs,
          changed_by: subject.own.prefix,
        });
        same('further conflicts', more, []);
        same('the user', await subject.now(), before);
      },
    },
    {
      name: 'to want the same as the others is no conflict',
      async run(subject) {
        const { version } = await subject.now();
        const state = subject.text();
        answered(await subject.put({ state }), 200);
        answered(await subject.put({ state }, { 'Base-Version': version }), 200);
      },
    },
    {
      name: 'a Base-Version that is not there yet is refused',
      async run(subject) {
        const { version } = await subject.now();
        const next = `"${numberOf(version) + 1}"`;
        const answer = await subject.put({ state: subject.text() }, { 'Base-Version': next });
        refused(answer, 412, 'precondition_failed');
        same('the ETag', answer.headers.get('ETag'), version);
      },
    },
  ],
};
