import type { Cast, KeyName, UserName } from './cast.ts';
import type { Draft } from './requests.ts';

/** Variations of a repeat, some of which are still the same request. */
export const VARIATIONS = {
  /** Unchanged, as after a lost response. */
  same: (draft) => draft,
  'other method': (draft) => ({
    ...with_(draft, { method: draft.request.method === 'PUT' ? 'PATCH' : 'PUT' }),
    headers: { ...draft.headers, 'Content-Type': 'application/json' },
  }),
  'other order of members': (draft) => ({
    ...draft,
    body: JSON.stringify({
      follower_count: 1,
      ...Object.fromEntries(Object.entries(JSON.parse(draft.body)).reverse()),
    }),
  }),
  'other body': (draft) => ({
    ...with_(draft, { update: { ...draft.request.update, country: 'other' } }),
    body: JSON.stringify({ ...JSON.parse(draft.body), country: 'other' }),
  }),
  'other user': (draft, cast, user) => {
    const { id, ...body } = JSON.parse(draft.body);
    return { ...with_(draft, { user: cast.users[user] }), body: JSON.stringify(body) };
  },
  'other key': (draft, cast, _, key) => with_(draft, { key: cast.keys[key] }),
  'other If-Match': (draft) => header(draft, 'If-Match', '*', { ifMatch: '*' }),
  'other If-None-Match': (draft) =>
    header(draft, 'If-None-Match', '"999"', { ifNoneMatch: ['"999"'] }),
  'other Base-Version': (draft) => header(draft, 'Base-Version', '"1"', { baseVersion: 1 }),
  'other Idempotency-Key': (draft) =>
    header(draft, 'Idempotency-Key', '"two"', { idempotencyKey: 'two' }),
  'return=minimal': (draft) =>
    header(draft, 'Prefer', 'return=minimal', { minimal: true, validateOnly: false }),
  'return=representation': (draft) =>
    header(draft, 'Prefer', 'return=representation', { minimal: false, validateOnly: false }),
  'validate-only': (draft) =>
    header(draft, 'Prefer', 'validate-only', { minimal: false, validateOnly: true }),
} satisfies Record<string, (draft: Draft, cast: Cast, user: UserName, key: KeyName) => Draft>;

export type Variation = keyof typeof VARIATIONS;

/** The variations for any request; the others are only for updates. */
const GENERAL: readonly Variation[] = [
  'same',
  'other key',
  'other Idempotency-Key',
  'return=minimal',
  'return=representation',
  'validate-only',
];

/** Whether a request can be repeated in this way. */
export const isVariationOf = (variation: Variation, { request }: Draft): boolean =>
  request.action === 'update' || GENERAL.includes(variation);

const with_ = (draft: Draft, meaning: Partial<Draft['request']>): Draft => ({
  ...draft,
  request: { ...draft.request, ...meaning },
});

const header = (
  draft: Draft,
  name: string,
  text: string,
  meaning: Partial<Draft['request']>,
): Draft => ({ ...with_(draft, meaning), headers: { ...draft.headers, [name]: text } });
