import { customRandom } from 'nanoid';

/** What every key begins with. */
export const KEY_PREFIX = 'in-';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Random characters after the prefix (220 bits), and then those of a CRC-32 over all before. */
const RANDOM_LENGTH = 37;
const CHECKSUM_LENGTH = 6;
/** How many characters of a key are displayed. */
export const DISPLAY_LENGTH = 9;

export const KEY_LENGTH = KEY_PREFIX.length + RANDOM_LENGTH + CHECKSUM_LENGTH;

/** The pattern of a text of so many characters that begins like a key. */
export const keyPattern = (length = KEY_LENGTH): string =>
  `^${KEY_PREFIX}[0-9A-Za-z]{${length - KEY_PREFIX.length}}$`;
const FORMAT = new RegExp(keyPattern());

/** What a key looks like, in words. */
export const keyInWords = (prefix = KEY_PREFIX): string =>
  `${prefix} and ${KEY_LENGTH - KEY_PREFIX.length} letters and digits`;

/** Fills with random bytes; `crypto.getRandomValues` outside tests. */
export type RandomBytes = (length: number) => Uint8Array;

const cryptoRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Makes a new key. Every character is equally likely: nanoid rejects what would bias it. */
export function mintApiKey(random: RandomBytes = cryptoRandom): string {
  const unsigned = `${KEY_PREFIX}${customRandom(ALPHABET, RANDOM_LENGTH, random)()}`;
  return unsigned + checksum(unsigned);
}

/** Whether a text can be meant as a key of ours at all. */
export const hasKeyPrefix = (text: string): boolean => text.startsWith(KEY_PREFIX);

/** Whether a text has the form and the checksum of a key; says nothing of whether it exists. */
export function isWellFormedApiKey(text: string): boolean {
  return (
    FORMAT.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
  );
}

const encoder = new TextEncoder();

/** What the database keeps of a key: 32 bytes of SHA-256. 220 random bits need no salt or stretching. */
export async function hashApiKey(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(key)));
}

/** What people see of a key after its creation: too little of it to help anyone guess the rest. */
export const displayPrefix = (key: string): string => key.slice(0, DISPLAY_LENGTH);

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** CRC-32 of an ASCII text, as in zlib (RFC 1952, section 8). */
function crc32(ascii: string): number {
  let crc = ~0;
  for (let i = 0; i < ascii.length; i++) {
    crc ^= ascii.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
