import { customRandom } from 'nanoid';

/** `in-`, 37 random base62 characters (220 bits), 6 base62 characters of CRC-32 over all before. */
const FORMAT = /^in-[0-9A-Za-z]{43}$/;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_LENGTH = 6;
const DISPLAY_LENGTH = 9;

/** Fills with random bytes; `crypto.getRandomValues` outside tests. */
export type RandomBytes = (length: number) => Uint8Array;

const cryptoRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Makes a new key. Every character is equally likely: nanoid rejects what would bias it. */
export function mintApiKey(random: RandomBytes = cryptoRandom): string {
  const unsigned = `in-${customRandom(ALPHABET, 37, random)()}`;
  return unsigned + checksum(unsigned);
}

/** Whether a text can be meant as a key of ours at all. */
export const hasKeyPrefix = (text: string): boolean => text.startsWith('in-');

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
