/**
 * Names that are remembered until a time, in this isolate only. Of more than `most`, those that were
 * noted first are forgotten early. Times are in milliseconds since 1970.
 */
export class ShortMemory {
  readonly #until = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  remember(name: string, until: number): void {
    this.#until.delete(name); // A map keeps the place of a name that it has; this is the latest.
    this.#until.set(name, until);
    const [first] = this.#until.keys();
    if (first !== undefined && this.#until.size > this.#most) this.#until.delete(first);
  }

  forget(name: string): void {
    this.#until.delete(name);
  }

  has(name: string, now: number): boolean {
    const until = this.#until.get(name);
    if (until === undefined) return false;
    if (until <= now) this.#until.delete(name);
    return until > now;
  }
}
