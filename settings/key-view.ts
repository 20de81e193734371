import type { ApiKey } from './api.ts';
import { roleTitle } from './roles.ts';

// Which keys are shown, and in which order. Plain functions over the list.

/** What keys are chosen by: their state; those of apps apart, which are neither counted nor created here. */
export const CHOICES = {
  active: 'Active',
  expired: 'Expired',
  revoked: 'Revoked',
  short_lived: 'Short-lived',
  all: 'All',
} as const;
export type Choice = keyof typeof CHOICES;

export const ORDERS = {
  newest: 'Newest',
  name: 'Name',
  used: 'Last used',
  expiry: 'Expires soonest',
} as const;
type Order = keyof typeof ORDERS;

/** Which keys are shown, and in which order. */
export interface View {
  text: string;
  choice: Choice;
  order: Order;
}

/** The short-lived keys of apps are active, too; they have a choice of their own, because there can be many. */
export function isChosen({ state, short_lived }: ApiKey, choice: Choice): boolean {
  if (choice === 'all') return true;
  return choice === (short_lived ? 'short_lived' : state);
}

/** Whether a key is among those of which each person can have so many; a key that waits for its successor is not. */
export const counts = (key: ApiKey): boolean => isChosen(key, 'active') && !key.until_first_use;

/** The keys to show, in their order. */
export function keysOf(keys: readonly ApiKey[], { text, choice, order }: View): ApiKey[] {
  const words = text.toLowerCase().split(/\s+/);
  return keys
    .filter((key) => isChosen(key, choice))
    .filter((key) => words.every((word) => textOf(key).includes(word)))
    .sort(COMPARE[order]);
}

/** What is searched: what people see of a key. */
const textOf = ({ name, description, prefix, role, last_used_network }: ApiKey): string =>
  [name, description, prefix, roleTitle(role), last_used_network].join('\n').toLowerCase();

const LAST = Number.POSITIVE_INFINITY;
const timeOf = (instant: string | null): number => (instant ? Date.parse(instant) : LAST);

const COMPARE: Record<Order, (a: ApiKey, b: ApiKey) => number> = {
  // The order in which they come.
  newest: () => 0,
  name: (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }),
  used: (a, b) => (b.last_used_at ?? '').localeCompare(a.last_used_at ?? ''),
  expiry: (a, b) => compare(timeOf(a.expires_at), timeOf(b.expires_at)),
};

/** Not by subtraction: two keys without an end are alike. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
