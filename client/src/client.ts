import { factsOf, type Sending, versionOf } from './attempt.ts';
import { type Api, Calls } from './calls.ts';
import { isProblem, UnexpectedResponse } from './errors.ts';
import { Keys } from './keys.ts';
import type { CallOptions, ClientOptions, UpdateOptions } from './options.ts';
import { backoff } from './retry.ts';
import type { Operation, UpdatedUser, User, UserUpdate, Version, VersionedUser } from './types.ts';

/** What an update may depend on. */
interface Conditions {
  'If-Match'?: Version;
  'Base-Version'?: Version;
}

/** A client of the edge-profile API. */
export class ProfileClient {
  /** Creates, retrieves, rotates and revokes API keys. */
  readonly keys: Keys;
  readonly #calls: Calls;

  constructor(options: ClientOptions) {
    this.#calls = new Calls(options);
    this.keys = new Keys(this.#calls);
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
    options: Omit<UpdateOptions, 'idempotencyKey'> & { tries?: number | undefined } = {},
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
    options: UpdateOptions = {},
  ): Promise<UpdatedUser> {
    return this.#write(userId, update, { 'Base-Version': named(version) }, options);
  }

  /** Sets fields whatever their values; with `version`, only if the user still has that version. */
  async setUser(
    userId: string,
    update: UserUpdate,
    { version, ...options }: UpdateOptions & { version?: Version | undefined } = {},
  ): Promise<UpdatedUser> {
    return this.#write(
      userId,
      update,
      version === undefined ? {} : { 'If-Match': named(version) },
      options,
    );
  }

  async #write(
    userId: string,
    update: UserUpdate,
    conditions: Conditions,
    { validateOnly, idempotencyKey, ...options }: UpdateOptions,
  ): Promise<UpdatedUser> {
    // What writes nothing needs no key; everything else has one, the same on each attempt.
    const once = validateOnly ? { Prefer: 'validate-only' } : this.#calls.once(idempotencyKey);
    const { data, headers } = await this.#calls.call({
      operation: 'updateUser',
      options,
      send: (api, sending) =>
        api.PUT('/api/v1/user/{user_id}', {
          ...sending,
          params: { path: { user_id: userId }, header: { ...conditions, ...once } },
          body: update,
        }),
    });
    return {
      user: data.data,
      version: requireVersion('updateUser', headers),
      mergedFrom: data.meta.merged_from ?? null,
      replayed: headers.get('Idempotency-Replayed') === 'true',
      validateOnly: data.meta.validate_only ?? false,
    };
  }
}

/** Without a condition, or with an empty one, an update would overwrite what nobody has seen. */
function named(version: Version): Version {
  if (version) return version;
  throw new TypeError('version must be the string that getUser returned.');
}

function requireVersion(operation: Operation, headers: Headers): Version {
  const version = versionOf(headers);
  if (version !== undefined) return version;
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
