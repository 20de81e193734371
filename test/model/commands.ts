import fc from 'fast-check';
import { type KeyName, keyNames, USERS } from './cast.ts';
import { type Choice, choice } from './choices.ts';
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

const key = fc.constantFrom(...keyNames);
const user = fc.constantFrom(...USERS);

const happening = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, fc.boolean()).map((args) => setRevoked(...args)) },
  { weight: 3, arbitrary: fc.constant(age) },
  { weight: 2, arbitrary: fc.tuple(user, fc.nat(3)).map((args) => prune(...args)) },
  { weight: 1, arbitrary: key.map(forget) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(user, fc.constantFrom('is_superuser' as const, 'is_active' as const), fc.boolean())
      .map((args) => setStanding(...args)),
  },
);

const variation = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Variation>('same') },
  { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(VARIATIONS) as Variation[])) },
);

const sent: fc.Arbitrary<Command> = choice.map((made) => new Send(made));
const repeated: fc.Arbitrary<Command> = fc
  .tuple(fc.nat(3), variation, user, key)
  .map((args) => new Repeat(...args));
const raced: fc.Arbitrary<Command> = fc
  .tuple(choice, fc.option(choice))
  .map((args) => new Race(...args));
const outside: fc.Arbitrary<Command> = happening.map((made) => new Outside(made));

/** Sequences of what clients and operators may do; a kind that stands twice is twice as frequent. */
export const commands = fc.commands(
  [sent, sent, sent, sent, sent, sent, repeated, repeated, raced, outside],
  { maxCommands: 24, size: 'max' },
);
