/** How much a run measures. All times are in seconds. */
export interface Plan {
  /** Users that the connections share. */
  people: number;
  connections: readonly number[];
  /** Simulated round trips to the database, in milliseconds, in addition to none. */
  roundTripsMs: readonly number[];
  /** Rounds without network time and with it, and how long each cell of a round is counted. */
  near: { rounds: number; seconds: number };
  far: { rounds: number; seconds: number };
  /** Warm-up before the first cell of a process, until hot code is compiled, in the first round; and before each cell. */
  warmup: { process: number; cell: number };
  /** Statements by themselves: rounds, batches in each, PUTs in each batch. */
  statements: { rounds: number; batches: number; batch: number };
  /** How often each Worker is started. */
  starts: number;
}

const shape = { connections: [1, 16, 64], roundTripsMs: [5, 40, 150] } as const;

/** About 10 minutes. */
export const full: Plan = {
  ...shape,
  people: 1000,
  near: { rounds: 7, seconds: 2.5 },
  far: { rounds: 3, seconds: 1.5 },
  warmup: { process: 2, cell: 0.3 },
  statements: { rounds: 20, batches: 10, batch: 10 },
  starts: 15,
};

/** About 2 minutes: the same cells, fewer rounds. */
export const quick: Plan = {
  ...shape,
  people: 1000,
  near: { rounds: 2, seconds: 1.2 },
  far: { rounds: 1, seconds: 0.5 },
  warmup: { process: 0.6, cell: 0.1 },
  statements: { rounds: 8, batches: 10, batch: 10 },
  starts: 10,
};

/** Takes seconds: it shows only that the benchmark works. */
export const tiny: Plan = {
  connections: shape.connections,
  roundTripsMs: [40],
  people: 64,
  near: { rounds: 1, seconds: 0.05 },
  far: { rounds: 1, seconds: 0.05 },
  warmup: { process: 0.02, cell: 0 },
  statements: { rounds: 2, batches: 2, batch: 2 },
  starts: 2,
};
