import fc from 'fast-check';
import { type Command, Race, Repeat, Send } from './actions.ts';
import { Batch } from './batch.ts';
import { type KeyName, keyNames, USERS } from './cast.ts';
import { choice, lives } from './choices.ts';
import {
  deleteKey,
  dropLog,
  expireRecords,
  Outside,
  setAccountField,
  setRevoked,
} from './outside.ts';
import { VARIATIONS, type Variation } from './repeats.ts';

const key = fc.constantFrom(...keyNames);
const user = fc.constantFrom(...USERS);

/** Keys that may be deleted, so that conflicts name changes of a deleted key. */
const deletable = fc.constantFrom<KeyName>('eve', 'ada', 'blind', 'billing');

export const event: fc.Arbitrary<Command> = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(key, fc.boolean()).map((args) => setRevoked(...args)) },
    { weight: 3, arbitrary: fc.constant(expireRecords) },
    { weight: 2, arbitrary: fc.tuple(user, fc.nat(3)).map((args) => dropLog(...args)) },
    { weight: 1, arbitrary: deletable.map(deleteKey) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(user, fc.constantFrom('is_superuser' as const, 'is_active' as const), fc.boolean())
        .map((args) => setAccountField(...args)),
    },
  )
  .map((each) => new Outside(each));

const variation = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Variation>('same') },
  { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(VARIATIONS) as Variation[])) },
);

/** Any request. */
export const sent: fc.Arbitrary<Command> = choice.map((each) => new Send(each));

/** A request that creates, reverts or erases a user, or reads a list, the history or an export. */
export const lived: fc.Arbitrary<Command> = lives.map((each) => new Send(each));

/** A repeat of an earlier request, or a variation of it. */
export const repeated: fc.Arbitrary<Command> = fc
  .record({
    back: fc.constantFrom(0, 0, 0, 1, 2),
    variation,
    user,
    key,
    atOnce: fc.constantFrom(false, false, true),
  })
  .map((again) => new Repeat(again));

/** Several updates in one request. */
export const batched: fc.Arbitrary<Command> = fc
  .tuple(fc.array(choice, { minLength: 1, maxLength: 5, size: 'max' }), key, fc.boolean())
  .map((args) => new Batch(...args));

/** Two requests about one user at once. */
export const raced: fc.Arbitrary<Command> = fc
  .tuple(choice, fc.option(choice, { freq: 2 }))
  .map((args) => new Race(...args));
