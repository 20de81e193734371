import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { UnexpectedResponse } from '../../client/src/errors.ts';
import { mayRepeat } from '../../client/src/retry.ts';
import { errorExamples } from '../../site/error-examples.ts';
import { errorPages } from '../../site/errors.ts';
import { requestHeaders } from '../../site/openapi/headers.ts';
import { errorCodes, retryAdvice } from '../../site/pages/error-page.ts';
import { errorCatalogue } from '../../src/errors.ts';

// Whether to send the same request again is said in many places; the catalogue decides.

const prose = new Map<string, string>();
for (const file of ['README.md', 'client/README.md', ...(await guides())])
  prose.set(file, await readFile(file, 'utf8'));

async function guides(): Promise<string[]> {
  const files = await readdir('docs/guides');
  return files.filter((name) => name.endsWith('.md')).map((name) => `docs/guides/${name}`);
}

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/\b[1-5]\d\d\b/g)].map(([status]) => Number(status));

/** The statuses that a document lists: its text between two phrases. */
const listed = (file: string, pattern: RegExp): number[][] =>
  [...(prose.get(file) ?? '').matchAll(pattern)].map(([, list = '']) => statusesIn(list));

/** The statuses after which the catalogue says to send the same request again. */
const retried = (): number[] => [
  ...new Set(
    errorCodes
      .filter((code) => errorCatalogue[code].retry)
      .map((code) => errorCatalogue[code].status),
  ),
];

describe.each(errorCodes)('%s', (code) => {
  const { retry, status } = errorCatalogue[code];

  test('has the same advice on its page as in the guide', () => {
    const [guide = []] = listed(
      'docs/guides/errors.md',
      /Send the same request again after (.*?), and when no response arrived/g,
    );
    expect(guide.includes(status)).toBe(retry);
    expect(retryAdvice(code).startsWith('**Yes**')).toBe(retry);
  });

  test('is not to be sent again unchanged, unless its page says so', () => {
    const { meaning, fix } = errorPages[code];
    const text = `${meaning} ${fix} ${errorExamples[code].message}`;
    if (!retry) expect(text).not.toMatch(/same request(?! with)|same values again|send it again/i);
  });

  test('is repeated by the client if the catalogue says so', () => {
    const facts = { status, requestId: undefined, retryAfter: undefined, version: undefined };
    const failure = new UnexpectedResponse('updateUser', facts, code);
    expect(mayRepeat(failure)).toBe(retry);
  });
});

test('the guides for apps and syncs name the statuses of the catalogue', () => {
  const apps = listed('docs/guides/mobile-apps.md', /^\| ([\d, ]+), none \| Keep the edit/gm);
  expect(apps).toEqual([retried()]);
  const GATEWAY = 502;
  const syncs = listed('docs/guides/nightly-sync.md', /The client retries ([\d, ]+) and lost/g);
  const client = listed('client/README.md', /It retries after (.*?), and when no response/g);
  for (const list of [...syncs, ...client])
    expect(list).toEqual([...retried(), GATEWAY].sort((a, b) => a - b));
  expect([syncs, client].map(({ length }) => length)).toEqual([1, 1]);
});

test('what is kept under an Idempotency-Key is the same everywhere', () => {
  const [row = ''] =
    /^.*\| yes: send the corrected.*$/m.exec(prose.get('docs/guides/updating-safely.md') ?? '') ??
    [];
  const causes = errorPages.idempotency_key_reused.causes.join();
  for (const text of [row, requestHeaders['Idempotency-Key'].description, causes]) {
    expect(text).toMatch(/403 `field_not_writable`, 409 `edit_conflict`(,| and| or) 412/);
  }
});

const ofCallers = [...prose].filter(([, text]) => !text.includes('For the people who run the API'));

test.each(ofCallers)('%s does not speak of all server errors alike', (_, text) => {
  expect(text).not.toMatch(/\b5xx\b/i);
});
