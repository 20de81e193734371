import type { Subject } from './subject.ts';

/** What a case cannot do without: a scope, or that the user is the owner of the key. */
export type Need =
  | 'user:write'
  | 'billing:write'
  | 'account:write'
  | 'users:all'
  | 'keys:write'
  | 'the owner'
  | 'another user'
  | 'an ordinary key';

/** One thing that the contract promises. */
export interface Case {
  name: string;
  needs?: readonly Need[];
  /** Throws Broken if it does not hold, Skip if it cannot be tried. */
  run: (subject: Subject) => Promise<void>;
}

export interface Topic {
  name: string;
  /** What each of its cases needs. */
  needs?: readonly Need[];
  cases: readonly Case[];
}

const WORDS: Record<Need, string> = {
  'user:write': 'needs a key with user:write',
  'billing:write': 'needs a key with billing:write, of a superuser',
  'account:write': 'needs a key with account:write, of a superuser',
  'users:all': 'needs a key with users:all, of a superuser',
  'keys:write': 'needs a key with keys:write',
  'the owner': 'needs a key of the user who is given',
  'another user': 'needs a key that does not reach all users',
  'an ordinary key': 'needs a key that cannot change billing fields',
};

/** Why a case cannot be tried with what was given; undefined: it can. */
export const missing = (needs: readonly Need[], subject: Subject): string | undefined =>
  needs.filter((need) => !has(need, subject)).map((need) => WORDS[need])[0];

function has(need: Need, subject: Subject): boolean {
  if (need === 'the owner') return subject.isOwner;
  if (need === 'another user') return !subject.can('users:all');
  if (need === 'an ordinary key') return !subject.can('billing:write');
  return subject.can(need);
}
