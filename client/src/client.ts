import type { operations } from './api.ts';
import { factsOf, type Sending, versionOf } from './attempt.ts';
import { type BatchOptions, type BatchResult, type BatchUpdate, updateAll } from './batch.ts';
import { type Api, Calls } from './calls.ts';
import { isProblem, UnexpectedResponse } from './errors.ts';
import { Feed, readFeed } from './feed.ts';
import { Keys } from './keys.ts';
import type {
  CallOptions,
  ClientOptions,
  ConditionalOptions,
  FeedOptions,
  ListOptions,
  UserListOptions,
  WriteOptions,
} from './options.ts';
import { allPages, type Page } from './pages.ts';
import { backoff } from './retry.ts';
import type {
  Change,
  NewUser,
  Operation,
  Revert,
  UpdatedUser,
  User,
  UserExport,
  UserSearch,
  UserUpdate,
  Version,
  VersionedUser,
  WrittenUser,
} from './types.ts';
import { Webhooks } from './webhooks.ts';

type UsersQuery = NonNullable<operations['listUsers']['parameters']['query']>;

/** What an update may depend on. */
interface Conditions {
  'If-Match'?: Version;
  'Base-Version'?: Version;
}

/** A client of the edge-profile API. */
export class ProfileClient {
  /** Creates, retrieves, rotates and revokes API keys. */
  readonly keys: Keys;
  /** Creates webhooks, tests them, and shows what was delivered. */
  readonly webhooks: Webhooks;
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    this.#calls = new Calls(options);
    this.keys = new Keys(this.#calls);
    this.webhooks = new Webhooks(this.#calls);
  }

  /** Creates a user. All attempts share an Idempotency-Key, so there is one user. */
  async createUser(draft: NewUser, options: WriteOptions = {}): Promise<WrittenUser> {
    const header = this.#once(options);
    const { data, headers } = await this.#calls.call({
      operation: 'createUser',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/user', { ...sending, params: { header }, body: draft }),
    });
    return written('createUser', data, headers);
  }

  /** Returns a user and their version. */
  async getUser(userId: string, options: CallOptions = {}): Promise<VersionedUser> {
    const { data, headers } = await this.#calls.call(readCall(userId, {}, options));
    return { user: data.data, version: requireVersion('getUser', headers) };
  }

  /** Returns a user, or null if they still have that version. */
  async getUserIfChanged(
    userId: string,
    version: Version,
    options: CallOptions = {},
  ): Promise<VersionedUser | null> {
    const condition = { 'If-None-Match': version };
    const { data, headers } = await this.#calls.conditional(readCall(userId, condition, options));
    return data ? { user: data.data, version: requireVersion('getUser', headers) } : null;
  }

  /**
   * Updates a user from their current values: `change` gets the user and returns the fields to change, or
   * null for none. If someone else changes the user in between, reads the user and calls `change` again, up
   * to `tries` times (default 5); then throws `precondition_failed`.
   */
  async updateUser(
    userId: string,
    change: (user: User) => UserUpdate | null | Promise<UserUpdate | null>,
    options: Omit<WriteOptions, 'idempotencyKey'> & { tries?: number | undefined } = {},
  ): Promise<UpdatedUser> {
    const { runtime } = this.#calls;
    for (let tried = 1; ; tried++) {
      const before = await this.getUser(userId, options);
      const update = await change(before.user);
      if (update === null)
        return { ...before, mergedFrom: null, replayed: false, validateOnly: false };
      try {
        return await this.#write(userId, update, { 'If-Match': before.version }, options);
      } catch (error) {
        const overtaken = isProblem(error, 'updateUser') && error.code === 'precondition_failed';
        if (!overtaken || tried >= (options.tries ?? 5)) throw error;
        await runtime.sleep(backoff(tried - 1, runtime.random), options.signal);
      }
    }
  }

  /**
   * Updates a user from an earlier version, such as the one that filled in a form. Keeps what others have
   * changed since, unless the same fields have changed: then throws `edit_conflict` with `conflicts`.
   */
  async updateUserFrom(
    userId: string,
    version: Version,
    update: UserUpdate,
    options: WriteOptions = {},
  ): Promise<UpdatedUser> {
    return this.#write(userId, update, { 'Base-Version': named(version) }, options);
  }

  /** Sets fields whatever their values; with `version`, only if the user still has that version. */
  async setUser(
    userId: string,
    update: UserUpdate,
    options: ConditionalOptions = {},
  ): Promise<UpdatedUser> {
    return this.#write(userId, update, ifMatch(options), options);
  }

  /**
   * Updates many users, up to 1,000 in a request. Returns a result for each, in the same order: an update
   * that fails does not affect the others. Sends again what failed and may succeed then. If a request fails
   * for good, its updates and those after it get the error. Throws only the reason of your own signal.
   */
  updateUsers(updates: readonly BatchUpdate[], options: BatchOptions = {}): Promise<BatchResult[]> {
    return updateAll(this.#calls, updates, options);
  }

  /**
   * Erases a user and everything that is stored about them. If the owner of the key erases themselves and
   * the response is lost, the retry gets `invalid_api_key`, because the key is erased, too.
   */
  async eraseUser(userId: string, options: ConditionalOptions = {}): Promise<void> {
    const header = { ...ifMatch(options), ...this.#once(options) };
    await this.#calls.conditional({
      operation: 'eraseUser',
      options,
      empty: true,
      send: (api, sending) =>
        api.DELETE('/api/v1/user/{user_id}', {
          ...sending,
          params: { path: { user_id: userId }, header },
        }),
    });
  }

  /** Returns the users whom the key can read, with their versions. Reads the next page when it is needed. */
  listUsers(options: UserListOptions = {}): AsyncGenerator<VersionedUser, void, undefined> {
    const { updatedSince: since, stripeCustomerId } = options;
    const filters = {
      ...(since !== undefined && {
        updated_since: typeof since === 'string' ? since : since.toISOString(),
      }),
      ...(stripeCustomerId !== undefined && { stripe_customer_id: stripeCustomerId }),
    };
    return allPages(options.pageSize, (page) => this.#usersPage({ ...filters, ...page }, options));
  }

  /**
   * Returns the user with an e-mail address, in any case, or with a Stripe customer id; undefined if there is
   * none. If several have the same Stripe customer id, returns one; `listUsers` returns all.
   */
  async findUser(
    { email, stripeCustomerId }: UserSearch,
    options: CallOptions = {},
  ): Promise<VersionedUser | undefined> {
    const filter = email ? { email } : stripeCustomerId && { stripe_customer_id: stripeCustomerId };
    if (!filter) throw new TypeError('findUser needs an e-mail address or a Stripe customer id.');
    const { items } = await this.#usersPage({ ...filter, limit: 1 }, options);
    return items[0];
  }

  async #usersPage(query: UsersQuery, options: CallOptions): Promise<Page<VersionedUser>> {
    const { data, headers } = await this.#calls.call({
      operation: 'listUsers',
      options,
      send: (api, sending) => api.GET('/api/v1/user', { ...sending, params: { query } }),
    });
    const { etags, next_cursor } = data.meta;
    const items = data.data.map((user, i) => ({
      user,
      version: requireVersion('listUsers', headers, etags[i] ?? ''),
    }));
    return { items, nextCursor: next_cursor };
  }

  /** Returns the change log of a user, newest first. Reads the next page when it is needed. */
  listChanges(userId: string, options: ListOptions = {}): AsyncGenerator<Change, void, undefined> {
    return allPages(options.pageSize, async (query) => {
      const { data } = await this.#calls.call({
        operation: 'listChanges',
        options,
        send: (api, sending) =>
          api.GET('/api/v1/user/{user_id}/changes', {
            ...sending,
            params: { path: { user_id: userId }, query },
          }),
      });
      return { items: data.data, nextCursor: data.meta.next_cursor };
    });
  }

  /**
   * Returns the changes of all users up to now, those of each user in order, and each once. Store its
   * `cursor` when the loop has ended, and send that as `after` the next time.
   */
  changes(options: FeedOptions = {}): Feed {
    return new Feed(this.#calls, options);
  }

  /** Returns a cursor from which only later changes follow. */
  async latestCursor(options: CallOptions = {}): Promise<string> {
    const { meta } = await readFeed(this.#calls, { ...options, after: 'latest' });
    return meta.next_cursor;
  }

  /** Returns a user as of a version, by its number, such as `version` of a change. */
  async getVersion(
    userId: string,
    version: number,
    options: CallOptions = {},
  ): Promise<VersionedUser> {
    const { data, headers } = await this.#calls.call({
      operation: 'getVersion',
      options,
      send: (api, sending) =>
        api.GET('/api/v1/user/{user_id}/versions/{version}', {
          ...sending,
          params: { path: { user_id: userId, version } },
        }),
    });
    return { user: data.data, version: requireVersion('getVersion', headers) };
  }

  /**
   * Restores a user as of `version`, or takes back one change, `undo`, unless a later one changed the same
   * fields: then throws `edit_conflict`. Either is an update, with a new version.
   */
  async revertUser(
    userId: string,
    revert: Revert,
    options: ConditionalOptions = {},
  ): Promise<UpdatedUser> {
    const header = { ...ifMatch(options), ...this.#once(options) };
    const { data, headers } = await this.#calls.call({
      operation: 'revertUser',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/user/{user_id}/revert', {
          ...sending,
          params: { path: { user_id: userId }, header },
          body: revert,
        }),
    });
    return updated('revertUser', data, headers);
  }

  /** Returns everything that is stored about a user, without secrets. */
  async exportUser(userId: string, options: CallOptions = {}): Promise<UserExport> {
    const { data } = await this.#calls.call({
      operation: 'exportUser',
      options,
      send: (api, sending) =>
        api.GET('/api/v1/user/{user_id}/export', {
          ...sending,
          params: { path: { user_id: userId } },
        }),
    });
    return data.data;
  }

  async #write(
    userId: string,
    update: UserUpdate,
    conditions: Conditions,
    options: WriteOptions,
  ): Promise<UpdatedUser> {
    const header = { ...conditions, ...this.#once(options) };
    const { data, headers } = await this.#calls.call({
      operation: 'updateUser',
      options,
      send: (api, sending) =>
        api.PUT('/api/v1/user/{user_id}', {
          ...sending,
          params: { path: { user_id: userId }, header },
          body: update,
        }),
    });
    return updated('updateUser', data, headers);
  }

  /** A write takes effect once, so all its attempts have the same key; a dry run needs none. */
  #once({ validateOnly, idempotencyKey }: WriteOptions) {
    return validateOnly ? { Prefer: 'validate-only' } : this.#calls.once(idempotencyKey);
  }
}

const ifMatch = ({ version }: ConditionalOptions): Conditions =>
  version === undefined ? {} : { 'If-Match': named(version) };

/** Without a condition, or with an empty one, an update would overwrite what nobody has seen. */
function named(version: Version): Version {
  if (version) return version;
  throw new TypeError('version must be the string that getUser returned.');
}

/** The body of the response to a write. */
interface Body {
  data: User;
  meta: { merged_from?: number; validate_only?: boolean };
}

const written = (operation: Operation, { data, meta }: Body, headers: Headers): WrittenUser => ({
  user: data,
  version: requireVersion(operation, headers),
  replayed: headers.get('Idempotency-Replayed') === 'true',
  validateOnly: meta.validate_only ?? false,
});

const updated = (operation: Operation, body: Body, headers: Headers): UpdatedUser => ({
  ...written(operation, body, headers),
  mergedFrom: body.meta.merged_from ?? null,
});

function requireVersion(
  operation: Operation,
  headers: Headers,
  version = versionOf(headers),
): Version {
  if (version) return version;
  throw new UnexpectedResponse(operation, factsOf(200, headers), 'the ETag is missing');
}

const readCall = (userId: string, header: { 'If-None-Match'?: Version }, options: CallOptions) =>
  ({
    operation: 'getUser',
    options,
    send: (api: Api, sending: Sending) =>
      api.GET('/api/v1/user/{user_id}', {
        ...sending,
        params: { path: { user_id: userId }, header },
      }),
  }) as const;
