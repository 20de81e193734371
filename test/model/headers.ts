import fc from 'fast-check';
import type { Tags } from './world.ts';

/** A header as it is sent, and its meaning; a malformed header has none. */
export interface Header<Meaning> {
  text: string;
  means?: Meaning;
}

const list = (...tags: string[]): Header<Tags> => ({ text: tags.join(', '), means: tags });

/** Forms of If-Match and If-None-Match for a user with a version. */
const TAGS = {
  current: (v: number) => list(`"${v}"`),
  any: (): Header<Tags> => ({ text: '*', means: '*' }),
  stale: (v: number) => list(`"${v - 1}"`),
  future: (v: number) => list(`"${v + 1}"`),
  weak: (v: number) => list(`W/"${v}"`),
  'list with current': (v: number) => list('"999"', `W/"${v}"`, `"${v}"`),
  'list without': (v: number) => list('"999"', '"a,b"', `"${v}0"`),
  'almost current': (v: number) => list(`"0${v}"`, '""'),
  'W within': (v: number) => list(`"W/${v}"`),
  huge: () => list('"99999999999999999999"'),
  'tag and word': (v: number): Header<Tags> => ({ text: `"${v}", tag` }),
  bare: (v: number): Header<Tags> => ({ text: `${v}` }),
  open: (v: number): Header<Tags> => ({ text: `"${v}` }),
  'any and more': (v: number): Header<Tags> => ({ text: `*, "${v}"` }),
  'no comma': (v: number): Header<Tags> => ({ text: `"${v}" "${v}"` }),
  'small w': (v: number): Header<Tags> => ({ text: `w/"${v}"` }),
} satisfies Record<string, (version: number) => Header<Tags>>;
export type TagForm = keyof typeof TAGS;

export const tagsHeader = (form: TagForm, version: number): Header<Tags> => TAGS[form](version);

const base = (version: number): Header<number> => ({ text: `"${version}"`, means: version });

const BASES = {
  current: (v: number) => base(v),
  '1 back': (v: number) => base(Math.max(1, v - 1)),
  '2 back': (v: number) => base(Math.max(1, v - 2)),
  '4 back': (v: number) => base(Math.max(1, v - 4)),
  first: () => base(1),
  future: (v: number) => base(v + 1),
  huge: (): Header<number> => ({ text: '"99999999999999999999"', means: 1e20 }),
  zero: (): Header<number> => ({ text: '"0"' }),
  negative: (): Header<number> => ({ text: '"-1"' }),
  bare: (v: number): Header<number> => ({ text: `${v}` }),
  weak: (v: number): Header<number> => ({ text: `W/"${v}"` }),
  list: (v: number): Header<number> => ({ text: `"${v}", "${v}"` }),
  any: (): Header<number> => ({ text: '*' }),
  word: (): Header<number> => ({ text: '"x"' }),
} satisfies Record<string, (version: number) => Header<number>>;
export type BaseForm = keyof typeof BASES;

export const baseHeader = (form: BaseForm, version: number): Header<number> => BASES[form](version);

const named = (name: string): Header<string> => ({ text: `"${name}"`, means: name });

const IDEMPOTENCY = {
  fresh: (n: number) => named(`n${n}`),
  first: () => named('one'),
  second: () => named('two'),
  escaped: (): Header<string> => ({ text: '"a \\"b\\" \\\\"', means: 'a "b" \\' }),
  longest: () => named('x'.repeat(255)),
  'too long': (): Header<string> => ({ text: `"${'x'.repeat(256)}"` }),
  empty: (): Header<string> => ({ text: '""' }),
  bare: (): Header<string> => ({ text: 'one', means: 'one' }),
  'with parameters': (): Header<string> => ({ text: '"two"; a=1;b="x;y"', means: 'two' }),
  none: (): Header<string> => ({ text: '', means: '' }),
  list: (): Header<string> => ({ text: 'one, one' }),
  'bare with a parameter': (): Header<string> => ({ text: 'one;a=1' }),
  open: (): Header<string> => ({ text: '"one' }),
  'not ASCII': (): Header<string> => ({ text: '"é"' }),
} satisfies Record<string, (n: number) => Header<string>>;
export type IdempotencyForm = keyof typeof IDEMPOTENCY;

/** Returns a header; `n` makes a fresh key new. */
export const idempotencyHeader = (form: IdempotencyForm, n: number): Header<string> =>
  IDEMPOTENCY[form](n);

interface Preferences {
  minimal: boolean;
  validateOnly: boolean;
}

/** Forms of Prefer and their meaning; undefined if a form is malformed. */
export const PREFERENCES: Record<string, Preferences | undefined> = {
  'return=minimal': { minimal: true, validateOnly: false },
  'validate-only': { minimal: false, validateOnly: true },
  'validate-only, return=minimal': { minimal: true, validateOnly: true },
  'Validate-Only="true"': { minimal: false, validateOnly: true },
  'return=Minimal, validate-only=?0': { minimal: true, validateOnly: false },
  'validate-only=FALSE, validate-only': { minimal: false, validateOnly: false },
  'validate-only=': undefined,
  'validate-only=no': undefined,
  'return=representation': { minimal: false, validateOnly: false },
  'respond-async, wait=5': { minimal: false, validateOnly: false },
};

/** Returns a name in a table, mostly one of the first `often`, which are the ordinary ones. */
const mostly = <Name extends string>(table: Record<Name, unknown>, often: number) => {
  const names = Object.keys(table) as Name[];
  return fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom(...names.slice(0, often)) },
    { weight: 1, arbitrary: fc.constantFrom(...names) },
  );
};

export const tagForm = mostly(TAGS, 3);
export const baseForm = mostly(BASES, 6);
export const idempotencyForm = mostly(IDEMPOTENCY, 1);
export const preferenceText = fc.constantFrom(...Object.keys(PREFERENCES));

/** Of the texts sent, only 30 is valid. Tests with a controlled clock cover the effect of the header. */
export const timeoutHeader = (text: string): Header<number> =>
  text === '30' ? { text, means: 30 } : { text };
