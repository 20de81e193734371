import fc from 'fast-check';
import { HOT } from './bodies.ts';
import { type KeyName, keyNames, USERS, type UserName } from './cast.ts';
import { type Choice, choice, edit } from './choices.ts';
import type { Field } from './fields.ts';
import { tagForm } from './headers.ts';
import { age, forget, Outside, prune, setRevoked, setStanding } from './outside.ts';
import { type Play, perform, race, type Subject } from './play.ts';
import { VARIATIONS, type Variation } from './repeats.ts';
import { type Draft, draft, shownDraft } from './requests.ts';

type Command = fc.AsyncCommand<Play, Subject>;

/** Sends a request that nobody sent before. */
class Send implements Command {
  readonly #choice: Choice;
  #shown = 'a request';

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  check(): boolean {
    return true;
  }

  async run(play: Play, subject: Subject): Promise<void> {
    const request = draft(this.#choice, play.cast, play.count);
    this.#shown = shownDraft(request, play.cast);
    await perform(play, subject, request);
  }

  toString(): string {
    return this.#shown;
  }
}

/** How a request is sent again. */
interface Again {
  /** Which one: so many before the last with an Idempotency-Key. */
  back: number;
  variation: Variation;
  user: UserName;
  key: KeyName;
  /** Together with the very same as before. */
  atOnce: boolean;
}

/** Sends a request again, or one like it, that had an Idempotency-Key. */
class Repeat implements Command {
  readonly #again: Again;
  #shown = 'a repeat';

  constructor(again: Again) {
    this.#again = again;
  }

  check({ history }: Readonly<Play>): boolean {
    return history.length > 0;
  }

  async run(play: Play, subject: Subject): Promise<void> {
    const { history, cast, count } = play;
    const { back, variation, user, key, atOnce } = this.#again;
    const before = history.at(-1 - (back % history.length)) as Draft;
    const again = asRequest(VARIATIONS[variation](before, cast, user, key), count);
    this.#shown = `again, ${variation}${atOnce ? ', at once' : ''}: ${shownDraft(again, cast)}`;
    if (atOnce && !changesStanding(again))
      await race(play, subject, again, asRequest(before, count + 1));
    else await perform(play, subject, again);
  }

  toString(): string {
    return this.#shown;
  }
}

const asRequest = (draft: Draft, n: number): Draft => ({
  ...draft,
  request: { ...draft.request, requestId: `r${n}` },
});

/** Such a race is no sequence: a request is judged by the standing with which its statement began. */
const changesStanding = ({ request: { update } }: Draft): boolean =>
  'is_superuser' in update || 'is_active' in update;

/** Sends two requests at once; without a second one, twins. */
class Race implements Command {
  readonly #choices: [Choice, Choice | null];
  #shown = 'a race';

  constructor(one: Choice, two: Choice | null) {
    this.#choices = [one, two];
  }

  check(): boolean {
    return true;
  }

  async run(play: Play, subject: Subject): Promise<void> {
    const [one, two] = this.#choices;
    const a = draft(one, play.cast, play.count);
    const b = two ? draft({ ...two, target: one.target }, play.cast, play.count + 1) : a;
    if (changesStanding(a) || changesStanding(b)) return;
    this.#shown = `at once: ${[a, b].map((each) => shownDraft(each, play.cast)).join(' and ')}`;
    await race(play, subject, a, b);
  }

  toString(): string {
    return this.#shown;
  }
}

/** Several commands that lead somewhere together, where chance alone seldom gets. */
class Story implements Command {
  readonly #steps: Command[];

  constructor(steps: Command[]) {
    this.#steps = steps;
  }

  check(): boolean {
    return true;
  }

  async run(play: Play, subject: Subject): Promise<void> {
    for (const step of this.#steps) if (step.check(play)) await step.run(play, subject);
  }

  toString(): string {
    return this.#steps.join('; then ');
  }
}

const key = fc.constantFrom(...keyNames);
const user = fc.constantFrom(...USERS);

/** Whose changes others find, when the key is gone. */
const passing = fc.constantFrom<KeyName>('eve', 'ada', 'blind', 'billing');

const happening: fc.Arbitrary<Command> = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(key, fc.boolean()).map((args) => setRevoked(...args)) },
    { weight: 3, arbitrary: fc.constant(age) },
    { weight: 2, arbitrary: fc.tuple(user, fc.nat(3)).map((args) => prune(...args)) },
    { weight: 1, arbitrary: passing.map(forget) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(user, fc.constantFrom('is_superuser' as const, 'is_active' as const), fc.boolean())
        .map((args) => setStanding(...args)),
    },
  )
  .map((made) => new Outside(made));

const variation = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Variation>('same') },
  { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(VARIATIONS) as Variation[])) },
);

const sent: fc.Arbitrary<Command> = choice.map((made) => new Send(made));
const repeated: fc.Arbitrary<Command> = fc
  .record({
    back: fc.constantFrom(0, 0, 0, 1, 2),
    variation,
    user,
    key,
    atOnce: fc.constantFrom(false, false, true),
  })
  .map((again) => new Repeat(again));
const raced: fc.Arbitrary<Command> = fc
  .tuple(choice, fc.option(choice, { freq: 2 }))
  .map((args) => new Race(...args));

const twins: fc.Arbitrary<Command> = fc
  .tuple(fc.constantFrom(...HOT), fc.nat(1), fc.constantFrom(null, 'current' as const))
  .map(([field, n, base]) => edit('root', [[field, n]], { base, idempotency: 'fresh' }))
  .map((made) => new Race(made, null));

const other = fc.constantFrom<KeyName>('root', 'eve');

/** Somebody changes a field, and somebody else who has not seen it changes the same one. */
const lostUpdate: fc.Arbitrary<Command> = fc
  .record({
    field: fc.constantFrom(...HOT, 'email' as const),
    who: other,
    numbers: fc.constantFrom([0, 1], [1, 0]),
    prefer: fc.constantFrom(null, null, 'validate-only', 'return=minimal'),
    between: fc.constantFrom('nothing', 'nothing', 'the key goes', 'the log goes'),
    second: fc.constantFrom(...HOT),
    apart: fc.constantFrom(false, false, true),
    after: fc.array(repeated, { maxLength: 2 }),
  })
  .map(({ field, who, numbers: [one = 0, two = 1], prefer, between, second, apart, after }) => {
    const steps: Command[] = [
      new Send(edit('root', [[field, one]])),
      new Send(
        edit(who, [
          [second, one],
          [field, two],
        ]),
      ),
    ];
    if (between === 'the key goes' && who !== 'root') steps.push(new Outside(forget(who)));
    if (between === 'the log goes') steps.push(new Outside(prune('ada', 1)));
    const late = edit('root', [[apart ? 'last_name' : field, one]], {
      base: '1 back',
      idempotency: 'fresh',
      prefer,
    });
    return new Story([...steps, new Send(late), ...after]);
  });

const echoing = fc.constantFrom<KeyName>('root', 'eve', 'billing', 'billing', 'ada');

/** A request under an Idempotency-Key is sent again, after others perhaps. */
const echo: fc.Arbitrary<Command> = fc
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
  .map(({ first: [made, who], between, field, again, ifMatch, ifNoneMatch, prefer }) => {
    const more = {
      target: 'ada' as const,
      ifMatch,
      ifNoneMatch,
      base: null,
      prefer,
      timeout: null,
    };
    const first = new Send({ ...made, ...more, who, method: 'PUT', idempotency: 'fresh' });
    const steps: Command[] = [first];
    if (between === 'an edit') steps.push(new Send(edit('root', [[field, 0]])));
    if (between === 'a day') steps.push(new Outside(age));
    return new Story([...steps, again]);
  });

/** Reads, with the conditions that belong to reading. */
const read: fc.Arbitrary<Command> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'HEAD'),
    ifMatch: fc.option(tagForm, { freq: 2 }),
    ifNoneMatch: fc.option(tagForm, { freq: 2 }),
  })
  .map((more) => new Send(edit('root', [], more)));

/** Something that only a constraint of the database can refuse, for real or in thought. */
const unfit: fc.Arbitrary<Command> = fc
  .record({
    field: fc.constantFrom('email', 'role_id', 'active_billing_plan_id', 'next_billing_plan_id'),
    number: fc.constantFrom(1, 2),
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

/** Sequences of what clients and operators may do; a kind that stands twice is twice as frequent. */
export const commands = fc.commands(
  [sent, sent, sent, echo, echo, repeated, lostUpdate, unfit, read, raced, twins, happening],
  { maxCommands: 20, size: 'max' },
);
