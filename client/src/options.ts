import type { ChangeType, Operation, UserUpdate, Version } from './types.ts';

/** The options of a client. */
export interface ClientOptions {
  /** Where the API is served: `https://api.example.com`. */
  baseUrl: string;
  /**
   * The API key, or a function that returns it; called for each attempt, so that the key can change. May be
   * left out if there is `refreshKey`.
   */
  key?: string | (() => string | Promise<string>) | undefined;
  /**
   * Returns a new short-lived key. Called when the API refuses the key as expired, once for all requests that
   * had it; they are then sent again. Without `key`, called before the first request too.
   */
  refreshKey?: (() => Promise<string>) | undefined;
  /** How long an attempt may take, in milliseconds. Default 10,000. */
  timeoutMs?: number | undefined;
  /** The maximum number of retries, where that is safe. Default 3; 0 for none. */
  retries?: number | undefined;
  /** The longest `Retry-After` to wait for, in milliseconds; a longer one ends the call. Default 60,000. */
  maxWaitMs?: number | undefined;
  /** Called with the response of every attempt: for logs, and to notice a `Sunset`. */
  onResponse?: ((response: ResponseInfo) => void) | undefined;
  /** Creates the Idempotency-Key of a write; needed where the runtime has no `crypto`. */
  newIdempotencyKey?: (() => string) | undefined;
  /** The outside world, for tests and for unusual runtimes. */
  runtime?: Partial<Runtime> | undefined;
}

/** A response as `onResponse` gets it. */
export interface ResponseInfo {
  operation: Operation;
  /** 1 is the first. */
  attempt: number;
  status: number;
  headers: Headers;
}

/** The options of one call. */
export interface CallOptions {
  /** Ends the call, whatever it is doing or waiting for; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  retries?: number | undefined;
  /** Your own id of the call, of `A-Za-z0-9._-`. It appears in the API's log and change log. */
  requestId?: string | undefined;
}

/** The options of a call that takes effect once, however often it is sent. */
export interface IdempotentOptions extends CallOptions {
  /**
   * Your own, to retry even after a restart: 1 to 255 ASCII characters that you can find again. The same one
   * within 24 hours takes effect once. A random one if left out.
   */
  idempotencyKey?: string | undefined;
}

/** The options of a call that creates, changes or erases a user. */
export interface WriteOptions extends IdempotentOptions {
  /** A dry run: checks everything, returns the user as they would be, and writes nothing. */
  validateOnly?: boolean | undefined;
}

/** The options of a write that can depend on the version of the user. */
export interface ConditionalOptions extends WriteOptions {
  /** Writes only if the user still has this version; otherwise throws `precondition_failed`. */
  version?: Version | undefined;
}

/** The options of a list, which is read page by page. */
export interface ListOptions extends CallOptions {
  /** The maximum number of entries per request, 1 to 100. Default 100. */
  pageSize?: number | undefined;
}

/** Which users to list. */
export interface UserListOptions extends ListOptions {
  /**
   * Only users who were created or changed at this time or later, oldest change first. A user who changes
   * during the walk appears again. Go back five minutes before your last run: a change becomes visible late.
   */
  updatedSince?: Date | string | undefined;
  /** Only users with this Stripe customer id. */
  stripeCustomerId?: string | undefined;
}

/** Which changes of the feed to read. */
export interface FeedOptions extends ListOptions {
  /**
   * The `cursor` with which an earlier reading ended, or `latest` for a cursor without any changes. From the
   * oldest change that is kept if left out.
   */
  after?: string | undefined;
  /** Only changes of this user. */
  userId?: string | undefined;
  /** Only changes of these types. */
  types?: readonly ChangeType[] | undefined;
  /** Only changes of at least one of these fields, and erasures. */
  fields?: readonly (keyof UserUpdate)[] | undefined;
}

/** What the client needs from its surroundings. */
export interface Runtime {
  fetch: (request: Request) => Promise<Response>;
  /** Resolves after that time, or rejects when the signal is aborted. */
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to 1: spreads the repeats of many clients over time. Need not be unpredictable. */
  random: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
}

// Looked up at each call, so that whatever wraps or mocks the globals works.
export const defaultRuntime: Runtime = {
  fetch: (request) => fetch(request),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop);
    }),
  random: () => Math.random(),
  now: () => Date.now(),
};

/**
 * 128 bits that nobody else will have. Never Math.random: two updates under one key would be one,
 * and the second silently not happen.
 */
export function randomKey(): string {
  // Browsers have randomUUID on https only, React Native not at all.
  const { crypto } = globalThis as { crypto?: Partial<Crypto> };
  if (crypto?.randomUUID) return crypto.randomUUID();
  const bytes = crypto?.getRandomValues?.(new Uint8Array(16));
  if (!bytes)
    throw new Error(
      'This runtime has no crypto.getRandomValues: give the client newIdempotencyKey, or each update an idempotencyKey.',
    );
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
