import { ApiError, kindOf } from './errors.ts';
import { networkOf } from './http/ip-address.ts';
import { siteOf } from './http/request.ts';

/** A rate-limit binding of the platform, which counts per location; wrangler.toml has the limits. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** A limit and how it is described: so many requests (`quota`) in so many seconds (`window`). */
export interface RateLimit {
  name: 'key' | 'address';
  limiter: RateLimiter;
  quota: number;
  window: number;
}

/**
 * Whom a request counts against: the client's address, or of IPv6 the network. What pages of other sites make browsers at that
 * address send counts apart, so that it cannot use up what everybody else there has.
 */
export function clientOf(request: Request): string {
  const site = siteOf(request) ?? 'none';
  const source = site === 'none' || site === 'same-origin' ? 'own' : 'web';
  return `${source} ${networkOf(request)}`;
}

/** Counts a request for this key of the limiter; returns whether it is within the limit. */
export const isWithin = async ({ limiter }: RateLimit, key: string): Promise<boolean> =>
  (await limiter.limit({ key })).success;

/** Throws rate_limited if there were too many for this key of the limiter, this one counted. */
export async function count(limit: RateLimit, key: string): Promise<void> {
  if (!(await isWithin(limit, key))) throw tooMany(limit, Date.now());
}

/** Counts as `count` does, so many times. */
export const countTimes = (limit: RateLimit, key: string, times: number): Promise<unknown> =>
  Promise.all(Array.from({ length: times }, () => count(limit, key)));

/**
 * Names that are remembered until a time, in this isolate only. Of more than `most`, those that were
 * noted first are forgotten early. Times are in milliseconds since 1970.
 */
export class ShortMemory {
  readonly #until = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  remember(name: string, until: number): void {
    this.#until.delete(name); // A map keeps the place of a name that it has; this is the latest.
    this.#until.set(name, until);
    const [first] = this.#until.keys();
    if (first !== undefined && this.#until.size > this.#most) this.#until.delete(first);
  }

  forget(name: string): void {
    this.#until.delete(name);
  }

  has(name: string, now: number): boolean {
    const until = this.#until.get(name);
    if (until === undefined) return false;
    if (until <= now) this.#until.delete(name);
    return until > now;
  }
}

const MOST_REMEMBERED = 10_000;

/**
 * The clients that have sent too many refused credentials. In this isolate only: the binding can count but
 * not be read, and the database must not be asked again. What is forgotten here costs one more count.
 */
const blockedClients = new ShortMemory(MOST_REMEMBERED);

/** The credentials that the database has accepted lately. They are no guesses, so no bar concerns them. */
const accepted = new ShortMemory(MOST_REMEMBERED);
const ACCEPTED_MS = 60 * 60 * 1000;

/** Notes that the database has accepted a credential just now. */
export const noteAccepted = (credential: string): void =>
  accepted.remember(credential, Date.now() + ACCEPTED_MS);

/** Whether the database has accepted a credential lately, as far as this isolate knows. */
const wasAccepted = (credential: string): boolean => accepted.has(credential, Date.now());

/**
 * Counts what may be a guess against the address. Throws rate_limited if there were too many. `credential`:
 * its name, or nothing; `isFromDatabase`: whether it cost a look into the database.
 */
export async function countFailure(
  limit: RateLimit,
  { code }: ApiError,
  {
    client,
    credential,
    isFromDatabase,
  }: { client: string; credential: string; isFromDatabase: boolean },
): Promise<void> {
  if (kindOf(code).countsAgainstAddress) {
    // Only keys that cost a look into the database bar an address: any web page can send none.
    if (isFromDatabase) await countRefusal(limit, client, credential);
    else await count(limit, `edge ${client}`);
  }
  // Nobody has looked that key up, so it is worth no more than a refused one.
  if (code === 'request_timeout' && !wasAccepted(credential))
    await countRefusal(limit, client, credential);
}

/**
 * Counts a request that was refused for its credential. Throws rate_limited if there were too many of
 * this client; then requireNotBlocked does until the window ends.
 */
async function countRefusal(limit: RateLimit, client: string, credential: string): Promise<void> {
  accepted.forget(credential);
  if (await isWithin(limit, client)) return;
  const now = Date.now();
  blockedClients.remember(client, now + secondsLeft(limit.window, now) * 1000);
  throw tooMany(limit, now);
}

/** Throws rate_limited for a client that has sent too many refused credentials, unless this one is good. */
export function requireNotBlocked(limit: RateLimit, client: string, credential: string): void {
  const now = Date.now();
  if (blockedClients.has(client, now) && !wasAccepted(credential)) throw tooMany(limit, now);
}

/**
 * How many seconds of the window are left: 1 to all of it. As far as one can know: a limiter says yes
 * or no and nothing else; locally its windows follow the wall clock, and Cloudflare documents none.
 */
export const secondsLeft = (window: number, now: number): number =>
  window - (Math.floor(now / 1000) % window);

/** The description of a limit. */
type Policy = Omit<RateLimit, 'limiter'>;

/** RateLimit-Policy: draft-ietf-httpapi-ratelimit-headers, section 3. */
export const policyOf = ({ name, quota, window }: Policy): string =>
  `"${name}";q=${quota};w=${window}`;

export const tooMany = (limit: Policy, now: number): ApiError =>
  new ApiError(
    'rate_limited',
    limit.name === 'key'
      ? 'Wait for the time in Retry-After and try again; this key has sent too many requests.'
      : 'Wait for the time in Retry-After and try again; this address has sent too many requests or invalid keys.',
    {
      headers: {
        'Retry-After': `${secondsLeft(limit.window, now)}`,
        'RateLimit-Policy': policyOf(limit),
      },
    },
  );
