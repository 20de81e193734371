import type { Cell } from './cells.ts';
import { median } from './statistics.ts';

/** What tells cells apart, their round aside. */
export type CellKey = Pick<Cell, 'contender' | 'operation' | 'connections' | 'roundTripMs'>;

/** What is measured in a cell. */
export type Measure =
  | 'p50'
  | 'p90'
  | 'p99'
  | 'perSecond'
  | 'workerCpuMs'
  | 'postgresCpuMs'
  | 'neonCpuMs';

/** The values of a measure, one a round, in the order of the rounds. */
export const valuesOf = (cells: readonly Cell[], key: CellKey, measure: Measure): number[] =>
  cells
    .filter((cell) =>
      (Object.keys(key) as (keyof CellKey)[]).every((name) => cell[name] === key[name]),
    )
    .sort((a, b) => a.round - b.round)
    .map((cell) => cell[measure]);

/** The median over the rounds; NaN if it was not measured. */
export const medianOf = (cells: readonly Cell[], key: CellKey, measure: Measure): number =>
  median(valuesOf(cells, key, measure));

/**
 * How many times as large the first is as the second: the median of the rounds' own ratios, so that a
 * machine that is slower in one round than in another does not count.
 */
export function ratio(
  cells: readonly Cell[],
  measure: Measure,
  first: CellKey,
  second: CellKey,
): number {
  return medianRatio(valuesOf(cells, first, measure), valuesOf(cells, second, measure));
}

/** The median of the ratios of two rows of values, pair by pair. */
export const medianRatio = (first: readonly number[], second: readonly number[]): number =>
  median(first.slice(0, second.length).map((value, i) => value / (second[i] ?? Number.NaN)));
