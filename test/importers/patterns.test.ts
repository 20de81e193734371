import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ONE_LINE_PATTERN } from '../../site/openapi/patterns.ts';
import { ONE_LINE } from '../../src/http/values.ts';
import { document, type Json } from '../support/document.ts';
import { engines, jsonSchema, type Question } from './engines.ts';

// The patterns of the document in the engines of generated code.

const patterns = new Set<string>();
(function collect(part: Json, name?: string): void {
  if (name === 'pattern' && typeof part === 'string') patterns.add(part);
  else if (part && typeof part === 'object')
    for (const [key, value] of Object.entries(part)) collect(value, key);
})(document);

/** None ends with a newline: in some engines `$` also matches before that. */
const TEXTS = [
  ...['', 'Ada', '-', 'é', '漢字', '😀 Zoë', '\u007f', '\u0085', '\ud7ff', '\ue000', '\ufeff'],
  ...[
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    '\u0001',
    '\u0000.',
    'a\tb',
    'a\nb',
    'a\u001fb',
    '\u2028',
  ],
  ...['"7"', 'W/"7"', '*', '"1", W/"2"', '/docs', '/docs/errors', '/docs\\', '/a~1b/c', '/~2', '~'],
];

const questions: Question[] = [...patterns].map((pattern) => ({
  pattern,
  texts: [
    ...TEXTS,
    ...fc.sample(
      fc.stringMatching(new RegExp(pattern)).filter((text) => text.isWellFormed()),
      { numRuns: 20, seed: 1 },
    ),
  ],
}));

test('there are patterns', () => {
  expect(patterns.size).toBeGreaterThan(10);
});

/** JSON Schema 2020-12, core, section 6.4; a backslash is no part of it, nor `(?`. */
const CHARACTER = String.raw`[^\\[\](){}^$*+?|]`;
const CLASS = String.raw`\[(?:\^(?!\])|[^\\[\]^])[^\\[\]]*\]`;
const QUANTIFIER = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})\??`;
const TOKENS = new RegExp(
  String.raw`^(?:${CHARACTER}|${CLASS}|\((?!\?)|\)|[|^$]|(?<=[^(|^])${QUANTIFIER})+$`,
  'u',
);

test.each([...patterns])('%j has only tokens that all engines support', (pattern) => {
  expect(pattern).toMatch(TOKENS);
});

test.each(['^[^]*$', String.raw`^\/docs$`, String.raw`^[\u0000]$`, '^(?=a)a$', String.raw`^\d+$`])(
  '%j has other tokens',
  (pattern) => {
    expect(pattern).not.toMatch(TOKENS);
  },
);

describe.each(Object.entries(engines))('patterns in %s', (_, engine) => {
  test('compile, and match the same texts as in JSON Schema', () => {
    expect(engine(questions)).toEqual(jsonSchema(questions));
  });
});

test.each(['u', ''])(
  'the pattern of a line accepts the same texts as the server (flags: %j)',
  (flags) => {
    const documented = new RegExp(ONE_LINE_PATTERN, flags);
    const differ: number[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const text = String.fromCodePoint(code);
      if (text.isWellFormed() && documented.test(text) !== ONE_LINE.test(text)) differ.push(code);
    }
    expect(differ).toEqual([]);
  },
);
