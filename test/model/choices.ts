import fc from 'fast-check';
import { type BodyChoice, bodyChoice } from './bodies.ts';
import { type KeyName, keyNames, USERS, type UserName } from './cast.ts';
import type { Field } from './fields.ts';
import {
  type BaseForm,
  baseForm,
  type IdempotencyForm,
  idempotencyForm,
  preferenceText,
  type TagForm,
  tagForm,
} from './headers.ts';
import type { Action, UserRequest } from './world.ts';

/** `usual`: the media type of the method. */
export type MediaType = 'usual' | 'json' | 'utf-8' | 'latin1' | 'merge-patch' | 'text';

/** The choices for a request, independent of the state of the world. */
export interface Choice {
  method: UserRequest['method'];
  /** If absent, the request reads or updates a user, depending on the method. */
  life?: Life;
  who: KeyName | 'unknown' | 'malformed' | 'none' | 'two';
  place: 'query' | 'bearer' | 'header';
  target: UserName | 'guest' | 'own' | 'nobody' | 'malformed';
  body: BodyChoice;
  type: MediaType;
  ifMatch: TagForm | null;
  ifNoneMatch: TagForm | null;
  base: BaseForm | null;
  idempotency: IdempotencyForm | null;
  prefer: string | null;
  timeout: string | null;
}

/** An operation other than reading or updating a user. */
export interface Life {
  action: Exclude<Action, 'read' | 'update'>;
  /** The id of a new user: an unused one, that of the target, or that of an erased user. */
  id: 'new' | 'taken' | 'gone';
  /** The version to read, revert to or undo: so many versions back; negative is in the future. */
  back: number;
  what: 'version' | 'undo';
}

const weighted = <T>(...pairs: [number, T][]): fc.Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
/** Returns null, except once in this many requests. */
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

/** Returns a valid edit. */
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

const METHODS: Partial<Record<Action, UserRequest['method']>> = {
  create: 'POST',
  revert: 'POST',
  erase: 'DELETE',
};

/** Returns a valid request for an operation other than reading or updating a user. */
export const act = (
  action: Life['action'],
  who: KeyName,
  life: Partial<Life> = {},
  more: Partial<Choice> = {},
): Choice => ({
  ...edit(who, action === 'create' ? [['email', 4]] : [], { target: 'guest' }),
  method: METHODS[action] ?? 'GET',
  life: { action, id: 'new', back: 1, what: 'version', ...life },
  ...more,
});

const newFields: fc.Arbitrary<BodyChoice['fields']> = fc
  .tuple(
    fc.nat(5),
    fc.subarray(['first_name', 'phone', 'birthdate', 'is_paying', 'is_superuser', 'role_id'], {
      maxLength: 3,
    }),
    fc.nat(1),
  )
  .map(([email, names, number]) => [
    ['email', email],
    ...names.map((name): [Field, number] => [name as Field, number]),
  ]);

const lifeOf = (action: Life['action']): fc.Arbitrary<Choice> => {
  const isChange = action in METHODS;
  const isConditional = ['revert', 'erase', 'version'].includes(action);
  const never = fc.constant(null);
  return fc
    .record({
      who: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom<KeyName>('root', 'eve') },
        { weight: 1, arbitrary: fc.constantFrom(...keyNames) },
      ),
      place: fc.constantFrom<Choice['place']>('query', 'bearer', 'header'),
      target: weighted<Choice['target']>(
        [8, 'guest'],
        [action === 'erase' ? 1 : 6, 'ada'],
        [1, 'bob'],
        [1, 'nobody'],
      ),
      fields: action === 'create' ? newFields : fc.constant<BodyChoice['fields']>([]),
      ifMatch: isConditional ? once(tagForm, 5) : never,
      ifNoneMatch: isConditional ? once(tagForm, 8) : never,
      base: action === 'erase' ? once(baseForm, 8) : never,
      idempotency: isChange ? once(idempotencyForm, 3) : never,
      prefer: isChange ? once(preferenceText, 4) : never,
      life: fc.record({
        action: fc.constant(action),
        id: weighted<Life['id']>([6, 'new'], [1, 'taken'], [1, 'gone']),
        back: fc.integer({ min: -1, max: 4 }),
        what: fc.constantFrom<Life['what']>('version', 'undo'),
      }),
    })
    .map(({ who, fields, life, ...more }) => {
      const chosen = act(action, who, life, more);
      return { ...chosen, body: { ...chosen.body, fields } };
    });
};

/** Requests for operations other than reading or updating a user. */
export const lives: fc.Arbitrary<Choice> = fc.oneof(
  ...(['create', 'create', 'revert', 'revert', 'erase'] as const).map(lifeOf),
  ...(['list', 'changes', 'version', 'export'] as const).map(lifeOf),
);
