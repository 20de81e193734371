import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useStack } from '../support/stack.ts';
import { anyBody, REFERENCE } from '../support/user-bodies.ts';

const stack = useStack();
test('for every subset of fields, absent fields stay and present fields have the sent values', async () => {
  await stack.query(`insert into roles values ($1, 'r')`, [REFERENCE]);
  await stack.query(`insert into billing_plans values ($1, 'p')`, [REFERENCE]);
  const admin = await stack.user({ is_superuser: true });
  const { key } = await stack.key(admin);
  const id = await stack.user();
  let version = 1;
  let { data } = (await stack.put(id, key, {})).body;
  await fc.assert(
    fc.asyncProperty(anyBody, async (sent) => {
      const response = await stack.put(id, key, sent);
      expect(response.status, response.text).toBe(200);
      const expected = { ...data, ...sent };
      expect(response.body.data).toEqual(expected);
      const changed = Object.keys(sent).filter(
        (field) => data[field] !== (sent as typeof data)[field],
      );
      if (changed.length > 0) version++;
      expect(response.headers.get('etag')).toBe(`"${version}"`);
      const [last] = await stack.query<{ changes: object }>(
        'select changes from user_changes where user_id = $1 and version = $2',
        [id, version],
      );
      if (changed.length > 0)
        expect(Object.keys(last?.changes ?? {}).sort()).toEqual(changed.sort());
      data = response.body.data;
    }),
    { numRuns: 300 },
  );
  expect((await stack.put(id, key, {})).body.data).toEqual(data);
}, 120_000);
