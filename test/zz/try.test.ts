import { test } from 'vitest';
import { useStack } from '../support/stack.ts';

const stack = useStack();
test('x', async () => {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  const answer = await stack.put(id, key, { first_name: 'A' });
  console.log(answer.text, stack.logs.join('\n'));
  console.log(stack.database.statement);
  try {
    console.log(await stack.query(stack.database.statement.query, stack.database.statement.params));
  } catch (e) {
    console.log(e);
  }
});
