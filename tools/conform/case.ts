import type { Subject } from './subject.ts';

/** What a case requires: a scope, or a property of the given key. */
export type Need =
  | 'user:write'
  | 'billing:write'
  | 'account:write'
  | 'users:all'
  | 'users:manage'
  | 'keys:write'
  | 'webhooks:write'
  | 'the owner'
  | 'another user'
  | 'an ordinary key'
  | 'no management';

/** One promise of the contract. */
export interface Case {
  name: string;
  needs?: readonly Need[];
  /** Throws CaseFailure if the promise is broken, CaseSkipped if it cannot be tested. */
  run: (subject: Subject) => Promise<void>;
}

export interface Topic {
  name: string;
  /** What all cases of the topic need. */
  needs?: readonly Need[];
  cases: readonly Case[];
}

const WORDS: Record<Need, string> = {
  'user:write': 'needs a key with user:write',
  'billing:write': 'needs a key with billing:write, of a superuser',
  'account:write': 'needs a key with account:write, of a superuser',
  'users:all': 'needs a key with users:all, of a superuser',
  'users:manage': 'needs a key with users:manage, of a superuser',
  'keys:write': 'needs a key with keys:write',
  'webhooks:write': 'needs a key with webhooks:write',
  'the owner': 'needs a key of the given user',
  'another user': 'needs a key without users:all',
  'an ordinary key': 'needs a key that cannot change billing fields',
  'no management': 'needs a key without users:manage',
};

/** Returns why a case cannot run with the given key and user; undefined if it can. */
export const reasonToSkip = (needs: readonly Need[], subject: Subject): string | undefined =>
  needs.filter((need) => !has(need, subject)).map((need) => WORDS[need])[0];

function has(need: Need, subject: Subject): boolean {
  if (need === 'the owner') return subject.isOwner;
  if (need === 'another user') return !subject.can('users:all');
  if (need === 'an ordinary key') return !subject.can('billing:write');
  if (need === 'no management') return !subject.can('users:manage');
  return subject.can(need);
}
