import { randomUUID } from 'node:crypto';
import { mintApiKey } from '../../src/auth/api-key.ts';
import { NDJSON } from '../../src/http/body.ts';
import { newSecret } from '../../src/webhooks/signature.ts';
import type { ApiResponse } from './contract.ts';
import type { Json } from './document.ts';
import { KNOWN_ID } from './from-schema.ts';
import type { Draft } from './fuzz-requests.ts';
import type { People } from './oidc-people.ts';
import { NOBODY } from './provocations.ts';
import type { Stack } from './stack.ts';

const LATER = '2999-12-31T23:59:59Z';
/** The shortest Request-Timeout that is sent, in seconds: long enough for a slow machine. */
const MIN_TIMEOUT = 10;

/** The users and keys of the requests, so that valid ones can succeed. */
export class FuzzWorld {
  readonly #stack: Stack;
  readonly #owner: string;
  readonly #users: readonly string[];
  readonly #keys: Readonly<Record<string, string>>;
  readonly #cookie: string;
  /** The cookie of a user who may be signed out. */
  readonly #leaver: string;
  /** A user who was erased. */
  #erased = '';
  #creations = 0;
  /** What the owner got in an app. */
  readonly #idToken: string;

  private constructor(
    stack: Stack,
    owner: { id: string; cookie: string },
    leaver: { cookie: string },
    users: readonly string[],
    keys: Record<string, string>,
    idToken: string,
  ) {
    this.#stack = stack;
    this.#owner = owner.id;
    this.#cookie = owner.cookie;
    this.#leaver = leaver.cookie;
    this.#users = users;
    this.#keys = keys;
    this.#idToken = idToken;
  }

  /** `lanes`: the number of simultaneous requests, each about another user. */
  static async make(stack: Stack, people: People, lanes: number): Promise<FuzzWorld> {
    await stack.query('insert into roles values ($1, $2)', [KNOWN_ID, 'r']);
    await stack.query('insert into billing_plans values ($1, $2)', [KNOWN_ID, 'p']);
    const owner = await people.signedIn({ is_superuser: true });
    const leaver = await people.signedIn();
    const users = await Promise.all(Array.from({ length: lanes }, () => stack.user()));
    const keyOf = async (options: Parameters<Stack['key']>[1]) =>
      (await stack.key(owner.id, options)).key;
    const keys = {
      good: await keyOf({}),
      weak: await keyOf({ role: 'read_only' }),
      revoked: await keyOf({ revoked_at: new Date() }),
    };
    const idToken = await people.idToken({ id: `subject of ${owner.email}`, email: owner.email });
    const world = new FuzzWorld(stack, owner, leaver, users, keys, idToken);
    world.#erased = await world.#temporaryUser();
    await world.#asOwner('DELETE', `/user/${world.#erased}`);
    return world;
  }

  /** Sends a request, and then deletes the keys that were created for it and by it. */
  async send(draft: Draft, lane: number): Promise<ApiResponse> {
    const isSelf = draft.path.endsWith('/self/rotate');
    const key =
      isSelf || draft.path.includes('{key_id}') ? await this.#stack.key(this.#owner) : undefined;
    const webhookId = draft.path.includes('{webhook_id}') ? await this.#webhook() : undefined;
    const id = draft.id ?? key?.keyId ?? webhookId ?? (await this.#user(draft, lane));
    const path = draft.path.replace(/\{\w+\}/, id);
    const query = new URLSearchParams(draft.query);
    const headers = {
      ...this.#credentials(draft, query, isSelf ? key?.key : undefined),
      ...draft.headers,
    };
    const timeout = Number(draft.headers['Request-Timeout']);
    if (timeout < MIN_TIMEOUT && timeout > 0) headers['Request-Timeout'] = `${MIN_TIMEOUT}`;
    for (const name of ['cursor', 'after'])
      if (query.has(name) && draft.spoilt.length === 0)
        await this.#setCursor(name, path, query, headers);
    const response = await this.#stack.fetch(`${path}?${query}`, {
      method: draft.method,
      redirect: 'manual',
      headers,
      ...(!['GET', 'HEAD'].includes(draft.method) &&
        (draft.path.endsWith('/token') ? this.#form(draft) : bodyOf(draft, id))),
    });
    const gone = [key?.keyId, response.body?.data?.key && response.body.data.id].filter(Boolean);
    if (gone.length > 0) await this.#stack.query('delete from api_keys where id = any($1)', [gone]);
    const webhooks = [webhookId, response.body?.data?.secret && response.body.data.id].filter(
      Boolean,
    );
    if (webhooks.length > 0)
      await this.#stack.query('delete from webhooks where id = any($1)', [webhooks]);
    return response;
  }

  /** Returns a form; a valid one has a valid ID token, which has no nonce. */
  #form({ body, spoilt }: Draft): { body?: Content } {
    if (!body || 'raw' in body) return body ? { body: body.raw } : {};
    const { nonce, ...valid } = { ...body.json, subject_token: this.#idToken };
    const members = Object.entries(spoilt.length > 0 ? (body.json ?? {}) : valid);
    return {
      body: `${new URLSearchParams(members.map(([name, value]) => [name, String(value)]))}`,
    };
  }

  /** Inserts a webhook of the owner. It is paused, so nothing is delivered to it. */
  async #webhook(): Promise<string> {
    const [row] = await this.#stack.query<{ id: string }>(
      `insert into webhooks (id, owner_id, url, all_users, state, secret, cursor)
       select gen_random_uuid(), $1, $2, false, 'paused', $3, changes_after('{"latest": true}') -> 'cursor'
       returning id`,
      [this.#owner, NOBODY, newSecret()],
    );
    return row?.id ?? '';
  }

  /** Returns the id of the user whom a request is about, or whom it will create. */
  #user({ method, path }: Draft, lane: number): Promise<string> | string {
    if (path.startsWith('/api/v1/user/') && (method === 'DELETE' || path.includes('/revert')))
      return this.#temporaryUser();
    const known = this.#users[lane] ?? '';
    if (path !== '/api/v1/user' || method === 'PATCH') return known;
    const ids = [randomUUID(), randomUUID(), randomUUID(), known, this.#erased];
    return ids[this.#creations++ % ids.length] ?? '';
  }

  /** Creates a user with the versions 1 and 2, who may be erased. */
  async #temporaryUser(): Promise<string> {
    const id = await this.#stack.user();
    await this.#asOwner('PUT', `/user/${id}`, { phone: '1' });
    return id;
  }

  #asOwner(method: string, path: string, body?: object): Promise<ApiResponse> {
    return this.#stack.call(method, path, this.#keys['good'] ?? '', body);
  }

  /** Sets the cursor of the second page, or none if there is only one. */
  async #setCursor(
    name: string,
    path: string,
    query: URLSearchParams,
    headers: Record<string, string>,
  ) {
    query.delete(name);
    const first = new URLSearchParams(query);
    first.set('limit', '1');
    const { body } = await this.#stack.fetch(`${path}?${first}`, { headers });
    if (body.meta.next_cursor) query.set(name, body.meta.next_cursor);
  }

  /** Returns the credentials as headers, or in the query. With a cookie, also the headers of a browser. */
  #credentials(
    { by, path }: Draft,
    query: URLSearchParams,
    good = this.#keys['good'] ?? '',
  ): Record<string, string> {
    const { weak = '', revoked = '' } = this.#keys;
    if (by === 'key_in_query' || by === 'two') query.append('api_key', good);
    const cookie = path.startsWith('/auth/logout') ? this.#leaver : this.#cookie;
    const ways: Record<string, Record<string, string>> = {
      bearer: { Authorization: `Bearer ${good}` },
      key_in_header: { 'X-API-Key': good },
      session: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' },
      nobody: { 'Sec-Fetch-Site': 'same-origin' },
      two: { 'X-API-Key': weak },
      weak: { 'X-API-Key': weak },
      revoked: { 'X-API-Key': revoked },
      malformed: { Authorization: 'Bearer in-nonsense' },
      unknown: { Authorization: `Bearer ${mintApiKey()}` },
    };
    return ways[by] ?? {};
  }
}

/**
 * Returns the body, corrected where no schema can express a rule: the id equals the one in the path,
 * expiry is in the future, names have no invisible characters.
 */
function bodyOf({ body, spoilt, headers }: Draft, id: string): { body?: Content } {
  if (!body) return {};
  if ('raw' in body) return { body: body.raw };
  const { json } = body;
  if (headers['Content-Type'] === NDJSON && Array.isArray(json))
    return {
      body: itemsOf(json, id)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(''),
    };
  if (Array.isArray(json)) return { body: JSON.stringify(itemsOf(json, id)) };
  if (spoilt.length > 0) return { body: JSON.stringify(json) };
  return {
    body: JSON.stringify({
      ...json,
      ...('id' in json && { id }),
      ...(json.expires_at && { expires_at: LATER }),
      ...(json.url && { url: NOBODY }),
      // A pattern cannot say what an address is.
      ...(json.allowed_ips && { allowed_ips: ['127.0.0.1', '2001:db8::/32'] }),
      ...(json.name && { name: seen(json.name) }),
      ...(json.description && { description: seen(json.description) }),
    }),
  };
}

type Content = string | Uint8Array<ArrayBuffer>;

/** Returns the items, every other one about the user of this request, with the same id in its fields. */
const itemsOf = (items: Json[], id: string): Json[] =>
  items.map((item, i) =>
    i % 2 === 0 && item?.id
      ? { ...item, id, fields: { ...item.fields, ...(item.fields?.id && { id }) } }
      : item,
  );

/** Returns a text without invisible characters. It does not use the Worker's rule, which is under test. */
const seen = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu, 'x');
