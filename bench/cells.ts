import { startChild } from './child.ts';
import { type Contender, isRival, type Modules, type Subject, subjects } from './contenders.ts';
import { type Loader, lineOf, type Measured, measureLoad, startLoader } from './load.ts';
import type { Plan } from './plan.ts';
import type { Person } from './population.ts';
import type { Stack } from './stack.ts';
import { median, medianRatio, sum } from './statistics.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** One measurement: a subject under some load, at some distance from the database, in one round. */
export interface Cell extends Measured, Pick<Subject, 'contender' | 'operation'> {
  connections: number;
  /** Simulated network time to the database and back, in milliseconds. */
  roundTripMs: number;
  round: number;
}

/** What identifies a cell in any round. */
export type CellKey = Pick<Cell, 'contender' | 'operation' | 'connections' | 'roundTripMs'>;

/** A number that is measured in a cell. */
export type Measure = keyof Measured;

/** What measuring requires. */
export interface Bench {
  stack: Stack;
  people: readonly Person[];
  modules: Record<Contender, Modules>;
  plan: Plan;
  /** Prints a line for people. */
  say: (line: string) => void;
  /** Ends the run between two cells. */
  signal: AbortSignal;
}

/** The simulated network between the Workers and the database. */
interface Network {
  port: number;
  set(roundTripMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** A subject and the process that runs it. */
interface Player extends Subject {
  worker: Workerd;
}

/** Connections that warm up a fresh process. */
const WARMING = 16;

/** Measures all cells, round by round: those without simulated network time, then those with it. */
export async function measureCells(bench: Bench): Promise<Cell[]> {
  const { near, far } = bench.plan;
  const cells: Cell[] = [];
  const loader = startLoader();
  const network = await startNetwork(bench.stack);
  try {
    for (let round = 0; round < Math.max(near.rounds, far.rounds); round++) {
      if (round < near.rounds) cells.push(...(await playRound(bench, loader, round)));
      if (round < far.rounds) cells.push(...(await playRound(bench, loader, round, network)));
    }
    return cells;
  } finally {
    await network.stop();
    await loader.stop();
  }
}

/** Measures a round, with a new process for each contender. With a network, only the rivals. */
async function playRound(
  bench: Bench,
  loader: Loader,
  round: number,
  network?: Network,
): Promise<Cell[]> {
  const { stack, plan, modules } = bench;
  const playing = network ? subjects.filter(isRival) : subjects;
  await stack.pool.query('vacuum analyze users, api_keys, user_changes, idempotency_records');
  await stack.pool.query('checkpoint');
  await network?.set(0);
  const workers = new Map<Contender, Workerd>();
  try {
    const players: Player[] = [];
    for (const subject of round % 2 === 0 ? playing : playing.toReversed()) {
      const bundle = { modules: modules[subject.contender], bindings: stack.bindings(network) };
      const worker = workers.get(subject.contender) ?? (await startWorkerd(bundle));
      workers.set(subject.contender, worker);
      players.push({ ...subject, worker });
    }
    // Longer in each round, so that a cell is not always measured while garbage is collected, or never.
    const warmup = plan.warmup.process * (1 + round / 4);
    for (const player of players) await load(bench, loader, player, WARMING, warmup, 0.01);
    return await takeTurns(bench, loader, players, round, network);
  } finally {
    for (const worker of workers.values()) await worker.stop();
  }
}

/**
 * Subjects with the same operation take turns, cell by cell. So what is compared is measured within
 * seconds: the speed of a shared machine varies.
 */
async function takeTurns(
  bench: Bench,
  loader: Loader,
  players: readonly Player[],
  round: number,
  network?: Network,
): Promise<Cell[]> {
  const { plan, say, signal } = bench;
  const { seconds } = network ? plan.far : plan.near;
  const cells: Cell[] = [];
  for (const roundTripMs of network ? plan.roundTripsMs : [0]) {
    await network?.set(roundTripMs);
    for (const [operation, rivals] of Map.groupBy(players, (player) => player.operation))
      for (const connections of plan.connections)
        for (const player of rivals) {
          signal.throwIfAborted();
          const measured = await load(
            bench,
            loader,
            player,
            connections,
            plan.warmup.cell,
            seconds,
          );
          const { contender } = player;
          cells.push({ contender, operation, connections, roundTripMs, round, ...measured });
          say(
            `round ${round + 1}, ${contender} ${operation}, ${roundTripMs} ms away, ${connections} at once: ${lineOf(measured)}, CPU ${measured.workerCpuMs.toFixed(2)} + ${measured.postgresCpuMs.toFixed(2)} ms`,
          );
        }
  }
  return cells;
}

const load = (
  { stack, people }: Bench,
  loader: Loader,
  { operation, worker }: Player,
  connections: number,
  warmupSeconds: number,
  seconds: number,
): Promise<Measured> =>
  measureLoad(loader, stack, worker, { operation, people, connections, warmupSeconds, seconds });

async function startNetwork({ endpoint }: Stack): Promise<Network> {
  const child = startChild<{ port: number }>('./wire-process.ts', [new URL(endpoint).port]);
  const { port } = await child.next();
  return {
    port,
    async set(roundTripMs) {
      child.process.send(roundTripMs);
      await child.next();
    },
    stop: child.stop,
  };
}

/** CPU times per request. They add up, so the rounds count as one long one. */
const CPU_TIMES: readonly Measure[] = ['workerCpuMs', 'postgresCpuMs', 'neonCpuMs'];

/** The cells of all rounds, in their order. */
const cellsOf = (cells: readonly Cell[], key: CellKey): Cell[] =>
  cells
    .filter((cell) =>
      (Object.keys(key) as (keyof CellKey)[]).every((name) => cell[name] === key[name]),
    )
    .sort((a, b) => a.round - b.round);

/**
 * Returns a measure over all rounds: of CPU times the mean per request, of others the median; NaN if it was
 * not taken. Garbage is collected in bursts, which a median of CPU times would drop or take for the rule.
 */
export function overallOf(cells: readonly Cell[], key: CellKey, measure: Measure): number {
  const rounds = cellsOf(cells, key);
  if (!CPU_TIMES.includes(measure)) return median(rounds.map((cell) => cell[measure]));
  return (
    sum(rounds.map((cell) => cell[measure] * cell.requests)) /
    sum(rounds.map(({ requests }) => requests))
  );
}

/**
 * Returns the first measure divided by the second: of CPU times over all rounds, of others the median of
 * the ratios of the rounds.
 */
export function ratioOf(
  cells: readonly Cell[],
  measure: Measure,
  first: CellKey,
  second: CellKey,
): number {
  if (CPU_TIMES.includes(measure))
    return overallOf(cells, first, measure) / overallOf(cells, second, measure);
  const valuesOf = (key: CellKey) => cellsOf(cells, key).map((cell) => cell[measure]);
  return medianRatio(valuesOf(first), valuesOf(second));
}
