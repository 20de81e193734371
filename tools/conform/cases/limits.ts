import { mintApiKey } from '../../../src/auth/api-key.ts';
import type { Topic } from '../case.ts';
import { CaseFailure, expectError, expectTrue } from '../check.ts';
import type { ApiResponse } from '../contract.ts';
import type { Subject } from '../subject.ts';

/** More than any limit of the contract. */
const MOST = 1500;
const AT_ONCE = 10;

/** Sends requests until one returns 429. Returns that response. */
async function exhaust(subject: Subject, nextRequest: () => { path: string; key: string | null }) {
  for (let sent = 0; sent < MOST; sent += AT_ONCE) {
    const responses = await Promise.all(
      Array.from({ length: AT_ONCE }, () => subject.api.once(nextRequest())),
    );
    const limited = responses.find(({ status }) => status === 429);
    if (limited) return limited;
  }
  throw new CaseFailure(`${MOST} requests returned no 429`);
}

function checkLimited(response: ApiResponse, name: string): void {
  expectError(response, 429, 'rate_limited');
  const seconds = Number(response.headers.get('Retry-After'));
  expectTrue(
    `"Retry-After is whole seconds: ${seconds}"`,
    Number.isInteger(seconds) && seconds > 0,
  );
  const policy = response.headers.get('RateLimit-Policy') ?? 'missing';
  expectTrue(
    `"RateLimit-Policy names the limit: ${policy}"`,
    new RegExp(`^"${name}";q=\\d+;w=\\d+$`).test(policy),
  );
}

export const limits: Topic = {
  name: 'Limits',
  cases: [
    {
      name: 'too many requests with one key return 429 with Retry-After',
      run: async (subject) =>
        checkLimited(
          await exhaust(subject, () => ({ path: '/api/v1/keys/self', key: subject.api.key })),
          'key',
        ),
    },
    {
      name: 'too many refused keys from one address return 429',
      run: async (subject) =>
        checkLimited(
          await exhaust(subject, () => ({ path: '/api/v1/keys/self', key: mintApiKey() })),
          'address',
        ),
    },
  ],
};
