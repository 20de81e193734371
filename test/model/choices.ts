import fc from 'fast-check';
import { type BodyChoice, bodyChoice } from './bodies.ts';
import { type KeyName, keyNames, USERS, type UserName } from './cast.ts';
import {
  type BaseForm,
  baseForm,
  type IdempotencyForm,
  idempotencyForm,
  preferenceText,
  type TagForm,
  tagForm,
} from './headers.ts';
import type { UserRequest } from './world.ts';

/** `usual`: the media type of the method. */
export type MediaType = 'usual' | 'json' | 'utf-8' | 'latin1' | 'merge-patch' | 'text';

/** The choices for a request, independent of the state of the world. */
export interface Choice {
  method: UserRequest['method'];
  who: KeyName | 'unknown' | 'malformed' | 'none' | 'two';
  place: 'query' | 'bearer' | 'header';
  target: UserName | 'own' | 'nobody' | 'malformed';
  body: BodyChoice;
  type: MediaType;
  ifMatch: TagForm | null;
  ifNoneMatch: TagForm | null;
  base: BaseForm | null;
  idempotency: IdempotencyForm | null;
  prefer: string | null;
  timeout: string | null;
}

const weighted = <T>(...pairs: [number, T][]): fc.Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
/** Once in this many requests. */
const once = <T>(arbitrary: fc.Arbitrary<T>, inSoMany: number): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: inSoMany - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

export const choice: fc.Arbitrary<Choice> = fc.record({
  method: weighted<Choice['method']>([12, 'PUT'], [4, 'PATCH'], [1, 'GET'], [1, 'HEAD']),
  who: fc.oneof(
    {
      weight: 10,
      arbitrary: weighted<KeyName>([4, 'root'], [3, 'eve'], [1, 'strict'], [1, 'ada']),
    },
    { weight: 3, arbitrary: fc.constantFrom(...keyNames) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Choice['who']>('unknown', 'malformed', 'none', 'two'),
    },
  ),
  place: fc.constantFrom<Choice['place']>('query', 'bearer', 'header'),
  target: weighted<Choice['target']>(
    [10, 'own'],
    [40, 'ada'],
    ...USERS.map((name): [number, UserName] => [3, name]),
    [3, 'nobody'],
    [1, 'malformed'],
  ),
  body: bodyChoice,
  type: weighted<MediaType>(
    [20, 'usual'],
    [4, 'json'],
    [1, 'utf-8'],
    [1, 'latin1'],
    [1, 'merge-patch'],
    [1, 'text'],
  ),
  ifMatch: once(tagForm, 6),
  ifNoneMatch: once(tagForm, 14),
  base: once(baseForm, 3),
  idempotency: once(idempotencyForm, 3),
  prefer: once(preferenceText, 5),
  timeout: once(weighted([8, '30'], [1, '0'], [1, '31'], [1, '1.5'], [1, 'soon']), 15),
});

/** A valid edit. */
export const edit = (
  who: KeyName,
  fields: BodyChoice['fields'],
  more: Partial<Choice> = {},
): Choice => ({
  ...{ method: 'PUT', who, place: 'query', target: 'ada', type: 'usual' },
  body: { fields, document: false, extras: [], form: 'object' },
  ...{ ifMatch: null, ifNoneMatch: null, base: null },
  ...{ idempotency: null, prefer: null, timeout: null },
  ...more,
});
