import fc from 'fast-check';
import { type Command, Race, Repeat, Send, Story } from './actions.ts';
import { bodyForms, HOT } from './bodies.ts';
import type { KeyName, UserName } from './cast.ts';
import { act, type Choice, choice, edit } from './choices.ts';
import { FIELDS, type Field } from './fields.ts';
import { tagForm } from './headers.ts';
import { repeated } from './kinds.ts';
import { deleteKey, dropLog, expireRecords, Outside, setAccountField } from './outside.ts';
import type { Variation } from './repeats.ts';

// Sequences of requests that reach a state which random requests rarely reach.

const other = fc.constantFrom<KeyName>('root', 'eve');

/** Two clients change the same field, based on the same version. */
export const lostUpdate: fc.Arbitrary<Command> = fc
  .record({
    field: fc.constantFrom(...HOT, 'email' as const),
    who: other,
    numbers: fc.constantFrom([0, 1], [1, 0]),
    prefer: fc.constantFrom(null, null, 'validate-only', 'return=minimal'),
    between: fc.constantFrom('nothing', 'nothing', 'delete the key', 'delete the log'),
    second: fc.constantFrom(...HOT),
    apart: fc.boolean(),
    hasThird: fc.boolean(),
    after: fc.array(repeated, { maxLength: 2 }),
  })
  .map(
    ({
      field,
      who,
      numbers: [one = 0, two = 1],
      prefer,
      between,
      second,
      apart,
      hasThird,
      after,
    }) => {
      const steps: Command[] = [
        new Send(edit('root', [[field, one]])),
        new Send(
          edit(who, [
            [second, one],
            [field, two],
          ]),
        ),
      ];
      // A boolean has no third value, so it returns to its old value.
      const three = FIELDS[field][1] === 'boolean' ? one : 2;
      const last = (who === 'root') === hasThird ? 'eve' : 'root';
      if (hasThird) steps.push(new Send(edit(last, [[field, three]])));
      if (between === 'delete the key' && last !== 'root') steps.push(new Outside(deleteKey(last)));
      if (between === 'delete the log') steps.push(new Outside(dropLog('ada', 1)));
      const base = hasThird ? '2 back' : '1 back';
      const late = edit('root', [[apart ? 'last_name' : field, one]], {
        base,
        idempotency: 'fresh',
        prefer,
      });
      return new Story([...steps, new Send(late), ...after]);
    },
  );

const echoing = fc.constantFrom<KeyName>('root', 'eve', 'billing', 'billing', 'ada');

/** A request under an Idempotency-Key is repeated, perhaps after other requests. */
export const echo: fc.Arbitrary<Command> = fc
  .record({
    first: fc.tuple(choice, echoing),
    ifMatch: fc.option(tagForm, { freq: 2 }),
    ifNoneMatch: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: tagForm },
    ),
    prefer: fc.constantFrom(null, null, 'return=minimal'),
    between: fc.constantFrom('nothing', 'an edit', 'an edit', 'a day'),
    field: fc.constantFrom(...HOT),
    again: repeated,
  })
  .map(({ first: [edited, who], between, field, again, ifMatch, ifNoneMatch, prefer }) => {
    const more = {
      target: 'ada' as const,
      ifMatch,
      ifNoneMatch,
      base: null,
      prefer,
      timeout: null,
    };
    const first = new Send({ ...edited, ...more, who, method: 'PUT', idempotency: 'fresh' });
    const steps: Command[] = [first];
    if (between === 'an edit') steps.push(new Send(edit('root', [[field, 0]])));
    if (between === 'a day') steps.push(new Outside(expireRecords));
    return new Story([...steps, again]);
  });

/** Reads a user with If-Match and If-None-Match. */
export const read: fc.Arbitrary<Command> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'HEAD'),
    ifMatch: fc.option(fc.oneof(tagForm, fc.constant('stale' as const)), { freq: 2 }),
    ifNoneMatch: fc.option(tagForm, { freq: 2 }),
  })
  .map((more) => new Send(edit('root', [], more)));

/** An update, or a dry run of one, that only a constraint of the database refuses. */
export const unfit: fc.Arbitrary<Command> = fc
  .record({
    field: fc.constantFrom('email', 'role_id', 'active_billing_plan_id', 'next_billing_plan_id'),
    number: fc.constantFrom(1, 2, 3),
    prefer: fc.constantFrom(null, 'validate-only'),
    idempotency: fc.constantFrom(null, 'fresh' as const),
  })
  .map(
    ({ field, number, ...more }) =>
      new Send(
        edit(
          'root',
          [
            [field as Field, number],
            ['country', 0],
          ],
          more,
        ),
      ),
  );

/** The same edit twice at once, under one Idempotency-Key. */
export const twins: fc.Arbitrary<Command> = fc
  .tuple(fc.constantFrom(...HOT), fc.nat(1), fc.constantFrom(null, 'current' as const))
  .map(([field, n, base]) => edit('root', [[field, n]], { base, idempotency: 'fresh' }))
  .map((edited) => new Race(edited, null));

/** Two clients edit one user at once, each from a known version. */
export const rivals: fc.Arbitrary<Command> = fc
  .record({
    field: fc.constantFrom(...HOT),
    numbers: fc.tuple(fc.nat(1), fc.nat(1)),
    more: fc.constantFrom<Partial<Choice>>({}, { ifMatch: 'current' }, { base: 'current' }),
  })
  .map(
    ({ field, numbers: [one, two], more }) =>
      new Race(edit('root', [[field, one]], more), edit('eve', [[field, two]], more)),
  );

/** An owner loses a right, and their key is used before the right is given back. */
export const fallen: fc.Arbitrary<Command> = fc
  .record({
    of: fc.constantFrom<[UserName, KeyName]>(
      ['root', 'root'],
      ['eve', 'billing'],
      ['ada', 'ada'],
      ['bob', 'ordinary'],
    ),
    what: fc.constantFrom('is_active' as const, 'is_superuser' as const),
    used: choice,
    again: repeated,
  })
  .map(({ of: [user, who], what, used, again }) => {
    const has = what === 'is_active' || user === 'root' || user === 'eve';
    return new Story([
      new Outside(setAccountField(user, what, !has)),
      new Send({ ...used, who, target: 'own' }),
      again,
      new Outside(setAccountField(user, what, has)),
    ]);
  });

/** An e-mail address becomes free after a request under an Idempotency-Key; another user takes it. */
export const lentAddress: fc.Arbitrary<Command> = fc
  .constantFrom<Variation>('same', 'validate-only', 'return=minimal')
  .map((variation) => {
    const address = (who: KeyName, target: UserName, number: number, more: Partial<Choice> = {}) =>
      new Send(edit(who, [['email', number]], { target, ...more }));
    return new Story([
      address('root', 'ada', 4, { idempotency: 'fresh' }),
      address('root', 'ada', 0),
      address('root', 'bob', 4),
      new Repeat({ back: 0, variation, user: 'ada', key: 'root', atOnce: false }),
    ]);
  });

const strangers = ['none', 'malformed', 'two', 'unknown', 'expired', 'revoked'] as const;

/** Requests that are refused before their content is checked. */
export const refused: fc.Arbitrary<Command> = fc
  .oneof<fc.Arbitrary<Choice>[]>(
    fc.tuple(choice, fc.constantFrom(...strangers)).map(([edited, who]) => ({ ...edited, who })),
    fc.constantFrom(...strangers).map((who) => ({ ...edit('root', []), who })),
    fc.constantFrom(...bodyForms).map((form) => {
      const edited = edit('root', []);
      return { ...edited, body: { ...edited.body, form } };
    }),
    choice.map((edited) => ({ ...edited, who: 'root', target: 'nobody' })),
    fc.constantFrom(...HOT).map((field) => edit('strict', [[field, 0]])),
  )
  .map((edited) => new Send(edited));

/** A user is created, edited, reverted, read and erased, and then a client tries to create them again. */
export const biography: fc.Arbitrary<Command> = fc
  .record({
    who: other,
    prefer: fc.constantFrom(null, null, 'return=minimal', 'validate-only'),
    what: fc.constantFrom<'version' | 'undo'>('version', 'undo'),
    back: fc.nat(2),
    looks: fc.constantFrom(
      'list' as const,
      'changes' as const,
      'version' as const,
      'export' as const,
    ),
    ifMatch: fc.constantFrom(null, 'current' as const, 'stale' as const),
    end: repeated,
  })
  .map(({ who, prefer, what, back, looks, ifMatch, end }) => {
    const keyed = { idempotency: 'fresh' as const };
    const guest = { target: 'guest' as const };
    return new Story([
      new Send(act('create', who, {}, { ...keyed, prefer })),
      new Repeat({ back: 0, variation: 'same', user: 'ada', key: 'root', atOnce: false }),
      new Send(edit('root', [['first_name', 0]], guest)),
      new Send(edit(who, [['phone', 0]], guest)),
      new Send(edit(who, [['phone', 2]], guest)),
      // The field was changed again since.
      new Send(act('revert', who, { what: 'undo' })),
      new Send(act('revert', who, { what, back })),
      new Send(act(looks, 'root')),
      new Send(act('list', 'reader', { back: 0 })),
      new Send(act('erase', who, {}, { ...keyed, ifMatch })),
      end,
      new Send(act('create', 'root', { id: 'gone' })),
      new Send(act('create', 'root', { id: 'taken' }, { target: 'ada' })),
    ]);
  });
