import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random draws: the same for the same seed and name, and independent of all others. */
export class Random {
  readonly #generator;

  constructor(seed: number, name: string) {
    this.#generator = xoroshiro128plus([...name].reduce(mix, seed));
  }

  /** Returns a whole number, both ends included. */
  between(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** Returns true in this percentage of cases. */
  percent(chance: number): boolean {
    return this.between(1, 100) <= chance;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)] as T;
  }

  /** Returns this many different members of a list. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: count }, () =>
      rest.splice(this.between(0, rest.length - 1), 1),
    ).flat();
  }

  /** Returns one of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries<number>(weights);
    let left = this.between(
      1,
      entries.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [name, weight] of entries) {
      left -= weight;
      if (left <= 0) return name as Name;
    }
    throw new Error('No weights.');
  }
}

const mix = (hash: number, character: string): number =>
  Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
