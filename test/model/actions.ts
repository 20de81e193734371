import type fc from 'fast-check';
import type { KeyName, UserName } from './cast.ts';
import type { Choice } from './choices.ts';
import { type Play, perform, type Subject } from './play.ts';
import { isSerial, race } from './race.ts';
import { isVariationOf, VARIATIONS, type Variation } from './repeats.ts';
import { type Draft, draft, shownDraft } from './requests.ts';

export type Command = fc.AsyncCommand<Play, Subject>;

/** Sends a new request. */
export class Send implements Command {
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
  /** Which request, counted back from the last one with an Idempotency-Key. */
  back: number;
  variation: Variation;
  user: UserName;
  key: KeyName;
  /** Whether to send the unchanged request at the same time. */
  atOnce: boolean;
}

/** Repeats a request with an Idempotency-Key, unchanged or with a variation. */
export class Repeat implements Command {
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
    const { back, user, key, atOnce } = this.#again;
    const before = history.at(-1 - (back % history.length)) as Draft;
    const variation = isVariationOf(this.#again.variation, before) ? this.#again.variation : 'same';
    const again = asRequest(VARIATIONS[variation](before, cast, user, key), count);
    this.#shown = `again, ${variation}${atOnce ? ', at once' : ''}: ${shownDraft(again, cast)}`;
    const same = asRequest(before, count + 1);
    if (atOnce && isSerial(again, same)) await race(play, subject, again, same);
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

/** Sends two requests at once; if there is no second one, the first one twice. */
export class Race implements Command {
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
    if (!isSerial(a, b)) return;
    this.#shown = `at once: ${[a, b].map((each) => shownDraft(each, play.cast)).join(' and ')}`;
    await race(play, subject, a, b);
  }

  toString(): string {
    return this.#shown;
  }
}

/** Several commands that together reach a state that random commands rarely reach. */
export class Story implements Command {
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
