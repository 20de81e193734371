import { randomUUID } from 'node:crypto';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type ErrorCode, isProblem, ProfileClient, type Version } from '../../client/src/index.ts';
import { useStack } from '../support/stack.ts';
import { failureOf, scripted, USER } from './scripted.ts';

const stack = useStack();
const newEmail = () => `${randomUUID()}@example.com`;

/** A client that may do everything; `requests` counts its requests. */
async function administrator() {
  const id = await stack.user({ is_superuser: true });
  const { key } = await stack.key(id);
  const seen = { requests: 0 };
  const client = new ProfileClient({
    baseUrl: stack.origin,
    key,
    onResponse: () => seen.requests++,
  });
  return { id, client, seen };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const idsOf = async (users: AsyncIterable<{ user: { id: string } }>) =>
  (await all(users)).map(({ user }) => user.id);

describe('createUser', () => {
  test('returns the new user with the first version', async () => {
    const { client } = await administrator();
    const email = newEmail();
    const created = await client.createUser({ email, first_name: 'Ada' });
    expect(created).toMatchObject({
      user: { email, first_name: 'Ada', is_active: true },
      version: '"1"',
      replayed: false,
      validateOnly: false,
    });
    expect(await client.getUser(created.user.id)).toEqual({ user: created.user, version: '"1"' });
  });

  test('under your own Idempotency-Key creates one user', async () => {
    const { client } = await administrator();
    const email = newEmail();
    const create = () => client.createUser({ email }, { idempotencyKey: `sign-up ${email}` });
    const [first, again] = [await create(), await create()];
    expect([first.replayed, again.replayed, again.user.id]).toEqual([false, true, first.user.id]);
  });

  test('with validateOnly creates nobody, and finds the same errors', async () => {
    const { client } = await administrator();
    const email = newEmail();
    const { user, validateOnly } = await client.createUser({ email }, { validateOnly: true });
    expect([user.email, validateOnly]).toEqual([email, true]);
    expect(await client.findUser({ email })).toBeUndefined();
    await client.createUser({ email });
    const failure = await failureOf(client.createUser({ email }, { validateOnly: true }));
    expect(failure).toMatchObject({ code: 'email_taken', errors: [{ pointer: '/email' }] });
  });

  test('has the errors of the document', async () => {
    const { id, client } = await administrator();
    const failure = await failureOf(client.createUser({ id, email: newEmail() }));
    if (!isProblem(failure, 'createUser')) return expect.unreachable();
    expectTypeOf<'user_exists' | 'user_erased'>().toExtend<ErrorCode<'createUser'>>();
    // @ts-expect-error: there is no version that it could depend on.
    expect(failure.code === 'precondition_failed').toBe(false);
    return expect(failure.code).toBe('user_exists');
  });
});

describe('listUsers', () => {
  test('returns the users of all pages with their versions, page by page', async () => {
    const { client, seen } = await administrator();
    const customer = { stripe_customer_id: `cus_${randomUUID()}` };
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => stack.user(customer)));
    await client.setUser(ids[0] ?? '', { phone: '1' });
    seen.requests = 0;
    const options = { stripeCustomerId: customer.stripe_customer_id, pageSize: 2 };
    const users = await all(client.listUsers(options));
    expect(users.map(({ user }) => user.id)).toEqual(ids.toSorted());
    const versions = new Map(users.map(({ user, version }) => [user.id, version]));
    expect([versions.get(ids[0] ?? ''), versions.get(ids[1] ?? '')]).toEqual(['"2"', '"1"']);
    expect(seen.requests).toBe(3);
  });

  test('reads no page that is not needed', async () => {
    const { client, seen } = await administrator();
    await stack.user();
    for await (const { user } of client.listUsers({ pageSize: 1 })) {
      expect(user.id).toMatch(/^[0-9a-f-]{36}$/);
      break;
    }
    expect(seen.requests).toBe(1);
  });

  test.each([
    ['a Date', (since: string) => new Date(since)],
    ['the text of a date-time', (since: string) => since],
  ])('with %s as updatedSince returns those changed since, in this order', async (_, since) => {
    const { client } = await administrator();
    const [a, b] = [await stack.user(), await stack.user()];
    // A Date has milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 2));
    await client.setUser(b, { phone: '1' });
    const [change] = await all(client.listChanges(b, { pageSize: 1 }));
    await client.setUser(a, { phone: '1' });
    const updatedSince = since(change?.changed_at ?? '');
    expect(await idsOf(client.listUsers({ updatedSince, pageSize: 1 }))).toEqual([b, a]);
  });

  test('throws at the first step what the API refuses', async () => {
    const { client } = await administrator();
    const failure = await failureOf(client.listUsers({ pageSize: 101 }).next());
    expect(failure).toMatchObject({
      operation: 'listUsers',
      code: 'validation_failed',
      errors: [{ parameter: 'limit' }],
    });
  });

  test('does not return a user without a version', async () => {
    const page = { message: '', meta: { next_cursor: null, etags: [] }, data: [{ id: USER }] };
    const { client } = scripted([Response.json(page)]);
    expect(await failureOf(client.listUsers().next())).toMatchObject({
      name: 'UnexpectedResponse',
    });
  });
});

describe('findUser', () => {
  test('finds a user by e-mail address in any case, or by Stripe customer', async () => {
    const { client } = await administrator();
    const [email, customer] = [`ada+${newEmail()}`, `cus_${randomUUID()}`];
    const id = await stack.user({ email, stripe_customer_id: customer, version: 3 });
    const found = await client.findUser({ email: email.toUpperCase() });
    expect(found).toMatchObject({ user: { id, email }, version: '"3"' });
    expect(await client.findUser({ stripeCustomerId: customer })).toEqual(found);
  });

  test('returns undefined if there is none', async () => {
    const { client } = await administrator();
    expect(await client.findUser({ email: newEmail() })).toBeUndefined();
    expect(await client.findUser({ stripeCustomerId: 'cus_nobody' })).toBeUndefined();
  });

  test.each([{}, { email: '' }, { email: undefined }])(
    'of %j sends nothing, because it would find anyone',
    async (search) => {
      const { client, requests } = scripted([]);
      const failure = await failureOf(client.findUser(search as { email: string }));
      expect([failure, requests]).toEqual([expect.any(TypeError), []]);
    },
  );
});

describe('eraseUser', () => {
  test('erases the user and returns nothing', async () => {
    const { client } = await administrator();
    const id = await stack.user();
    expect(await client.eraseUser(id)).toBeUndefined();
    expect(await stack.row(id)).toEqual({});
    expect(await failureOf(client.getUser(id))).toMatchObject({ code: 'user_not_found' });
  });

  test('with a version erases only a user who still has it', async () => {
    const { client } = await administrator();
    const id = await stack.user();
    const { version } = await client.getUser(id);
    const later = await client.setUser(id, { phone: '1' });
    const failure = await failureOf(client.eraseUser(id, { version }));
    expect(failure).toMatchObject({ code: 'precondition_failed', version: later.version });
    await client.eraseUser(id, { version: later.version });
    expect(await stack.row(id)).toEqual({});
  });

  test('with validateOnly erases nobody', async () => {
    const { client } = await administrator();
    const id = await stack.user();
    await client.eraseUser(id, { validateOnly: true });
    expect((await stack.row(id))['id']).toBe(id);
  });

  test('under your own Idempotency-Key can be sent again', async () => {
    const { client } = await administrator();
    const id = await stack.user();
    await client.eraseUser(id, { idempotencyKey: id });
    await client.eraseUser(id, { idempotencyKey: id });
    expect(await failureOf(client.eraseUser(id))).toMatchObject({ code: 'user_not_found' });
  });

  test.each([
    ['a 304', () => new Response(null, { status: 304 })],
    ['a page', () => new Response('<html>')],
    ['a user', () => Response.json({ message: '', meta: {}, data: {} })],
  ])('does not take %s for success', async (_, response) => {
    const { client } = scripted([response()]);
    expect(await failureOf(client.eraseUser(USER))).toMatchObject({ name: 'UnexpectedResponse' });
  });

  test.each(['', null as unknown as Version])('refuses the version %j', async (version) => {
    const { client, requests } = scripted([]);
    expect(await failureOf(client.eraseUser(USER, { version }))).toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  });
});
