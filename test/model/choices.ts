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

/** What is put together to a request, before it is known how the world stands. */
export interface Choice {
  method: UserRequest['method'];
  who: KeyName | 'unknown' | 'malformed' | 'none' | 'two';
  place: 'query' | 'bearer' | 'header';
  target: UserName | 'own' | 'nobody' | 'malformed';
  body: BodyChoice;
  type: string;
  ifMatch: TagForm | null;
  ifNoneMatch: TagForm | null;
  base: BaseForm | null;
  idempotency: IdempotencyForm | null;
  prefer: string | null;
  timeout: string | null;
}

const weighted = <T>(...pairs: [number, T][]): fc.Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
const sometimes = <T>(arbitrary: fc.Arbitrary<T>, freq: number) => fc.option(arbitrary, { freq });

export const choice: fc.Arbitrary<Choice> = fc.record({
  method: weighted<Choice['method']>([14, 'PUT'], [4, 'PATCH'], [3, 'GET'], [1, 'HEAD']),
  who: fc.oneof(
    {
      weight: 10,
      arbitrary: weighted<KeyName>([3, 'root'], [2, 'eve'], [2, 'strict'], [1, 'ada']),
    },
    { weight: 4, arbitrary: fc.constantFrom(...keyNames) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Choice['who']>('unknown', 'malformed', 'none', 'two'),
    },
  ),
  place: fc.constantFrom<Choice['place']>('query', 'bearer', 'header'),
  target: weighted<Choice['target']>(
    [20, 'own'],
    [20, 'ada'],
    ...USERS.map((name): [number, UserName] => [3, name]),
    [3, 'nobody'],
    [1, 'malformed'],
  ),
  body: bodyChoice,
  type: weighted(
    [30, 'application/json'],
    [3, 'application/merge-patch+json'],
    [1, 'text/plain'],
    [1, 'application/json; charset=UTF-8'],
  ),
  ifMatch: sometimes(tagForm, 5),
  ifNoneMatch: sometimes(tagForm, 12),
  base: sometimes(baseForm, 2),
  idempotency: sometimes(idempotencyForm, 2),
  prefer: sometimes(preferenceText, 5),
  timeout: sometimes(weighted([8, '30'], [1, '0'], [1, '31'], [1, '1.5'], [1, 'soon']), 15),
});
