import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus, expectTrue } from '../check.ts';
import type { ApiResponse } from '../contract.ts';
import { type Subject, unknownId } from '../subject.ts';

const get = ({ api, path }: Subject, rest: string, headers = {}): Promise<ApiResponse> =>
  api.send({ path: `${path}${rest}`, headers });

/** Sends a revert, with a condition if the key requires one. */
const revert = (subject: Subject, body: unknown, headers = {}): Promise<ApiResponse> =>
  subject.write('POST', `${subject.path}/revert`, body, headers);

const numberOf = (version: string): number => Number(version.replaceAll('"', ''));

/** Updates the user and returns the number of the new version. */
async function change(subject: Subject, body: object, headers = {}): Promise<number> {
  const updated = expectStatus(await subject.put(body, headers), 200);
  return numberOf(updated.headers.get('ETag') ?? '');
}

const invalid: [body: object, pointer: string, code: string][] = [
  [{}, '', 'required'],
  [{ version: 1, undo: 2 }, '/undo', 'unknown_field'],
  [{ version: 0 }, '/version', 'out_of_range'],
  [{ undo: '2' }, '/undo', 'invalid_type'],
];

export const history: Topic = {
  name: 'History',
  cases: [
    {
      name: 'the newest change has the key, the values before and after, and the request id',
      needs: ['user:write'],
      async run(subject) {
        const before = (await subject.now()).user['state'];
        const [after, request_id] = [subject.text(), `conform-${randomUUID()}`];
        const version = await change(subject, { state: after }, { 'X-Request-Id': request_id });
        const [newest] = expectStatus(await get(subject, '/changes?limit=1'), 200).body.data;
        const { changed_at, ...rest } = newest;
        expectTrue(`"${changed_at} is a time"`, !Number.isNaN(Date.parse(changed_at)));
        const fields = { state: { before, after } };
        const changed_by = subject.own.prefix;
        expectEqual('the change', rest, { version, changed_by, request_id, reverts: null, fields });
      },
    },
    {
      name: 'the changes are listed in pages, newest first',
      needs: ['user:write'],
      async run(subject) {
        await change(subject, { state: subject.text() });
        const newest = await change(subject, { state: subject.text() });
        const first = expectStatus(await get(subject, '/changes?limit=1'), 200).body;
        const next = `/changes?limit=1&cursor=${first.meta.next_cursor}`;
        const second = expectStatus(await get(subject, next), 200).body;
        const versions = [...first.data, ...second.data].map(({ version }) => version);
        expectEqual('the versions', versions, [newest, newest - 1]);
      },
    },
    {
      name: 'a version returns the user as they were, with its ETag, or 304',
      needs: ['user:write'],
      async run(subject) {
        const then = await subject.now();
        await change(subject, { state: subject.text() });
        const path = `/versions/${numberOf(then.version)}`;
        const response = expectStatus(await get(subject, path), 200);
        expectEqual('the user', response.body.data, then.user);
        expectEqual('the ETag', response.headers.get('ETag'), then.version);
        expectStatus(await get(subject, path, { 'If-None-Match': then.version }), 304);
      },
    },
    {
      name: 'a version that the user never had returns 404, an impossible one 422',
      async run(subject) {
        expectError(await get(subject, '/versions/2147483647'), 404, 'version_not_found');
        const response = expectError(await get(subject, '/versions/0'), 422, 'validation_failed');
        expectErrorAt(response, { parameter: 'version' }, 'out_of_range');
      },
    },
    {
      name: 'reverting to a version restores the user, and the log shows which version',
      needs: ['user:write'],
      async run(subject) {
        const then = await subject.now();
        const version = numberOf(then.version);
        await change(subject, { state: subject.text() });
        const last = await change(subject, { country: subject.text() });
        const { headers, body } = expectStatus(await revert(subject, { version }), 200);
        expectEqual('the user', body.data, then.user);
        expectEqual('the ETag', headers.get('ETag'), `"${last + 1}"`);
        const [newest] = expectStatus(await get(subject, '/changes?limit=1'), 200).body.data;
        expectEqual('reverts', newest.reverts, { version });
      },
    },
    {
      name: 'undoing a change keeps later changes of other fields',
      needs: ['user:write'],
      async run(subject) {
        const { state } = (await subject.now()).user;
        const undo = await change(subject, { state: subject.text() });
        const country = subject.text();
        await change(subject, { country });
        const { data } = expectStatus(await revert(subject, { undo }), 200).body;
        expectEqual('the state and the country', [data.state, data.country], [state, country]);
      },
    },
    {
      name: 'undoing a change of a field that has changed since returns 409 with the values',
      needs: ['user:write'],
      async run(subject) {
        const sent = (await subject.now()).user['state'];
        const [base, current] = [subject.text(), subject.text()];
        const undo = await change(subject, { state: base });
        await change(subject, { state: current });
        const before = await subject.now();
        const response = expectError(await revert(subject, { undo }), 409, 'edit_conflict');
        const [conflict] = response.body.conflicts;
        const { changed_at: _, changed_by: __, ...values } = conflict ?? {};
        expectEqual('the conflict', values, { pointer: '/state', base, sent, current });
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'a revert is refused if a condition does not match, and validate-only writes nothing',
      needs: ['user:write'],
      async run(subject) {
        const { user, version } = await subject.now();
        await change(subject, { state: subject.text() });
        const before = await subject.now();
        const body = { version: numberOf(version) };
        const stale = await revert(subject, body, { 'If-Match': version });
        expectError(stale, 412, 'precondition_failed');
        const dry = await revert(subject, body, { Prefer: 'validate-only' });
        expectEqual('the state', expectStatus(dry, 200).body.data.state, user['state']);
        expectEqual('the user', await subject.now(), before);
      },
    },
    {
      name: 'a repeated revert with the same Idempotency-Key takes effect once',
      needs: ['user:write'],
      async run(subject) {
        const undo = await change(subject, { state: subject.text() });
        const headers = { 'Idempotency-Key': `"conform-${randomUUID()}"` };
        const first = expectStatus(await revert(subject, { undo }, headers), 200);
        const again = expectStatus(await revert(subject, { undo }, headers), 200);
        expectEqual('the body', again.text, first.text);
        expectEqual('Idempotency-Replayed', again.headers.get('Idempotency-Replayed'), 'true');
        expectEqual('the version', (await subject.now()).version, `"${undo + 1}"`);
      },
    },
    ...invalid.map(([body, pointer, code]) => ({
      name: `a revert to ${JSON.stringify(body)} is refused`,
      needs: ['user:write'] as const,
      async run(subject: Subject) {
        const response = await revert(subject, body);
        expectErrorAt(expectError(response, 422, 'validation_failed'), { pointer }, code);
      },
    })),
    {
      name: 'the export has the profile, the change log and the keys',
      async run(subject) {
        const { user, version } = await subject.now();
        const { data } = expectStatus(await get(subject, '/export'), 200).body;
        expectEqual('the profile', data.profile, user);
        expectEqual('the version', data.version, numberOf(version));
        const [newest] = expectStatus(await get(subject, '/changes?limit=1'), 200).body.data;
        expectEqual('the last change', data.changes.at(-1), newest);
        const hasKey = data.keys.some(({ id }: { id: string }) => id === subject.own.id);
        expectEqual('whether keys has the given key', hasKey, subject.isOwner);
      },
    },
    {
      name: 'an unknown user returns 404 everywhere',
      needs: ['users:all'],
      async run({ api }) {
        const path = `/api/v1/user/${unknownId()}`;
        for (const rest of ['/changes', '/versions/1', '/export'])
          expectError(await api.send({ path: `${path}${rest}` }), 404, 'user_not_found');
      },
    },
  ],
};
