import type { Calls } from './calls.ts';
import type { FeedOptions } from './options.ts';
import type { FeedChange } from './types.ts';

/** The changes of users up to now, read page by page in a `for await`. */
export class Feed implements AsyncIterable<FeedChange> {
  readonly #calls: Calls;
  readonly #options: FeedOptions;
  #cursor: string | undefined;

  /** @internal */
  constructor(calls: Calls, options: FeedOptions) {
    this.#calls = calls;
    this.#options = options;
    this.#cursor = options.after;
  }

  /**
   * Where to go on. If the loop was left early, that is the start of a page of which some changes were
   * seen: they come again. Undefined if nothing was read.
   */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedChange, void, undefined> {
    for (let hasMore = true; hasMore; ) {
      const { data, meta } = await readFeed(this.#calls, { ...this.#options, after: this.#cursor });
      yield* data;
      this.#cursor = meta.next_cursor;
      hasMore = meta.has_more;
    }
  }
}

/** Reads one page. @internal */
export async function readFeed(calls: Calls, options: FeedOptions) {
  const { after, pageSize, userId, types, fields } = options;
  const query = {
    limit: pageSize ?? 100,
    ...(after !== undefined && { after }),
    ...(userId !== undefined && { user_id: userId }),
    ...(types && { types: types.join() }),
    ...(fields && { fields: fields.join() }),
  };
  const { data } = await calls.call({
    operation: 'listFeed',
    options,
    send: (api, sending) => api.GET('/api/v1/changes', { ...sending, params: { query } }),
  });
  return data;
}
