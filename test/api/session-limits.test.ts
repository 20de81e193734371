import { expect, test } from 'vitest';
import { signInVariables, usePeople } from '../support/oidc-people.ts';
import { useStack } from '../support/stack.ts';
import { sendUntilLimited } from '../support/too-often.ts';

const QUOTA = 20;
const variables = await signInVariables();
const stack = useStack(variables, { KEY_LIMIT: QUOTA, ADDRESS_LIMIT: 1_000_000 });
const people = usePeople(stack, variables);

test('a user over the limit gets 429, and each other user has a limit of their own', async () => {
  const busy = await people.signedIn();
  const calm = await people.signedIn();
  const { key } = await stack.key(busy.id);
  const list = (headers: Record<string, string>) => stack.fetch('/api/v1/keys', { headers });
  const responses = await sendUntilLimited(QUOTA, () => list({ cookie: busy.cookie }));
  expect(responses.slice(0, QUOTA).map(({ status }) => status)).toEqual(Array(QUOTA).fill(200));
  expect(responses.at(-1)?.body.code).toBe('rate_limited');
  expect((await list({ cookie: calm.cookie })).status).toBe(200);
  expect((await list({ authorization: `Bearer ${key}` })).status).toBe(200);
});
