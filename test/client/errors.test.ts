import { describe, expect, expectTypeOf, test } from 'vitest';
import { ApiProblem, type ErrorCode, isProblem, ProfileClient } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf, problem, scripted, USER } from './scripted.ts';

const stack = useStack();

test('a problem has everything that the response says', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id, { role: 'profile' });
  const client = new ProfileClient({ baseUrl: stack.origin, key });
  const failure = await failureOf(client.setUser(id, { is_superuser: true }, { requestId: 'r-7' }));
  expect(failure).toBeInstanceOf(ApiProblem);
  expect(failure).toBeInstanceOf(Error);
  expect(failure).toMatchObject({
    name: 'ApiProblem',
    operation: 'updateUser',
    code: 'field_not_writable',
    status: 403,
    detail: 'Leave out the fields listed in errors, or send their current values.',
    errors: [{ pointer: '/is_superuser', code: 'not_writable' }],
    conflicts: [],
    outcome: undefined,
    requestId: 'r-7',
    retryAfter: undefined,
  });
  expect(String(failure)).toMatch(/^ApiProblem: updateUser: 403 field_not_writable: Leave/);
  expect(JSON.stringify(failure)).not.toContain(key);
});

test('every documented code reaches the caller unchanged', async () => {
  const id = await stack.user();
  const { key } = await stack.key(id);
  const as = (value: string) => new ProfileClient({ baseUrl: stack.origin, key: value });
  const codes = await Promise.all(
    [
      as('in-wrong').getUser(id),
      as(key).getUser(USER),
      as(key).setUser(id, { id: USER }),
      as(key).keys.get(USER),
      as(key).getUser('nobody'),
    ].map(async (call) => ((await failureOf(call)) as ApiProblem).code),
  );
  expect(codes).toEqual([
    'invalid_api_key',
    'insufficient_scope',
    'validation_failed',
    'key_not_found',
    'validation_failed',
  ]);
});

describe('isProblem', () => {
  test('narrows problems by operation and code', async () => {
    const { client } = scripted([problem(404, 'user_not_found')]);
    const failure = await failureOf(client.getUser(USER));
    expect([isProblem(failure), isProblem(failure, 'getUser')]).toEqual([true, true]);
    expect([isProblem(failure, 'updateUser'), isProblem(new Error())]).toEqual([false, false]);
    if (!isProblem(failure, 'getUser')) return expect.unreachable();
    expectTypeOf(failure.code).toEqualTypeOf<ErrorCode<'getUser'>>();
    // @ts-expect-error: reading cannot conflict.
    expect(failure.code === 'edit_conflict').toBe(false);
    // @ts-expect-error: no operation has this code.
    expect(failure.code === 'no_such_code').toBe(false);
    return expect(failure.code === 'user_not_found').toBe(true);
  });

  test('each operation has the documented codes', () => {
    expectTypeOf<'too_many_keys'>().toExtend<ErrorCode<'createKey'>>();
    expectTypeOf<'too_many_keys'>().not.toExtend<ErrorCode<'updateUser'>>();
    expectTypeOf<'edit_conflict' | 'outcome_unknown'>().toExtend<ErrorCode<'updateUser'>>();
    expectTypeOf<ErrorCode<'updateUser'>>().toExtend<ErrorCode>();
  });
});

describe('a response that is not from the API is an UnexpectedResponse:', () => {
  const inHtml = (status: number) =>
    new Response('<html>', { status, headers: { 'X-Request-Id': 'r-1', 'Retry-After': '2' } });

  test.each([
    ['a page in place of a problem', () => inHtml(404), 404],
    ['a page in place of a user', () => inHtml(200), 200],
    ['JSON that is not a problem', () => Response.json({ error: 'no' }, { status: 400 }), 400],
    ['JSON that is not an object', () => Response.json('hello'), 200],
    ['nothing', () => new Response(null, { status: 204 }), 204],
    ['a 304 without If-None-Match', () => new Response(null, { status: 304 }), 304],
  ])('%s', async (_, response, status) => {
    const { client, requests } = scripted([response()]);
    const failure = await failureOf(client.getUser(USER));
    expect(failure).toMatchObject({ name: 'UnexpectedResponse', operation: 'getUser', status });
    expect(requests).toHaveLength(1);
  });

  test('with the values of its headers', async () => {
    const { client } = scripted([inHtml(503)], { retries: 0 });
    expect(await failureOf(client.getUser(USER))).toMatchObject({
      requestId: 'r-1',
      retryAfter: 2,
    });
  });
});

test('a broken connection is a NetworkError with its cause', async () => {
  const { client } = scripted(['cut'], { retries: 0 });
  expect(await failureOf(client.getUser(USER))).toMatchObject({
    name: 'NetworkError',
    message: 'getUser: no response',
    cause: new TypeError('fetch failed'),
  });
});
