/** How much is measured. All times in seconds. */
export interface Plan {
  /** So many people who are changed, and as many who are not. */
  people: number;
  connections: readonly number[];
  /** Simulated network times to the database and back, in milliseconds, beside none. */
  roundTripsMs: readonly number[];
  /** Rounds of the rivals' PUT and of all other operations, without network time and with it. */
  rounds: { rivals: number; others: number; rivalsFar: number; othersFar: number };
  /** How long one cell is counted. */
  seconds: { rivals: number; others: number; rivalsFar: number; othersFar: number };
  /** Before the first cell of a process, so that what is hot is compiled, and before each cell. */
  warmup: { process: number; cell: number };
  /** Statements by themselves: of how many people, how many batches of how many, how many explained. */
  statements: { people: number; batches: number; batch: number; explained: number };
  /** How often each Worker is started. */
  starts: number;
}

const shape = { connections: [1, 16, 64], roundTripsMs: [5, 40, 150] } as const;

/** About 10 minutes. */
export const full: Plan = {
  ...shape,
  people: 1000,
  rounds: { rivals: 7, others: 3, rivalsFar: 3, othersFar: 1 },
  seconds: { rivals: 2.5, others: 1.5, rivalsFar: 1.5, othersFar: 0.8 },
  warmup: { process: 2.5, cell: 0.3 },
  statements: { people: 100, batches: 200, batch: 10, explained: 200 },
  starts: 15,
};

/** About 2 minutes: the same cells, fewer rounds. */
export const quick: Plan = {
  ...shape,
  people: 1000,
  rounds: { rivals: 2, others: 1, rivalsFar: 1, othersFar: 1 },
  seconds: { rivals: 1.2, others: 0.6, rivalsFar: 0.5, othersFar: 0.2 },
  warmup: { process: 0.6, cell: 0.1 },
  statements: { people: 100, batches: 80, batch: 10, explained: 100 },
  starts: 10,
};

/** Seconds: whether all of it works. */
export const tiny: Plan = {
  connections: shape.connections,
  roundTripsMs: [40],
  people: 64,
  rounds: { rivals: 1, others: 1, rivalsFar: 1, othersFar: 1 },
  seconds: { rivals: 0.05, others: 0.05, rivalsFar: 0.05, othersFar: 0.05 },
  warmup: { process: 0.02, cell: 0 },
  statements: { people: 4, batches: 4, batch: 2, explained: 4 },
  starts: 2,
};
