import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  displayPrefix,
  hashApiKey,
  isWellFormedApiKey,
  mintApiKey,
} from '../../src/auth/api-key.ts';
import { OLD_KEYS } from '../support/old-keys.ts';

test.each(OLD_KEYS)(
  'the key %s is well-formed and has the same hash as before',
  async (key, hash) => {
    expect(isWellFormedApiKey(key)).toBe(true);
    expect(Buffer.from(await hashApiKey(key)).toString('hex')).toBe(hash);
  },
);

test('a new key is in- and 43 base62 characters, and well-formed', () => {
  const key = mintApiKey();
  expect(key).toMatch(/^in-[0-9A-Za-z]{43}$/);
  expect(isWellFormedApiKey(key)).toBe(true);
});

test('the last six characters are the CRC-32 of the rest, in base62', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (bytes) => {
      const key = mintApiKey((length) => bytes.slice(0, length).map((byte, i) => byte ^ (i * 7)));
      expect(base62(key.slice(-6))).toBe(crc32(key.slice(0, -6)));
    }),
  );
});

test('one wrong character, or two swapped ones, makes a key malformed', () => {
  const [key] = OLD_KEYS[0];
  for (let i = 3; i < key.length; i++) {
    const other = key[i] === 'a' ? 'b' : 'a';
    expect(isWellFormedApiKey(key.slice(0, i) + other + key.slice(i + 1))).toBe(false);
  }
  for (let i = 3; i < key.length - 1; i++) {
    if (key[i] === key[i + 1]) continue;
    const swapped = key.slice(0, i) + key[i + 1] + key[i] + key.slice(i + 2);
    expect(isWellFormedApiKey(swapped)).toBe(false);
  }
});

test.each([
  '',
  'in-',
  ` ${OLD_KEYS[0][0]}`,
  `${OLD_KEYS[0][0]}\n`,
  `IN-${OLD_KEYS[0][0].slice(3)}`,
])('%j is not a key', (text) => expect(isWellFormedApiKey(text)).toBe(false));

test('random bytes that would favour some characters are discarded', () => {
  // 62 does not divide 256: of the bytes masked to 0..63 the values 62 and 63 must be skipped.
  const counts = new Map<string, number>();
  for (let i = 0; i < 2000; i++)
    for (const character of mintApiKey().slice(3, 40))
      counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = (2000 * 37) / 62;
  const chiSquared = [...counts.values()].reduce(
    (sum, n) => sum + (n - expected) ** 2 / expected,
    0,
  );
  expect(counts.size).toBe(62);
  // 61 degrees of freedom: a fair generator exceeds 140 once in ten million runs.
  expect(chiSquared).toBeLessThan(140);
});

test('nine characters of a key are shown: in- and six, of 37 random ones', () => {
  expect(displayPrefix(OLD_KEYS[0][0])).toBe(OLD_KEYS[0][0].slice(0, 9));
});

const base62 = (digits: string): number =>
  [...digits].reduce(
    (sum, digit) =>
      sum * 62 + '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit),
    0,
  );
