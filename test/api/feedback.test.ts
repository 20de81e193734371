import { expect, test } from 'vitest';
import { runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';
import { sendUntilLimited } from '../support/too-often.ts';

const QUOTA = 20;
const stack = useStack({}, { KEY_LIMIT: 1_000_000, ADDRESS_LIMIT: QUOTA });

const send = (body: unknown) =>
  stack.fetch('/api/v1/feedback', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('feedback is stored without personal data, and can be read as a summary', async () => {
  const page = '/docs/errors/edit_conflict';
  for (const helpful of [true, true, false])
    expect((await send({ page, helpful })).status).toBe(204);
  await send({ page: '/docs', helpful: false });
  const rows = await stack.query('select * from feedback order by id');
  expect(rows[0]).toEqual({
    id: '1',
    page,
    helpful: true,
    created_at: expect.any(Date),
  });
  const endpoint = `http://127.0.0.1:${stack.database.port}/sql`;
  const env = { DATABASE_URL: stack.databaseUrl, DATABASE_ENDPOINT: endpoint };
  const { stdout } = await runScript('tools/feedback.ts', { args: ['--json'], env });
  expect(JSON.parse(stdout)).toMatchObject([
    { page, helpful: 2, not_helpful: 1, last: expect.stringMatching(/Z$/) },
    { page: '/docs', helpful: 0, not_helpful: 1 },
  ]);
});

test.each([
  [{ page: '/settings', helpful: true }, 'page', 'invalid_format'],
  [{ page: '/docs/../x', helpful: true }, 'page', 'invalid_format'],
  [{ page: `/docs/${'x'.repeat(100)}`, helpful: true }, 'page', 'too_long'],
  [{ page: '/docs', helpful: 'yes' }, 'helpful', 'invalid_type'],
  [{ page: '/docs' }, 'helpful', 'required'],
  [{ page: '/docs', helpful: true, email: 'a@b.c' }, 'email', 'unknown_field'],
])('%j is refused at %s: %s', async (body, member, code) => {
  expect((await send(body)).body).toMatchObject({
    status: 422,
    code: 'validation_failed',
    errors: [{ pointer: `/${member}`, code }],
  });
});

test('an address has a limit per minute', async () => {
  const responses = await sendUntilLimited(QUOTA, () => send({ page: '/docs', helpful: true }));
  expect(responses.at(-1)?.body).toMatchObject({ status: 429, code: 'rate_limited' });
});
