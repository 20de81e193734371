import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectStatus } from '../check.ts';

const numberOf = (version: string): number => Number(version.replaceAll('"', ''));

export const merging: Topic = {
  name: 'Merging',
  needs: ['user:write'],
  cases: [
    {
      name: 'an update with the current version in Base-Version is a plain update',
      async run(subject) {
        const { version } = await subject.now();
        const response = await subject.put({ state: subject.text() }, { 'Base-Version': version });
        expectEqual('meta', expectStatus(response, 200).body.meta, {});
      },
    },
    {
      name: 'an edit is merged with later changes of other fields',
      async run(subject) {
        const { version } = await subject.now();
        const [state, country] = [subject.text(), subject.text()];
        expectStatus(await subject.put({ country }), 200);
        const response = await subject.put({ state }, { 'Base-Version': version });
        const { meta, data } = expectStatus(response, 200).body;
        expectEqual('meta', meta, { merged_from: numberOf(version) });
        expectEqual('country and state', [data.country, data.state], [country, state]);
      },
    },
    {
      name: 'an edit of a field that has changed since is refused with both values',
      async run(subject) {
        const base = await subject.now();
        const [theirs, ours] = [subject.text(), subject.text()];
        expectStatus(await subject.put({ state: theirs }), 200);
        const before = await subject.now();
        const edit = { state: ours, country: subject.text() };
        const response = await subject.put(edit, { 'Base-Version': base.version });
        expectError(response, 409, 'edit_conflict');
        expectEqual('the ETag', response.headers.get('ETag'), before.version);
        const [conflict, ...more] = response.body.conflicts ?? [];
        const { changed_at: _, ...rest } = conflict ?? {};
        expectEqual('the conflict', rest, {
          pointer: '/state',
          base: base.user['state'],
          sent: ours,
          current: theirs,
          changed_by: subject.own.prefix,
        });
        expectEqual('further conflicts', more, []);
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'an edit with the same value as a later change is no conflict',
      async run(subject) {
        const { version } = await subject.now();
        const state = subject.text();
        expectStatus(await subject.put({ state }), 200);
        expectStatus(await subject.put({ state }, { 'Base-Version': version }), 200);
      },
    },
    {
      name: 'a Base-Version in the future is refused',
      async run(subject) {
        const { version } = await subject.now();
        const next = `"${numberOf(version) + 1}"`;
        const response = await subject.put({ state: subject.text() }, { 'Base-Version': next });
        expectError(response, 412, 'precondition_failed');
        expectEqual('the ETag', response.headers.get('ETag'), version);
      },
    },
  ],
};
