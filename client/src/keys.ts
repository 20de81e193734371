import type { Calls } from './calls.ts';
import type { CallOptions } from './options.ts';
import type { ApiKey, KeyDraft, KeyPage, NewApiKey, OwnApiKey, Rotation } from './types.ts';

/** Which page of a list. */
export interface PageOptions extends CallOptions {
  /** How many keys a page has, 1 to 100. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | null | undefined;
}

/** The keys of the owner of the key that asks. */
export class Keys {
  readonly #calls: Calls;

  /** @internal */
  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Makes a key; the answer shows it whole, this once. Not repeated unless it surely was not made. */
  async create(draft: KeyDraft, options: CallOptions = {}): Promise<NewApiKey> {
    const { data } = await this.#calls.call({
      operation: 'createKey',
      repeatable: 'not_applied',
      options,
      send: (api, sending) => api.POST('/api/v1/keys', { ...sending, body: draft }),
    });
    return data.data;
  }

  /** A page of the keys, the newest first; those that have ended too. */
  async list({ limit, cursor, ...options }: PageOptions = {}): Promise<KeyPage> {
    const query = { ...(limit !== undefined && { limit }), ...(cursor && { cursor }) };
    const { data } = await this.#calls.call({
      operation: 'listKeys',
      repeatable: 'always',
      options,
      send: (api, sending) => api.GET('/api/v1/keys', { ...sending, params: { query } }),
    });
    return { keys: data.data, nextCursor: data.meta.next_cursor };
  }

  /** What the key that asks may do now, and until when. */
  async self(options: CallOptions = {}): Promise<OwnApiKey> {
    const { data } = await this.#calls.call({
      operation: 'getOwnKey',
      repeatable: 'always',
      options,
      send: (api, sending) => api.GET('/api/v1/keys/self', { ...sending }),
    });
    return data.data;
  }

  /** One key: everything but the key itself. */
  async get(keyId: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#calls.call({
      operation: 'getKey',
      repeatable: 'always',
      options,
      send: (api, sending) =>
        api.GET('/api/v1/keys/{key_id}', { ...sending, params: { path: { key_id: keyId } } }),
    });
    return data.data;
  }

  /**
   * Makes a key with the same rights; the old one lives on for `grace` seconds. Not repeated unless it
   * surely was not made.
   */
  async rotate(
    keyId: string,
    rotation: Rotation = {},
    options: CallOptions = {},
  ): Promise<NewApiKey> {
    const { data } = await this.#calls.call({
      operation: 'rotateKey',
      repeatable: 'not_applied',
      options,
      send: (api, sending) =>
        api.POST('/api/v1/keys/{key_id}/rotate', {
          ...sending,
          params: { path: { key_id: keyId } },
          body: rotation,
        }),
    });
    return data.data;
  }

  /** Ends a key with the very next request; to end it again is no error. */
  async revoke(keyId: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#calls.call({
      operation: 'revokeKey',
      repeatable: 'always',
      options,
      send: (api, sending) =>
        api.DELETE('/api/v1/keys/{key_id}', { ...sending, params: { path: { key_id: keyId } } }),
    });
    return data.data;
  }

  /** Revokes a key that has leaked, whoever's it is; does not tell whether it was one. */
  async report(key: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.call({
      operation: 'reportKey',
      repeatable: 'always',
      open: true,
      options,
      send: (api, sending) => api.POST('/api/v1/keys/report', { ...sending, body: { key } }),
    });
  }
}
