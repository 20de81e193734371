import createFetchClient from 'openapi-fetch';
import type { paths } from './api.ts';
import { attempt, factsOf, type Received, type Sending } from './attempt.ts';
import { UnexpectedResponse } from './errors.ts';
import {
  type CallOptions,
  type ClientOptions,
  defaultRuntime,
  type Runtime,
  randomKey,
} from './options.ts';
import { backoff, isKeyEnded, mayRepeat, requestedWait } from './retry.ts';
import type { Operation } from './types.ts';

/** What can be sent, by method and path, typed by the document. */
export type Api = ReturnType<typeof createFetchClient<paths>>;

/** A call: which, and how it is sent. */
interface Call<Data> {
  operation: Operation;
  options: CallOptions;
  /** Needs no key. */
  open?: true;
  /** Succeeds with 204, without a body. */
  empty?: true;
  send: (
    api: Api,
    sending: Sending,
  ) => Promise<{ data?: Data; error?: unknown; response: Response }>;
}

/** Sends calls, each as often as is needed and safe. */
export class Calls {
  readonly options: ClientOptions;
  readonly runtime: Runtime;
  readonly #api: Api;
  /** What refreshKey returned last, or will return, in place of another key. */
  #renewal: { replaces: string | undefined; key: Promise<string> } | undefined;

  constructor(options: ClientOptions) {
    if (!/^https?:\/\/[^?#@\s]+$/.test(options.baseUrl))
      throw new TypeError(
        'baseUrl must be a URL such as https://api.example.com, without a query.',
      );
    this.options = options;
    this.runtime = { ...defaultRuntime, ...options.runtime };
    this.#api = createFetchClient<paths>({ baseUrl: options.baseUrl });
  }

  /** The header under which all attempts of a call take effect once; a new key if there is none. */
  once(idempotencyKey = this.newKey()) {
    return { 'Idempotency-Key': quoted(idempotencyKey) };
  }

  /** A new Idempotency-Key. */
  newKey(): string {
    return (this.options.newIdempotencyKey ?? randomKey)();
  }

  async call<Data>(call: Call<Data>): Promise<{ data: NonNullable<Data>; headers: Headers }> {
    const { data, headers } = await this.conditional(call);
    if (data != null) return { data, headers };
    throw new UnexpectedResponse(call.operation, factsOf(304, headers), 'without a condition');
  }

  /** Like `call`, but also accepts a response without data: a 304, or the 204 of an `empty` call. */
  async conditional<Data>(call: Call<Data>): Promise<Received<Data>> {
    const { signal, retries = this.options.retries ?? 3 } = call.options;
    const { maxWaitMs = 60_000 } = this.options;
    let isRenewed = false;
    let count = 0;
    for (let repeats = 0; ; repeats++) {
      let key: string | undefined;
      try {
        if (signal?.aborted) throw signal.reason;
        key = call.open ? undefined : await this.#key();
        return await this.#attempt(call, key, ++count);
      } catch (failure) {
        if (key && this.options.refreshKey && !isRenewed && isKeyEnded(failure)) {
          isRenewed = true;
          repeats--;
          this.#renew(key);
          continue;
        }
        const wait = requestedWait(failure);
        if (repeats >= retries || wait > maxWaitMs || !mayRepeat(failure)) throw failure;
        await this.runtime.sleep(wait + backoff(repeats, this.runtime.random), signal);
      }
    }
  }

  async #attempt<Data>(
    { operation, options, empty, send }: Call<Data>,
    key: string | undefined,
    count: number,
  ): Promise<Received<Data>> {
    const { onResponse, timeoutMs = 10_000 } = this.options;
    return attempt({
      operation,
      options,
      bodyless: empty ? 204 : 304,
      runtime: this.runtime,
      key,
      timeoutMs: options.timeoutMs ?? timeoutMs,
      send: (sending) => send(this.#api, sending),
      onResponse: ({ status, headers }) =>
        onResponse?.({ operation, attempt: count, status, headers }),
    });
  }

  /** Asks for another key in place of one that has ended, unless an earlier call with that key has. */
  #renew(ended: string | undefined): void {
    const { refreshKey } = this.options;
    if (!refreshKey || (this.#renewal && this.#renewal.replaces === ended)) return;
    const renewal = { replaces: ended, key: Promise.resolve().then(refreshKey) };
    this.#renewal = renewal;
    // Who waits for it gets the error; the next call asks again.
    renewal.key.catch(() => {
      if (this.#renewal === renewal) this.#renewal = undefined;
    });
  }

  /** Checked here, because the error of a header that is malformed has the whole header in it. */
  async #key(): Promise<string> {
    const { key, refreshKey } = this.options;
    if (key === undefined && refreshKey && !this.#renewal) this.#renew(undefined);
    const value =
      (await this.#renewal?.key) ?? (typeof key === 'function' ? await key() : (key ?? ''));
    if (/^[\x21-\x7e]+$/.test(value)) return value;
    throw new TypeError('The API key is empty or has invalid characters.');
  }
}

/** As a String of Structured Fields (RFC 9651). */
function quoted(key: string): string {
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return `"${key.replace(/["\\]/g, '\\$&')}"`;
  throw new TypeError('idempotencyKey must have 1 to 255 ASCII characters.');
}
