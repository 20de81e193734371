import fc from 'fast-check';
import { HOT } from './bodies.ts';
import { type KeyName, keyNames, USERS } from './cast.ts';
import { type Choice, choice, edit } from './choices.ts';
import type { Field } from './fields.ts';
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

/** Sends a request again, or one like it, that had an Idempotency-Key. */
class Repeat implements Command {
  readonly #back: number;
  readonly #variation: Variation;
  readonly #user: (typeof USERS)[number];
  readonly #key: KeyName;
  #shown = 'a repeat';

  constructor(back: number, variation: Variation, user: (typeof USERS)[number], key: KeyName) {
    this.#back = back;
    this.#variation = variation;
    this.#user = user;
    this.#key = key;
  }

  check({ history }: Readonly<Play>): boolean {
    return history.length > 0;
  }

  async run(play: Play, subject: Subject): Promise<void> {
    const { history, cast, count } = play;
    const before = history.at(-1 - (this.#back % history.length)) as Draft;
    const varied = VARIATIONS[this.#variation](before, cast, this.#user, this.#key);
    const again = { ...varied, request: { ...varied.request, requestId: `r${count}` } };
    this.#shown = `again, ${this.#variation}: ${shownDraft(again, cast)}`;
    await perform(play, subject, again);
  }

  toString(): string {
    return this.#shown;
  }
}

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
    // A request is judged by the standing that its key's owner had when its statement began.
    if ([a, b].some(({ request: { update } }) => 'is_superuser' in update || 'is_active' in update))
      return;
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
  .tuple(fc.constantFrom(0, 0, 0, 1, 2), variation, user, key)
  .map((args) => new Repeat(...args));
const raced: fc.Arbitrary<Command> = fc
  .tuple(choice, fc.option(choice, { freq: 2 }))
  .map((args) => new Race(...args));

const twins: fc.Arbitrary<Command> = fc
  .tuple(fc.constantFrom(...HOT), fc.nat(1), fc.constantFrom(null, 'current' as const))
  .map(([field, n, base]) => edit('root', [[field, n]], { base, idempotency: 'fresh' }))
  .map((made) => new Race(made, null));

/** Somebody changes a field, and somebody else who has not seen it changes the same one. */
const lostUpdate: fc.Arbitrary<Command> = fc
  .record({
    field: fc.constantFrom(...HOT, 'email' as const),
    who: fc.constantFrom<KeyName>('root', 'eve'),
    numbers: fc.constantFrom([0, 1], [1, 0]),
    prefer: fc.constantFrom(null, null, 'validate-only', 'return=minimal'),
    between: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.oneof(happening, fc.constant(new Outside(forget('eve')))).map((x) => [x]),
      },
    ),
    other: fc.constantFrom(...HOT),
    after: fc.array(repeated, { maxLength: 2 }),
  })
  .map(
    ({ field, who, numbers: [first = 0, second = 1], prefer, between, other, after }) =>
      new Story([
        new Send(edit(who, [[field, first]])),
        new Send(
          edit('root', [
            [field, second],
            [other, first],
          ]),
        ),
        ...between,
        new Send(edit('root', [[field, first]], { base: '1 back', idempotency: 'fresh', prefer })),
        ...after,
      ]),
  );

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
  [sent, sent, sent, sent, repeated, repeated, lostUpdate, unfit, raced, twins, happening],
  { maxCommands: 20, size: 'max' },
);
