import { readFileSync } from 'node:fs';

const TABLE = new URL('../src/users/fields.ts', import.meta.url);
const ENTRY = /^ {2}(\w+): \{ group: .* \}, \/\/ (.+)$/gm;

const words = new Map(
  [...readFileSync(TABLE, 'utf8').matchAll(ENTRY)].map(([, name = '', what = '']) => [name, what]),
);

/** Returns what a member of a user means: the comment in the table, which is not in the Worker's bundle. */
export function meaningOf(name: string): string {
  const meaning = words.get(name);
  if (!meaning) throw new Error(`src/users/fields.ts does not say what ${name} means.`);
  return meaning;
}
