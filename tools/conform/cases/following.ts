import { setTimeout } from 'node:timers/promises';
import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectErrorAt, expectStatus, expectTrue } from '../check.ts';
import type { ApiResponse } from '../contract.ts';
import type { Subject } from '../subject.ts';

/** How long other transactions may hold back a change, in milliseconds. */
const PATIENCE_MS = 10_000;

interface Item {
  data: { version: number };
}

const get = ({ api, options }: Subject, query: Record<string, string>): Promise<ApiResponse> => {
  const parameters = new URLSearchParams({ user_id: options.user, ...query });
  return api.send({ path: `/api/v1/changes?${parameters}` });
};

/** Returns the cursor after the latest change. */
const latest = async (subject: Subject): Promise<string> =>
  expectStatus(await get(subject, { after: 'latest' }), 200).body.meta.next_cursor;

/** Waits for this many changes after a cursor. Returns the changes and the cursor after them. */
async function follow(subject: Subject, from: string, count: number) {
  const items: Item[] = [];
  let cursor = from;
  for (const deadline = Date.now() + PATIENCE_MS; ; await setTimeout(100)) {
    const { data, meta } = expectStatus(await get(subject, { after: cursor }), 200).body;
    items.push(...data);
    cursor = meta.next_cursor;
    if (items.length >= count || Date.now() > deadline) return { items, cursor };
  }
}

/** Updates the user and returns the change from the change log. */
async function change(subject: Subject) {
  expectStatus(await subject.put({ state: subject.text() }), 200);
  const path = `${subject.path}/changes?limit=1`;
  return expectStatus(await subject.api.send({ path }), 200).body.data[0];
}

export const following: Topic = {
  name: 'Following',
  cases: [
    {
      name: 'an update is in the feed once, with the same content as in the change log',
      needs: ['user:write'],
      async run(subject) {
        const { cursor: start } = await follow(subject, await latest(subject), 0);
        const { version: last } = await subject.now();
        const changes = [await change(subject), await change(subject)];
        const { items, cursor } = await follow(subject, start, changes.length);
        const newer = items.filter(({ data }) => data.version > Number(last.replaceAll('"', '')));
        const user_id = subject.options.user.toLowerCase();
        expectEqual(
          'the changes',
          newer.map(({ data }) => data),
          changes.map((each) => ({ user_id, ...each })),
        );
        expectEqual('the changes after the cursor', (await follow(subject, cursor, 0)).items, []);
      },
    },
    {
      name: 'two pages have the same changes as one page of their size',
      needs: ['user:write'],
      async run(subject) {
        const start = await latest(subject);
        await change(subject);
        await change(subject);
        const all = await follow(subject, start, 2);
        const first = expectStatus(await get(subject, { after: start, limit: '1' }), 200).body;
        const after = first.meta.next_cursor;
        const second = expectStatus(await get(subject, { after, limit: '1' }), 200).body;
        expectTrue('"has_more is true"', first.meta.has_more);
        expectEqual('two pages', [...first.data, ...second.data], all.items.slice(0, 2));
      },
    },
    {
      name: 'a filter that no change matches returns no changes, but a cursor',
      async run(subject) {
        const { body } = expectStatus(await get(subject, { types: 'user.erased' }), 200);
        expectEqual('the changes', body.data, []);
        expectTrue('"there is a next_cursor"', body.meta.next_cursor.length > 0);
      },
    },
    {
      name: 'a malformed cursor, an unknown type and an unknown field are refused',
      async run(subject) {
        const wrong = { after: 'x', types: 'user.deleted', fields: 'id' };
        for (const [parameter, value] of Object.entries(wrong)) {
          const response = await get(subject, { [parameter]: value });
          const code = parameter === 'after' ? 'invalid_format' : 'unknown_value';
          expectErrorAt(expectError(response, 422, 'validation_failed'), { parameter }, code);
        }
      },
    },
  ],
};
