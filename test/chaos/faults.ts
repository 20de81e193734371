import { setTimeout } from 'node:timers/promises';
import type { DatabaseEndpoint, Fault, Statement } from '../support/database-endpoint.ts';
import { agedByAnHour, changeOf } from './change.ts';
import {
  cards,
  type FaultKind,
  fault,
  INCIDENTS,
  type Incident,
  isCuttingOff,
  type Odds,
  type RequestFault,
} from './fault-kinds.ts';
import type { CutOff, Outage } from './history.ts';
import { now } from './http.ts';
import { Random } from './random.ts';

/** Requests between two incidents, on average. */
const INCIDENT_EVERY = 100;

/** What faults are injected into. An incident resolves when it is over; with false if it hit nothing. */
export interface Victim {
  /** Multiplies the number of faults. */
  harshness: number;
  odds: Odds;
  endpoint: DatabaseEndpoint;
  deadlineMs: number;
  killInMidStatement(user: number): Promise<boolean>;
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  users: number;
}

/** Deals a deck and shuffles it again when it is empty, so that each card occurs even in a short run. */
class Pack<Card> {
  readonly #random: Random;
  readonly #cards: readonly Card[];
  #left: Card[] = [];

  constructor(random: Random, cards: readonly Card[]) {
    this.#random = random;
    this.#cards = cards;
  }

  next(): Card {
    if (this.#left.length === 0) this.#left = this.#random.some(this.#cards, this.#cards.length);
    return this.#left.pop() as Card;
  }
}

/** Draws a fault for each database request, and sometimes starts an incident that affects all of them. */
export class FaultInjector {
  readonly injected = new Map<FaultKind, number>();
  readonly cutOff: CutOff[] = [];
  readonly outages: Outage[] = [];
  on = false;
  readonly #victim: Victim;
  readonly #random: Random;
  readonly #incidents: Random;
  #untilIncident = INCIDENT_EVERY;
  readonly #faults: Pack<RequestFault | 'nothing'>;
  readonly #strikes: Pack<Incident>;
  /** The ids of the changes whose repeats the network loses. */
  readonly #lost = new Set<string>();
  #incident: Promise<void> | undefined;
  #failure: unknown;

  constructor(seed: number, victim: Victim) {
    this.#victim = victim;
    this.#random = new Random(seed, 'faults');
    this.#incidents = new Random(seed, 'incidents');
    this.#faults = new Pack(this.#random, cards(victim.harshness, victim.odds));
    this.#strikes = new Pack(this.#incidents, INCIDENTS);
    victim.endpoint.script = () => this.#draw();
  }

  /** Stops injecting and waits until everything works again. Rejects if that fails. */
  async end(): Promise<void> {
    this.on = false;
    await this.#incident;
    if (this.#failure) throw this.#failure;
  }

  #draw(): Fault | undefined {
    const { statement } = this.#victim.endpoint;
    if (this.#lost.has(changeOf(statement)?.change_id ?? '')) return 'cut';
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
    const kind = this.#faults.next();
    const milliseconds = this.#random.between(5, 120);
    if (kind === 'nothing') return undefined;
    this.#count(kind);
    const drawn = fault(kind, milliseconds, this.#victim.deadlineMs);
    return isCuttingOff(kind) ? this.#cutOff(drawn, statement) : drawn;
  }

  /** Makes the network lose all repeats of a change. If the first attempt is late, it is overdue, too. */
  #cutOff(drawn: Fault, statement: Statement): Fault {
    const change = changeOf(statement);
    if (!change) return drawn;
    const { change_id, request_id: requestId } = change;
    this.#lost.add(change_id);
    const isLate = typeof drawn === 'object' && 'late' in drawn;
    this.cutOff.push({ requestId, ...(isLate && { overdueAt: now() + drawn.late }) });
    return isLate ? { ...drawn, instead: agedByAnHour(statement) } : drawn;
  }

  async #strike(): Promise<void> {
    const { endpoint, restart, killInMidStatement, users } = this.#victim;
    const kind = this.#strikes.next();
    const milliseconds = this.#incidents.between(30, 250);
    const user = this.#incidents.between(0, users - 1);
    const from = now();
    if (kind === 'refuse') {
      endpoint.refuse();
      await setTimeout(milliseconds);
      await endpoint.listen();
    } else if (kind === 'killInMidStatement') {
      if (!(await killInMidStatement(user))) return;
    } else await restart(kind === 'restartFast' ? 'fast' : 'immediate');
    if (kind !== 'killInMidStatement') this.outages.push({ from, to: now() });
    this.#count(kind);
  }

  #count(kind: FaultKind): void {
    this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
  }
}
