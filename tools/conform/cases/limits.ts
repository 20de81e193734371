import { mintApiKey } from '../../../src/auth/api-key.ts';
import type { Topic } from '../case.ts';
import { Broken, holds, refused } from '../check.ts';
import type { Answer } from '../contract.ts';
import type { Subject } from '../subject.ts';

/** More than any limit of the contract. */
const MOST = 1500;
const AT_ONCE = 10;

/** Sends until one is refused for being too many. */
async function exhaust(subject: Subject, ask: () => { path: string; key: string | null }) {
  for (let sent = 0; sent < MOST; sent += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => subject.api.once(ask())),
    );
    const limited = answers.find(({ status }) => status === 429);
    if (limited) return limited;
  }
  throw new Broken(`${MOST} requests were accepted, and none was too many`);
}

function judge(answer: Answer, name: string): void {
  refused(answer, 429, 'rate_limited');
  const seconds = Number(answer.headers.get('Retry-After'));
  holds(`"Retry-After is whole seconds: ${seconds}"`, Number.isInteger(seconds) && seconds > 0);
  const policy = answer.headers.get('RateLimit-Policy') ?? 'missing';
  holds(
    `"RateLimit-Policy names the limit: ${policy}"`,
    new RegExp(`^"${name}";q=\\d+;w=\\d+$`).test(policy),
  );
}

export const limits: Topic = {
  name: 'Limits',
  cases: [
    {
      name: 'too many requests of one key are refused, with when to come back',
      run: async (subject) =>
        judge(
          await exhaust(subject, () => ({ path: '/api/v1/keys/self', key: subject.api.key })),
          'key',
        ),
    },
    {
      name: 'too many refused keys of one address are refused',
      run: async (subject) =>
        judge(
          await exhaust(subject, () => ({ path: '/api/v1/keys/self', key: mintApiKey() })),
          'address',
        ),
    },
  ],
};
