import { randomUUID } from 'node:crypto';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus } from '../check.ts';
import type { ApiResponse } from '../contract.ts';
import { newEmail, type Subject } from '../subject.ts';

const list = (subject: Subject, query: Record<string, string>): Promise<ApiResponse> =>
  subject.api.send({ path: `/api/v1/user?${new URLSearchParams(query)}` });

const idsIn = ({ body }: ApiResponse): string[] => body.data.map(({ id }: { id: string }) => id);

/** Invalid parameters, each with the code of the violation. */
const invalid: [name: string, value: string, code: string][] = [
  ['limit', '0', 'out_of_range'],
  ['limit', '101', 'out_of_range'],
  ['email', 'nobody', 'invalid_format'],
  ['updated_since', 'yesterday', 'invalid_format'],
  ['cursor', 'x', 'invalid_format'],
  ['e_mail', 'ada@example.com', 'unknown_field'],
];

export const listing: Topic = {
  name: 'Listing',
  cases: [
    {
      name: 'the e-mail address finds the user in any case, with the ETag in meta',
      async run(subject) {
        const { user, version } = await subject.now();
        for (const email of [`${user['email']}`, `${user['email']}`.toUpperCase()]) {
          const { body } = expectStatus(await list(subject, { email }), 200);
          expectEqual('data', body.data, [user]);
          expectEqual('meta', body.meta, { next_cursor: null, etags: [version] });
        }
      },
    },
    {
      name: 'an unknown e-mail address returns an empty list',
      async run(subject) {
        const { body } = expectStatus(await list(subject, { email: newEmail() }), 200);
        expectEqual('data', body.data, []);
        expectEqual('meta', body.meta, { next_cursor: null, etags: [] });
      },
    },
    {
      name: 'updated_since returns users changed at this time or later',
      needs: ['user:write'],
      async run(subject) {
        expectStatus(await subject.put({ state: subject.text() }), 200);
        const changes = await subject.api.send({ path: `${subject.path}/changes?limit=1` });
        const changedAt: string = expectStatus(changes, 200).body.data[0]?.changed_at;
        const { user } = await subject.now();
        const changedSince = async (updated_since: string) =>
          idsIn(
            expectStatus(await list(subject, { email: `${user['email']}`, updated_since }), 200),
          );
        expectEqual('the list since the change', await changedSince(changedAt), [user['id']]);
        const later = new Date(Date.parse(changedAt) + 1000).toISOString();
        expectEqual('the list since a second later', await changedSince(later), []);
      },
    },
    {
      name: 'the pages have each user once, ordered by id',
      needs: ['users:manage', 'users:all', 'billing:write'],
      async run(subject) {
        const stripe_customer_id = `cus_${randomUUID()}`;
        const ids: string[] = [];
        for (const _ of [1, 2, 3])
          ids.push(
            expectStatus(await subject.createUser({ stripe_customer_id }), 201).body.data.id,
          );
        const query = { stripe_customer_id, limit: '2' };
        const first = expectStatus(await list(subject, query), 200);
        const cursor = `${first.body.meta.next_cursor}`;
        const second = expectStatus(await list(subject, { ...query, cursor }), 200);
        expectEqual('the ids', [...idsIn(first), ...idsIn(second)], ids.toSorted());
        expectEqual('the last next_cursor', second.body.meta.next_cursor, null);
        const other = await list(subject, { ...query, stripe_customer_id: 'cus_other', cursor });
        expectErrorAt(
          expectError(other, 422, 'validation_failed'),
          { parameter: 'cursor' },
          'invalid_format',
        );
      },
    },
    {
      name: 'without users:all, the list has only the owner of the key',
      needs: ['another user'],
      async run(subject) {
        const { body } = expectStatus(await list(subject, {}), 200);
        expectEqual('the ids', idsIn({ body } as ApiResponse), [subject.own.owner_id]);
        expectEqual('next_cursor', body.meta.next_cursor, null);
      },
    },
    ...invalid.map(([name, value, code]) => ({
      name: `${name}=${value} is refused, and the error names the parameter`,
      async run(subject: Subject) {
        const response = await list(subject, { [name]: value });
        expectErrorAt(expectError(response, 422, 'validation_failed'), { parameter: name }, code);
      },
    })),
  ],
};
