import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import referenceResponse from '../../docs/reference/response.json' with { type: 'json' };
import { errorExamples } from '../../site/error-examples.ts';
import { KEY_LENGTH, KEY_PREFIX } from '../../src/auth/api-key.ts';
import { SUNSET_DAYS } from '../../src/auth/authenticate.ts';
import { ENDED_KEY_DAYS } from '../../src/cleanup.ts';
import { MAX_BODY_BYTES } from '../../src/http/body.ts';
import { IDEMPOTENCY_HOURS } from '../../src/http/idempotency.ts';
import { MAX_KEY_LENGTH } from '../../src/http/request.ts';
import { keyStates } from '../../src/keys/fields.ts';
import { FIRST_USE_HOURS, MAX_ACTIVE_KEYS, MAX_GRACE_SECONDS } from '../../src/keys/requests.ts';
import { userFields, userMembers } from '../../src/users/fields.ts';
import { MERGEABLE_VERSIONS } from '../../src/users/statements.ts';

// Each fact is written once, in src. Code takes it from there, and prose must agree with it.

const DAY_SECONDS = 24 * 60 * 60;

const read = async (...patterns: string[]): Promise<Map<string, string>> =>
  new Map(
    await Promise.all(
      globSync(patterns).map(async (file) => [file, await readFile(file, 'utf8')] as const),
    ),
  );

const sources = await read('{src,site,settings,client/src}/**/*.ts', 'src/db/functions/*.sql');
sources.delete('client/src/api.ts'); // generated
const guides = await read('docs/guides/*.md');
const documents = await read('*.md', 'client/README.md', 'settings/*.html');

/** Returns the text of a source without its comments. */
const codeOf = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<=^|\s)(?:\/\/|--).*$/gm, '');

/**
 * A number as code would repeat it: no part of another number, of a date or of a name, no hours of
 * a day.
 */
const number = (value: number): RegExp => new RegExp(`(?<![\\w.:'-])${value}(?![\\w.:-]| \\* 60)`);

/** By what would repeat it in code, the files that may. */
const homes: Record<string, [copy: RegExp, ...homes: string[]]> = {
  'the limit of active keys, and the number of fields': [number(25), 'src/keys/requests.ts'],
  'how long before its end a key has the Sunset header': [number(14), 'src/auth/authenticate.ts'],
  'how long a repeat is recognized, and a rotated key works': [
    number(24),
    'src/http/idempotency.ts',
    'src/keys/requests.ts',
    'src/webhooks/requests.ts',
  ],
  'how many versions a Base-Version reaches back': [/\b100 versions\b/],
  'the largest body': [
    /\b64 (\* 1024|KiB)|\b65_?536\b/,
    'src/http/body.ts',
    'src/webhooks/post.ts',
  ],
  'the format of a key': [
    /'in-'|(?<!sign-)in-\[|\{43\}|\b43 (letters|base62)/,
    'src/auth/api-key.ts',
  ],
  'the states of a key': [/'active'[^;]{1,20}'expired'[^;]{1,20}'revoked'/, 'src/keys/fields.ts'],
  'the scope that reaches all users': [/users:all/, 'src/permissions.ts', 'site/scopes.ts'],
  'the members of a user': [
    /follower_count.{1,90}following_count/s,
    'src/users/fields.ts',
    'src/db/schema.ts',
    'src/db/functions/log_creation.sql',
  ],
};

describe('code does not repeat', () => {
  test.each(Object.entries(homes))('%s', (_, [copy, ...allowed]) => {
    const found = [...sources].filter(([, source]) => copy.test(codeOf(source)));
    expect(found.map(([file]) => file).sort()).toEqual(allowed.sort());
  });

  test.each(Object.entries(errorExamples))('the sentence of %s', (_, { message }) => {
    const files = [...sources].filter(([, source]) => source.includes(message));
    expect(files.length).toBeLessThanOrEqual(1);
    for (const [file] of files) expect(file).toMatch(/^src\//);
  });
});

/**
 * How prose names a fact; the group is the number. `in the guides`: it is there, or this finds
 * nothing.
 */
const inProse: [fact: string, pattern: RegExp, value: number, place?: 'in the guides'][] = [
  ['fields', /\b(?:all|the) (\d+) fields\b/g, Object.keys(userFields).length],
  ['active keys', /\b(\d+) (?:live|active) keys\b/g, MAX_ACTIVE_KEYS, 'in the guides'],
  [
    'characters of a key',
    /`in-` and (\d+) (?:letters|base62)/g,
    KEY_LENGTH - KEY_PREFIX.length,
    'in the guides',
  ],
  ['days before the end of a key', /(?:within|last) (\d+) days/g, SUNSET_DAYS, 'in the guides'],
  ['days of inactive keys', /(?:list for|keys) (\d+) days/g, ENDED_KEY_DAYS, 'in the guides'],
  ['hours of a repeat', /within (?:the last )?\**(\d+) hours/g, IDEMPOTENCY_HOURS, 'in the guides'],
  ['hours until the first use', /\b(?:at most|after) (\d+) hours\b/g, FIRST_USE_HOURS],
  ['hours until the first use', /\b(\d+) hours at most\b/g, FIRST_USE_HOURS, 'in the guides'],
  ['days of grace', /\b0 to (\d+) days\b/g, MAX_GRACE_SECONDS / DAY_SECONDS],
  ['seconds of grace', /\(([\d,]+) is the most\)/g, MAX_GRACE_SECONDS, 'in the guides'],
  ['versions of a merge', /\b(\d+) versions\b/g, MERGEABLE_VERSIONS],
  ['KiB of a body', /\bbody of (\d+) KiB|object of at most (\d+) KiB/g, MAX_BODY_BYTES / 1024],
  ['characters of an Idempotency-Key', /\b1 to (\d+) ASCII characters/g, MAX_KEY_LENGTH],
];

const numbersIn = (text: string, pattern: RegExp): number[] =>
  [...text.matchAll(pattern)].map(([, first, second]) =>
    Number((first ?? second ?? '').replaceAll(',', '')),
  );

describe('documents, comments and SQL agree on', () => {
  test.each(inProse)('the number of %s (%s)', (_, pattern, value, place) => {
    for (const [file, text] of [...sources, ...guides, ...documents])
      for (const found of numbersIn(text, pattern)) expect([file, found]).toEqual([file, value]);
    if (place) expect(numbersIn([...guides.values()].join('\n'), pattern)).not.toEqual([]);
  });

  test('the states of a key', () => {
    const text = sources.get('src/db/functions/key_state.sql') ?? '';
    const states = [...text.matchAll(/'(\w+)'/g)].map(([, state]) => state);
    expect(states.sort()).toEqual([...keyStates].sort());
  });

  test('the members of a user', () => {
    expect(Object.keys(userMembers)).toEqual(Object.keys(referenceResponse.data));
  });
});
