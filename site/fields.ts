import { readFileSync } from 'node:fs';
import { userMembers } from '../src/users/fields.ts';

const TABLE = new URL('../src/users/fields.ts', import.meta.url);
const ENTRY = /^ {2}(\w+): \{ group: .* \}, \/\/ (.+)$/gm;

/** What each member of a user means, for people: the comments of the table, which the Worker does not carry. */
export const fieldWords = Object.fromEntries(
  [...readFileSync(TABLE, 'utf8').matchAll(ENTRY)].map(([, name = '', words = '']) => [
    name,
    words,
  ]),
);

for (const name of Object.keys(userMembers))
  if (!(name in fieldWords))
    throw new Error(`src/users/fields.ts does not say what ${name} means.`);
