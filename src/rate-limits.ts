import { ApiError } from './errors.ts';

/** A rate-limit binding of the platform, which counts per location; limits stand in wrangler.toml. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** A limit and what to tell of it: so many requests (`quota`) in so many seconds (`window`). */
export interface RateLimit {
  name: 'key' | 'address';
  limiter: RateLimiter;
  quota: number;
  window: number;
}

/** Throws rate_limited if there were too many for this key of the limiter, this one counted. */
export async function count(limit: RateLimit, key: string): Promise<void> {
  const { success } = await limit.limiter.limit({ key });
  if (!success) throw tooMany(limit);
}

/**
 * The addresses that have sent too many refused keys, until when. In this isolate only: the binding
 * can count but not be asked, and asking the database once more is what is to be avoided. What is
 * forgotten here costs one more count.
 */
const barred = new Map<string, number>();
const MOST_REMEMBERED = 10_000;

/** Counts a request that was refused for its key. Throws rate_limited, and from then on demandUnbarred does. */
export async function countRefusal(limit: RateLimit, address: string): Promise<void> {
  try {
    await count(limit, address);
  } catch (error) {
    if (barred.size >= MOST_REMEMBERED) barred.clear();
    barred.set(address, Date.now() + limit.window * 1000);
    throw error;
  }
}

/** Throws rate_limited for an address that has sent too many refused keys of late. */
export function demandUnbarred(limit: RateLimit, address: string): void {
  const until = barred.get(address);
  if (until === undefined) return;
  if (until > Date.now()) throw tooMany(limit);
  barred.delete(address);
}

/** RateLimit-Policy: draft-ietf-httpapi-ratelimit-headers, section 3. */
const tooMany = ({ name, quota, window }: RateLimit): ApiError =>
  new ApiError(
    'rate_limited',
    name === 'key'
      ? 'This key has sent too many requests; wait and send fewer.'
      : 'This address has sent too many requests of this kind, or with keys that were refused; wait.',
    {
      headers: {
        'Retry-After': `${window}`,
        'RateLimit-Policy': `"${name}";q=${quota};w=${window}`,
      },
    },
  );
