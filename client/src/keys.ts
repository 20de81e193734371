import type { Calls } from './calls.ts';
import type { CallOptions, IdempotentOptions } from './options.ts';
import type {
  ApiKey,
  AppKeyDraft,
  KeyDraft,
  KeyPage,
  KeyUpdate,
  NewApiKey,
  OwnApiKey,
  RotatedApiKey,
  Rotation,
} from './types.ts';

/** Which keys, and which page of their list. */
export interface PageOptions extends CallOptions {
  /** Only keys in this state. */
  state?: ApiKey['state'] | undefined;
  /** The maximum number of keys per page, 1 to 100. */
  limit?: number | undefined;
  /** The `nextCursor` of the previous page. */
  cursor?: string | null | undefined;
}

/** The keys of the caller. */
export class Keys {
  readonly #calls: Calls;

  /** @internal */
  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /**
   * Creates a key and returns it whole, this once. All attempts share an Idempotency-Key, so there is one
   * key; throws `key_already_used` if an earlier attempt's key is in use already.
   */
  async create(
    draft: KeyDraft,
    { idempotencyKey, ...options }: IdempotentOptions = {},
  ): Promise<NewApiKey> {
    const header = this.#calls.once(idempotencyKey);
    const { data } = await this.#calls.call({
      operation: 'createKey',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/keys', { ...sending, params: { header }, body: draft }),
    });
    return data.data;
  }

  /** Returns a page of keys, newest first; without `state` including expired and revoked keys. */
  async list({ limit, cursor, state, ...options }: PageOptions = {}): Promise<KeyPage> {
    const query = {
      ...(limit !== undefined && { limit }),
      ...(cursor && { cursor }),
      ...(state && { state }),
    };
    const { data } = await this.#calls.call({
      operation: 'listKeys',
      options,
      send: (api, sending) => api.GET('/api/v1/keys', { ...sending, params: { query } }),
    });
    return { keys: data.data, nextCursor: data.meta.next_cursor };
  }

  /** Returns the current key: what it may do now, and when it expires. */
  async self(options: CallOptions = {}): Promise<OwnApiKey> {
    const { data } = await this.#calls.call({
      operation: 'getOwnKey',
      options,
      send: (api, sending) => api.GET('/api/v1/keys/self', { ...sending }),
    });
    return data.data;
  }

  /** Returns a key, without the key itself. */
  async get(keyId: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#calls.call({
      operation: 'getKey',
      options,
      send: (api, sending) =>
        api.GET('/api/v1/keys/{key_id}', { ...sending, params: { path: { key_id: keyId } } }),
    });
    return data.data;
  }

  /**
   * Creates a short-lived key of a user, for an app, and returns it whole, this once. All attempts share an
   * Idempotency-Key, so there is one key.
   */
  async createForApp(
    userId: string,
    draft: AppKeyDraft,
    { idempotencyKey, ...options }: IdempotentOptions = {},
  ): Promise<NewApiKey> {
    const header = this.#calls.once(idempotencyKey);
    const { data } = await this.#calls.call({
      operation: 'createAppKey',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/user/{user_id}/keys', {
          ...sending,
          params: { path: { user_id: userId }, header },
          body: draft,
        }),
    });
    return data.data;
  }

  /** Changes a key, whose rights can only become fewer. What is absent stays as it is. */
  async update(keyId: string, update: KeyUpdate, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#calls.call({
      operation: 'updateKey',
      options,
      send: (api, sending) =>
        api.PATCH('/api/v1/keys/{key_id}', {
          ...sending,
          params: { path: { key_id: keyId } },
          body: update,
        }),
    });
    return data.data;
  }

  /**
   * Creates a key with the same rights. Without `grace` (in seconds) the old key works until the new one is
   * first used, at most 24 hours. All attempts share an Idempotency-Key, so there is one successor.
   */
  async rotate(
    keyId: string,
    rotation: Rotation = {},
    { idempotencyKey, ...options }: IdempotentOptions = {},
  ): Promise<RotatedApiKey> {
    const header = this.#calls.once(idempotencyKey);
    const { data } = await this.#calls.call({
      operation: 'rotateKey',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/keys/{key_id}/rotate', {
          ...sending,
          params: { path: { key_id: keyId }, header },
          body: rotation,
        }),
    });
    return { ...data.data, replaced: data.meta.replaced };
  }

  /** Same, for the key of this client; any active key may. Use the new key from then on. */
  async rotateSelf(
    rotation: Rotation = {},
    { idempotencyKey, ...options }: IdempotentOptions = {},
  ): Promise<RotatedApiKey> {
    const header = this.#calls.once(idempotencyKey);
    const { data } = await this.#calls.call({
      operation: 'rotateOwnKey',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/keys/self/rotate', { ...sending, params: { header }, body: rotation }),
    });
    return { ...data.data, replaced: data.meta.replaced };
  }

  /** Revokes a key, from the next request on; revoking it again is not an error. */
  async revoke(keyId: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#calls.call({
      operation: 'revokeKey',
      options,
      send: (api, sending) =>
        api.DELETE('/api/v1/keys/{key_id}', { ...sending, params: { path: { key_id: keyId } } }),
    });
    return data.data;
  }

  /** Revokes a leaked key of any owner; does not reveal whether it was a key. */
  async report(key: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.call({
      operation: 'reportKey',
      open: true,
      options,
      send: (api, sending) => api.POST('/api/v1/keys/report', { ...sending, body: { key } }),
    });
  }
}
