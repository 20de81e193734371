import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { UnexpectedResponse } from '../../client/src/errors.ts';
import { mayRepeat } from '../../client/src/retry.ts';
import { errorExamples } from '../../site/error-examples.ts';
import { errorPages } from '../../site/errors.ts';
import { requestHeaders } from '../../site/openapi/headers.ts';
import { errorCodes, retryAdvice } from '../../site/pages/error-page.ts';
import { errorCatalogue } from '../../src/errors.ts';

// Many places say whether to repeat a request. The catalogue of errors decides.

const prose = new Map<string, string>();
for (const file of ['README.md', 'client/README.md', ...(await guides())])
  prose.set(file, await readFile(file, 'utf8'));

async function guides(): Promise<string[]> {
  return (await readdir('docs/guides')).map((name) => `docs/guides/${name}`);
}

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/\b[1-5]\d\d\b/g)].map(([status]) => Number(status));

/** Returns the statuses that a document lists between two phrases. */
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

  test('has the same advice on its page and in the guide', () => {
    const [guide = []] = listed(
      'docs/guides/errors.md',
      /Send the same request again after (.*?), and when no response arrived/g,
    );
    expect(guide.includes(status)).toBe(retry);
    expect(retryAdvice(code).startsWith('**Yes**')).toBe(retry);
  });

  test('says not to repeat the request, unless its page says so', () => {
    const { meaning, fix } = errorPages[code];
    const text = `${meaning} ${fix} ${errorExamples[code].message}`;
    if (!retry) expect(text).not.toMatch(/same request(?! with)|same values again|send it again/i);
  });

  test('is repeated by the client if the catalogue says so', () => {
    const response = { status, requestId: undefined, retryAfter: undefined, version: undefined };
    const failure = new UnexpectedAnswer('updateUser', response, code);
    expect(mayRepeat(failure)).toBe(retry);
  });
});

test('the guides list the 5xx statuses to repeat', () => {
  const lists = [
    ...listed('docs/guides/errors.md', /[Aa]fter ([45]\d\d[^.;]*?) look at `outcome`/g),
    ...listed('docs/guides/updating-safely.md', /^\| (5\d\d[^|]*?) \| send the same request/gm),
  ];
  expect(lists).toHaveLength(2);
  for (const list of lists) expect(list).toEqual(retried(500));
});

test.each([...prose.keys()])('%s makes no claim about all server errors', (file) => {
  expect(prose.get(file)).not.toMatch(/\b5xx\b/i);
});
