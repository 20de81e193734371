import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { mintApiKey } from '../../src/auth/api-key.ts';
import type { ApiResponse } from './contract.ts';
import { ADMITTED, replyWith } from './database-endpoint.ts';
import type { DocumentedOperation } from './document.ts';
import type { Stack } from './stack.ts';
import { sendUntilLimited } from './too-often.ts';

// For each documented response, a request that provokes it: for any operation, or for one.

/** A superuser with a full_access key, and another key to manage. */
export interface World {
  stack: Stack;
  id: string;
  key: string;
  otherKeyId: string;
  /** A webhook of the superuser that is paused. */
  webhookId: string;
  /** `Cookie` headers of a signed-in user, and of a user whose session has expired. */
  cookie: string;
  endedCookie: string;
  /** Like `stack`, but with other settings: an invalid configuration, and small limits. */
  broken: Stack;
  limited: Stack;
  /** Its OpenID provider does not respond. */
  withoutProvider: Stack;
  /** A user who has signed in, their ID token, and that of a person whom nobody knows. */
  appUser: string;
  idTokens: { known: string; unknown: string };
}

/** Changes to a valid request. */
interface Changes {
  on?: Stack;
  /** Empty to send no key. */
  key?: string;
  headers?: Record<string, string>;
  body?: unknown;
  query?: string;
  /** These replace the id and the version in the path. */
  id?: string;
  version?: string;
}

export type Provoke = (at: DocumentedOperation, world: World) => Promise<ApiResponse>;

const ANY_ID = '00000000-0000-4000-8000-000000000000';
/** A URL at which no server listens. */
export const NOBODY = 'http://127.0.0.1:9/';

const newEmail = () => `${randomUUID()}@example.com`;

const BODIES: Record<string, (world: World) => object | string> = {
  createUser: () => ({ email: newEmail() }),
  updateUser: () => ({ first_name: 'Ada' }),
  patchUser: () => ({ first_name: 'Ada' }),
  updateUsers: () => [{ id: ANY_ID, fields: {} }],
  revertUser: () => ({ version: 1 }),
  createKey: () => ({ name: 'n', role: 'profile' }),
  createAppKey: () => ({ role: 'profile', expires_in: 3600 }),
  updateKey: () => ({ description: 'new' }),
  rotateKey: () => ({ grace: 3600 }),
  rotateOwnKey: () => ({ grace: 3600 }),
  reportKey: () => ({ key: mintApiKey() }),
  exchangeToken: ({ idTokens }) => tokenForm(idTokens.known),
  sendFeedback: () => ({ page: '/docs', helpful: true }),
  createWebhook: () => ({ url: NOBODY }),
  updateWebhook: () => ({ description: 'new' }),
  rotateWebhookSecret: () => ({}),
  replayWebhook: () => ({ skip: ANY_ID }),
};

const tokenForm = (subject_token: string): string =>
  `${new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    subject_token,
  })}`;

/** Other valid bodies. */
const OTHER_BODIES: Record<string, object> = {
  createUser: { email: newEmail() },
  revertUser: { version: 2 },
  createKey: { name: 'other', role: 'profile' },
  createAppKey: { role: 'read_only', expires_in: 60 },
};

/** Whether an operation takes an API key. */
export const isKeyed = ({ operation }: DocumentedOperation): boolean =>
  operation.security.some((way: object) => 'bearer' in way);

/** Sends a valid request with these changes. */
function ask(at: DocumentedOperation, world: World, changes: Changes = {}) {
  const { operation, method, id } = at;
  const { on = world.stack, key = world.key, body = BODIES[id]?.(world), query = '' } = changes;
  const targets = { key_id: world.otherKeyId, webhook_id: world.webhookId, user_id: world.id };
  const [, parameter = 'user_id'] = /\{(\w+_id)\}/.exec(at.path) ?? [];
  const target = changes.id ?? targets[parameter as keyof typeof targets];
  const mediaType = Object.keys(operation.requestBody?.content ?? {})[0];
  const keyed = isKeyed(at) && key !== '';
  return on.fetch(
    `${at.path.replace(/\{\w+_id\}/, target).replace('{version}', changes.version ?? '1')}?${query}`,
    {
      method,
      redirect: 'manual',
      headers: {
        ...(mediaType && { 'content-type': mediaType }),
        ...(keyed && { 'x-api-key': key }),
        ...changes.headers,
      },
      ...(mediaType && { body: isRaw(body) ? body : JSON.stringify(body), duplex: 'half' }),
    },
  );
}

const isRaw = (body: unknown): body is string | ReadableStream =>
  typeof body === 'string' || body instanceof ReadableStream;

const changed =
  (changes: Changes): Provoke =>
  (at, world) =>
    ask(at, world, changes);

/** Sends a request with a key of another owner, or a key with other options. */
const withKey =
  (options: Parameters<Stack['key']>[1], owner?: Record<string, unknown>, body?: object): Provoke =>
  async (at, world) => {
    const id = owner ? await world.stack.user(owner) : world.id;
    const { key } = await world.stack.key(id, options);
    const changes = { key, ...(body && { body }), ...(at.path.includes('user_id') && { id }) };
    return await ask(at, world, changes);
  };

/** Sends a request while every attempt fails in the database; with a session where one is required. */
const under =
  (fault: Stack['database']['faults'][number]): Provoke =>
  async (at, world) => {
    const { database } = world.stack;
    database.script = () => fault;
    const headers = at.path.startsWith('/auth') ? asPerson(world.cookie) : {};
    return await ask(at, world, { headers }).finally(() => {
      database.script = () => undefined;
    });
  };

/** Sends a request to which the database returns a verdict that the Worker does not know. */
const unknownVerdict = under(replyWith({ ...ADMITTED, verdict: 'postponed' }));

/** Sends a request while another transaction locks the rows of the user and the keys. */
const whileLocked: Provoke = async (at, world) => {
  const other = await world.stack.pool.connect();
  try {
    const { key, keyId } = await world.stack.key(world.id);
    await other.query('begin');
    const users = [world.id, world.appUser];
    await other.query('select from users where id = any($1) for update', [users]);
    await other.query('select from api_keys where id in ($1, $2) for update', [
      world.otherKeyId,
      keyId,
    ]);
    const bodies: Record<string, unknown> = {
      reportKey: { key },
      updateUsers: [{ id: world.id, fields: {} }],
    };
    const body = bodies[at.id] ?? BODIES[at.id]?.(world);
    // On a slow machine an attempt may end before the database reports the lock.
    const request = (timeout: string) =>
      ask(at, world, { headers: { 'request-timeout': timeout }, body });
    const response = await request('1');
    return response.body.code === 'database_busy' ? response : await request('9');
  } finally {
    await other.query('rollback');
    other.release();
  }
};

const asPerson = (cookie: string) => ({ cookie, 'sec-fetch-site': 'same-origin' });
const LONG_AGO = new Date(0);

const tooOften: Provoke = async (at, world) => {
  const owner = await world.limited.user();
  const { key } = await world.limited.key(owner);
  const headers = { 'cf-connecting-ip': `192.0.2.${Math.trunc(Math.random() * 255)}` };
  const responses = await sendUntilLimited(1, () =>
    ask(at, world, { on: world.limited, key, headers }),
  );
  return responses.at(-1) as ApiResponse;
};

/** Sends a request with a body that begins but never ends. */
const stalled: Provoke = (at, world) =>
  ask(at, world, {
    headers: { 'request-timeout': '1' },
    body: new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{')) }),
  });

const withoutValidPart: Provoke = (at, world) =>
  ask(at, world, at.operation.requestBody ? { body: [] } : { id: 'x', query: 'limit=0' });

const fullOfKeys: Provoke = async (at, world) => {
  for (let created = 2; created < 25; created++) await world.stack.key(world.id);
  return await ask(at, world);
};

const fullOfAppKeys =
  (owner: 'id' | 'appUser'): Provoke =>
  async (at, world) => {
    await world.stack.query(
      `insert into api_keys (owner_id, name, scopes, hash, prefix, expires_at, short_lived)
       select $1, 'app', '{}', sha256(gen_random_uuid()::text::bytea), 'in-', now() + interval '1 hour', true
       from generate_series(1, 100)`,
      [world[owner]],
    );
    return await ask(at, world).finally(() =>
      world.stack.query("delete from api_keys where owner_id = $1 and name = 'app'", [
        world[owner],
      ]),
    );
  };

const whileInactive: Provoke = async (at, world) => {
  const set = (active: boolean) =>
    world.stack.query('update users set is_active = $2 where id = $1', [world.appUser, active]);
  await set(false);
  return await ask(at, world).finally(() => set(true));
};

/** Sends the request from an address that has not been limited. */
const fromElsewhere =
  (on: 'limited' | 'withoutProvider'): Provoke =>
  (at, world) =>
    ask(at, world, {
      on: world[on],
      headers: { 'cf-connecting-ip': `198.51.100.${Math.trunc(Math.random() * 255)}` },
    });

const fullOfWebhooks: Provoke = async (at, world) => {
  for (let created = 1; created < 10; created++) await ask(at, world);
  return await ask(at, world);
};

const notLive: Provoke = async (at, world) =>
  ask(at, world, { id: (await world.stack.key(world.id, { revoked_at: new Date() })).keyId });

const conflicting: Provoke = async (at, world) => {
  await ask(at, world, { body: { first_name: 'Grace' } });
  return await ask(at, world, { headers: { 'base-version': '"1"' } });
};

const takenEmail: Provoke = async (at, world) => {
  const { email } = await world.stack.row(await world.stack.user());
  return await ask(at, world, { body: { email } });
};

const withoutCondition: Provoke = async (at, world) => {
  await world.stack.query('update api_keys set require_precondition = true where owner_id = $1', [
    world.id,
  ]);
  return await ask(at, world);
};

const reused: Provoke = async (at, world) => {
  const headers = { 'idempotency-key': `"${randomUUID()}"` };
  await ask(at, world, { headers });
  return await ask(at, world, { headers, body: OTHER_BODIES[at.id] ?? {} });
};

/** Undoes the first of two changes to the same field. */
const undone: Provoke = async (at, world) => {
  for (const first_name of ['Grace', 'Joan'])
    await world.stack.put(world.id, world.key, { first_name });
  return await ask(at, world, { body: { undo: 2 } });
};

/** Reverts to version 1, whose e-mail address another user has now. */
const takenBack: Provoke = async (at, world) => {
  const { email } = await world.stack.row(world.id);
  await world.stack.put(world.id, world.key, { email: newEmail() });
  await world.stack.user({ email });
  return await ask(at, world);
};

/** Reverts to version 2, which has a role that no longer exists. */
const lostRole: Provoke = async (at, world) => {
  const { stack, id, key } = world;
  const role_id = randomUUID();
  await stack.query('insert into roles (id, name) values ($1, $2)', [role_id, role_id]);
  for (const body of [{ role_id }, { role_id: null }]) await stack.put(id, key, body);
  await stack.query('delete from roles where id = $1', [role_id]);
  return await ask(at, world, { body: { version: 2 } });
};

/** Reverts to version 1, before a change of a field that this key may not write. */
const beyondTheKey: Provoke = async (at, world) => {
  await world.stack.put(world.id, world.key, { is_trial: true });
  const { key } = await world.stack.key(world.id, { role: 'profile' });
  return await ask(at, world, { key });
};

/** Sends a request while another transaction creates a user with the same e-mail address. */
const whileCreating: Provoke = async (at, world) => {
  const other = await world.stack.pool.connect();
  const email = newEmail();
  try {
    await other.query('begin');
    await other.query('insert into users (email) values ($1)', [email]);
    return await ask(at, world, { headers: { 'request-timeout': '9' }, body: { email } });
  } finally {
    await other.query('rollback');
    other.release();
  }
};

const erasedBefore: Provoke = async (at, world) => {
  const id = await world.stack.user();
  await world.stack.call('DELETE', `/user/${id}`, world.key);
  return await ask(at, world, { body: { email: newEmail(), id } });
};

const restored = (world: World) =>
  world.stack.query(
    'insert into feed (epoch) values (2) on conflict (is_only) do update set epoch = feed.epoch + 1',
  );

/** Sends a cursor from before the database was restored. */
const afterRestore: Provoke = async (at, world) => {
  const { body } = await ask(at, world, { query: 'after=latest' });
  await restored(world);
  return await ask(at, world, { query: `after=${body.meta.next_cursor}` });
};

const replayAfterRestore: Provoke = async (at, world) => {
  const { body } = await world.stack.call('GET', `/webhooks/${world.webhookId}`, world.key);
  await restored(world);
  return await ask(at, world, { body: { after: body.data.cursor } });
};

const last: Provoke = async (at, world) => {
  await world.stack.query('update users set is_active = false where is_superuser and id <> $1', [
    world.id,
  ]);
  return await ask(at, world);
};

const usedForAnother: Provoke = async (at, world) => {
  const headers = { 'idempotency-key': randomUUID() };
  await ask(at, world, { headers, id: await world.stack.user() });
  return await ask(at, world, { headers, id: await world.stack.user() });
};

const usedAlready: Provoke = async (at, world) => {
  const headers = { 'idempotency-key': `"${randomUUID()}"` };
  const { body } = await ask(at, world, { headers });
  await world.stack.query('update api_keys set last_used_at = now() where id = $1', [body.data.id]);
  return await ask(at, world, { headers });
};

/** By error code, or by the status of a success. A name with an operation is only for that operation. */
export const provocations: Readonly<Record<string, Provoke>> = {
  malformed_header: changed({ headers: { 'request-timeout': 'soon' } }),
  malformed_json: changed({ body: '{' }),
  request_timeout: stalled,
  body_too_large: changed({ body: ' '.repeat(64 * 1024 + 1) }),
  unsupported_media_type: changed({ headers: { 'content-type': 'text/plain' } }),
  validation_failed: withoutValidPart,
  conflicting_credentials: changed({ query: 'api_key=another' }),
  missing_api_key: changed({ key: '' }),
  invalid_api_key: changed({ key: mintApiKey() }),
  expired_api_key: withKey({ expires_at: LONG_AGO }),
  revoked_api_key: withKey({ revoked_at: LONG_AGO }),
  not_signed_in: (at, world) => ask(at, world, { key: '', headers: asPerson(world.endedCookie) }),
  cross_origin_request: (at, world) =>
    ask(at, world, { key: '', headers: { cookie: world.cookie, 'sec-fetch-site': 'cross-site' } }),
  address_not_allowed: withKey({ allowed_ips: ['198.51.100.0/24'] }),
  owner_inactive: withKey({}, { is_active: false }),
  'rotateOwnKey insufficient_scope': withKey({ short_lived: true }),
  insufficient_scope: withKey({ scopes: ['billing:write'] }, { is_superuser: false }),
  field_not_writable: withKey({ role: 'profile' }, undefined, { is_trial: true }),
  user_not_found: changed({ id: ANY_ID }),
  key_not_found: changed({ id: ANY_ID }),
  version_not_found: changed({ version: '9', body: { version: 9 } }),
  cursor_expired: afterRestore,
  'replayWebhook cursor_expired': replayAfterRestore,
  webhook_not_found: changed({ id: ANY_ID }),
  too_many_webhooks: fullOfWebhooks,
  user_exists: (at, world) => ask(at, world, { body: { email: newEmail(), id: world.id } }),
  user_erased: erasedBefore,
  last_superuser: last,
  batch_failed: changed({ headers: { prefer: 'atomic' } }),
  'updateUsers body_too_large': changed({ body: ' '.repeat(1024 * 1024 + 1) }),
  'createUser field_not_writable': withKey({ scopes: ['users:manage'] }, undefined, {
    email: newEmail(),
    is_trial: true,
  }),
  'createUser reference_not_found': changed({ body: { email: newEmail(), role_id: ANY_ID } }),
  'createUser database_busy': whileCreating,
  'createUser 200': changed({ headers: { prefer: 'validate-only' } }),
  'revertUser field_not_writable': beyondTheKey,
  'revertUser edit_conflict': undone,
  'revertUser email_taken': takenBack,
  'revertUser reference_not_found': lostRole,
  'eraseUser idempotency_key_reused': usedForAnother,
  key_not_live: notLive,
  key_already_used: usedAlready,
  too_many_keys: fullOfKeys,
  'createAppKey too_many_keys': fullOfAppKeys('id'),
  'exchangeToken too_many_keys': fullOfAppKeys('appUser'),
  'exchangeToken owner_inactive': whileInactive,
  invalid_token_request: changed({ body: 'grant_type=refresh_token' }),
  invalid_id_token: changed({ body: tokenForm('a.b.c') }),
  unknown_identity: (at, world) => ask(at, world, { body: tokenForm(world.idTokens.unknown) }),
  token_exchange_disabled: fromElsewhere('limited'),
  provider_unavailable: fromElsewhere('withoutProvider'),
  edit_conflict: conflicting,
  email_taken: takenEmail,
  precondition_failed: changed({ headers: { 'if-match': '"99"' } }),
  precondition_required: withoutCondition,
  reference_not_found: changed({ body: { role_id: ANY_ID } }),
  idempotency_key_reused: reused,
  rate_limited: tooOften,
  internal_error: (at, world) =>
    isKeyed(at) ? unknownVerdict(at, world) : ask(at, world, { on: world.broken }),
  database_unavailable: under({ status: 402, body: '{"message": "quota"}' }),
  // The Worker remembers for a second that its database was there.
  'getReadiness database_unavailable': async (at, world) => {
    await setTimeout(1050);
    return await under({ status: 402, body: '{"message": "quota"}' })(at, world);
  },
  database_busy: whileLocked,
  outcome_unknown: under('cut'),
  200: changed({}),
  201: changed({}),
  204: changed({ headers: { prefer: 'return=minimal' } }),
  304: changed({ headers: { 'if-none-match': '"1"' } }),
  302: changed({}),
  303: changed({ headers: { 'sec-fetch-site': 'same-origin' } }),
  'signIn 303': (at, world) => ask(at, world, { on: world.limited }),
  'getSession 200': (at, world) => ask(at, world, { headers: { cookie: world.cookie } }),
};
