import { setTimeout } from 'node:timers/promises';
import type { DatabaseEndpoint, Fault } from '../support/database-endpoint.ts';
import { Random } from './random.ts';

/** How often each fault meets a request, in ten thousand. The rest goes well. */
const ODDS = {
  delay: 250,
  delayPastDeadline: 25,
  delayAnswer: 200,
  cutBefore: 120,
  cutThenLate: 100,
  cutAfterCommit: 200,
  truncatedAnswer: 120,
  status500: 60,
  status500AfterCommit: 60,
  computeUnreachable: 100,
  status429: 80,
  garbage: 60,
  garbageAfterCommit: 60,
  silence: 25,
} as const;

type Incident = 'refuse' | 'killInMidStatement' | 'restartFast' | 'restartImmediate';

/** Incidents come as cards off a shuffled pack, so that each has its turn even in a short run. */
const PACK: readonly Incident[] = [
  ...Array<Incident>(4).fill('refuse'),
  ...Array<Incident>(8).fill('killInMidStatement'),
  'restartFast',
  'restartImmediate',
];

/** Requests between two incidents, on average. */
const INCIDENT_EVERY = 100;

export type FaultKind = keyof typeof ODDS | Incident;

/** Every kind of fault that a run injects. */
export const faultKinds = [...new Set([...Object.keys(ODDS), ...PACK])] as FaultKind[];

/** What can be done to the database itself. Each resolves when it is over; false: there was nothing to do it to. */
export interface Victim {
  /** How many times as often as usual a request meets a fault. */
  harshness: number;
  endpoint: DatabaseEndpoint;
  deadlineMs: number;
  killInMidStatement(user: number): Promise<boolean>;
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  users: number;
}

/** Draws a fault for each request that reaches the database, and now and then something worse for all of them. */
export class FaultInjector {
  readonly injected = new Map<FaultKind, number>();
  on = false;
  readonly #victim: Victim;
  readonly #random: Random;
  readonly #incidents: Random;
  readonly #odds: Record<keyof typeof ODDS | 'nothing', number>;
  #untilIncident = INCIDENT_EVERY;
  #pack: Incident[] = [];
  #incident: Promise<void> | undefined;
  #failure: unknown;

  constructor(seed: number, victim: Victim) {
    this.#victim = victim;
    this.#odds = oddsOf(victim.harshness);
    this.#random = new Random(seed, 'faults');
    this.#incidents = new Random(seed, 'incidents');
    victim.endpoint.script = () => this.#draw();
  }

  /** Stops injecting and waits until what was broken works again. Rejects if that failed. */
  async end(): Promise<void> {
    this.on = false;
    await this.#incident;
    if (this.#failure) throw this.#failure;
  }

  #draw(): Fault | undefined {
    if (!this.on) return undefined;
    if (--this.#untilIncident <= 0 && !this.#incident) {
      this.#untilIncident = this.#incidents.between(1, 2 * INCIDENT_EVERY);
      this.#incident = this.#strike()
        .catch((error) => {
          this.#failure = error;
        })
        .finally(() => {
          this.#incident = undefined;
        });
    }
    const kind = this.#random.weighted(this.#odds);
    const milliseconds = this.#random.between(5, 120);
    if (kind === 'nothing') return undefined;
    this.#count(kind);
    return fault(kind, milliseconds, this.#victim.deadlineMs);
  }

  async #strike(): Promise<void> {
    const { endpoint, restart, killInMidStatement, users } = this.#victim;
    if (this.#pack.length === 0) this.#pack = this.#incidents.some(PACK, PACK.length);
    const kind = this.#pack.pop() as Incident;
    const milliseconds = this.#incidents.between(30, 250);
    const user = this.#incidents.between(0, users - 1);
    if (kind === 'refuse') {
      endpoint.refuse();
      await setTimeout(milliseconds);
      await endpoint.listen();
    } else if (kind === 'killInMidStatement') {
      if (!(await killInMidStatement(user))) return;
    } else await restart(kind === 'restartFast' ? 'fast' : 'immediate');
    this.#count(kind);
  }

  #count(kind: FaultKind): void {
    this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
  }
}

function oddsOf(harshness: number): Record<keyof typeof ODDS | 'nothing', number> {
  const odds = Object.entries(ODDS).map(([kind, chance]) => [kind, chance * harshness] as const);
  const faulty = odds.reduce((sum, [, chance]) => sum + chance, 0);
  return { ...(Object.fromEntries(odds) as typeof ODDS), nothing: 10_000 - faulty };
}

const GARBAGE = { status: 200, body: '{"fields":[' };
const BAD_GATEWAY = { status: 500, body: '<html>Internal Server Error</html>' };
const UNREACHABLE = {
  status: 500,
  body: JSON.stringify({ message: "Couldn't connect to compute node" }),
};
const TOO_MANY = { status: 429, body: JSON.stringify({ message: 'Too many requests' }) };

function fault(kind: keyof typeof ODDS, milliseconds: number, deadlineMs: number): Fault {
  const faults: Record<typeof kind, Fault> = {
    delay: { delay: milliseconds },
    delayPastDeadline: { delay: deadlineMs + milliseconds },
    delayAnswer: { delayAnswer: milliseconds },
    cutBefore: 'cut',
    cutThenLate: { late: milliseconds },
    cutAfterCommit: 'cutAfterCommit',
    truncatedAnswer: 'cutAnswer',
    status500: BAD_GATEWAY,
    status500AfterCommit: { afterCommit: BAD_GATEWAY },
    computeUnreachable: UNREACHABLE,
    status429: TOO_MANY,
    garbage: GARBAGE,
    garbageAfterCommit: { afterCommit: GARBAGE },
    silence: 'hang',
  };
  return faults[kind];
}
