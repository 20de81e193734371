import { startChild } from './child.ts';
import type { Contender, Modules } from './contenders.ts';
import { type Loader, type LoadResult, startLoader } from './load.ts';
import { peopleFor } from './operations.ts';
import type { Plan } from './plan.ts';
import { type Population, withVersions } from './population.ts';
import { cpuMs, familyCpuMs } from './processes.ts';
import type { Stack } from './stack.ts';
import { rivals, type Subject, subjects } from './subjects.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** One measurement: a subject under so much load, so far from the database, in one round. */
export interface Cell extends LoadResult {
  contender: Subject['contender'];
  operation: Subject['operation'];
  connections: number;
  /** Simulated network time to the database and back, in milliseconds. */
  roundTripMs: number;
  round: number;
  /** CPU time per request, in milliseconds: in workerd, in all of Postgres, in the local Neon. */
  workerCpuMs: number;
  postgresCpuMs: number;
  neonCpuMs: number;
}

/** What measuring needs. */
export interface Bench {
  stack: Stack;
  population: Population;
  modules: Record<Contender, Modules>;
  plan: Plan;
  /** Called with a line for people. */
  say: (line: string) => void;
  /** Ends the run between two cells. */
  signal: AbortSignal;
}

/** Something that sets the network time of the Workers behind it. */
interface Network {
  port: number;
  set(roundTripMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Which cells a fresh process of a contender takes part in. */
interface Turn {
  subjects: readonly Subject[];
  roundTripsMs: readonly number[];
  seconds: (subject: Subject) => number;
}

/**
 * Measures all cells, round by round. In each round every contender has a fresh process, and one more
 * behind the simulated network; every other round goes the other way round.
 */
export async function measureCells(bench: Bench): Promise<Cell[]> {
  const { rounds } = bench.plan;
  const cells: Cell[] = [];
  const loader = startLoader();
  const network = await startNetwork(bench.stack);
  try {
    for (let round = 0; round < Math.max(...Object.values(rounds)); round++) {
      for (const contender of round % 2 === 0 ? rivals : rivals.toReversed()) {
        const near = turn(bench.plan, contender, round, 'near');
        const far = turn(bench.plan, contender, round, 'far');
        cells.push(...(await play(bench, loader, undefined, contender, near, round)));
        cells.push(...(await play(bench, loader, network, contender, far, round)));
      }
    }
    return cells;
  } finally {
    await network.stop();
    await loader.stop();
  }
}

function turn(plan: Plan, contender: Contender, round: number, where: 'near' | 'far'): Turn {
  const [rivalsKey, othersKey] =
    where === 'near' ? (['rivals', 'others'] as const) : (['rivalsFar', 'othersFar'] as const);
  const key = ({ operation }: Subject) => (operation === 'put' ? rivalsKey : othersKey);
  return {
    subjects: subjects.filter(
      (subject) =>
        subject.contender === contender &&
        round < plan.rounds[key(subject)] &&
        // What never asks the database is as near to it as to anything.
        (where === 'near' || subject.databaseRequests > 0),
    ),
    roundTripsMs: where === 'near' ? [0] : plan.roundTripsMs,
    seconds: (subject) => plan.seconds[key(subject)],
  };
}

/** Connections with which a fresh process is warmed up; what its operations share is warm after the first. */
const WARMING = 16;

/** Plays one process's part in a round. */
async function play(
  bench: Bench,
  loader: Loader,
  network: Network | undefined,
  contender: Contender,
  { subjects: ours, roundTripsMs, seconds }: Turn,
  round: number,
): Promise<Cell[]> {
  const { stack, plan, modules } = bench;
  if (ours.length === 0) return [];
  await stack.pool.query('vacuum analyze users, api_keys, user_changes, idempotency_records');
  await stack.pool.query('checkpoint');
  await network?.set(0);
  const worker = await startWorkerd({
    modules: modules[contender],
    bindings: stack.bindings(network),
  });
  const cells: Cell[] = [];
  try {
    const measure = (subject: Subject, connections: number, warmup: number, counted: number) =>
      load(bench, loader, worker, subject, connections, warmup, counted);
    for (const [i, subject] of ours.entries())
      await measure(subject, WARMING, plan.warmup.process / (i === 0 ? 1 : 3), 0.01);
    for (const roundTripMs of roundTripsMs) {
      await network?.set(roundTripMs);
      for (const subject of ours)
        for (const connections of plan.connections) {
          bench.signal.throwIfAborted();
          const measured = await measure(subject, connections, plan.warmup.cell, seconds(subject));
          const { operation } = subject;
          const cell = { contender, operation, connections, roundTripMs, round, ...measured };
          bench.say(lineOf(cell));
          cells.push(cell);
        }
    }
    return cells;
  } finally {
    await worker.stop();
  }
}

type Measured = LoadResult & Pick<Cell, 'workerCpuMs' | 'postgresCpuMs' | 'neonCpuMs'>;

async function load(
  { stack, population }: Bench,
  loader: Loader,
  worker: Workerd,
  { operation }: Subject,
  connections: number,
  warmupSeconds: number,
  seconds: number,
): Promise<Measured> {
  const people = await withVersions(stack.pool, peopleFor(operation, population));
  const { references } = population;
  const { result, before, after } = await loader.run(
    {
      ...{ origin: worker.origin, operation, people, references },
      ...{ connections: Math.min(connections, people.length), warmupSeconds, seconds },
    },
    () => [cpuMs(worker.pid), familyCpuMs(stack.postgresPid), cpuMs(stack.neonPid)] as const,
  );
  const perRequest = (i: 0 | 1 | 2) => (after[i] - before[i]) / result.requests;
  return {
    ...result,
    workerCpuMs: perRequest(0),
    postgresCpuMs: perRequest(1),
    neonCpuMs: perRequest(2),
  };
}

async function startNetwork(stack: Stack): Promise<Network> {
  const { port } = new URL(stack.endpoint);
  const child = startChild<{ port: number } | 'set'>('./wire-process.ts', [port]);
  const ready = (await child.next()) as { port: number };
  return {
    port: ready.port,
    async set(roundTripMs) {
      child.process.send(roundTripMs);
      await child.next();
    },
    stop: child.stop,
  };
}

const lineOf = (cell: Cell): string =>
  [
    `round ${cell.round + 1}`,
    `${cell.contender} ${cell.operation}`,
    `${cell.roundTripMs} ms away`,
    `${cell.connections} at once`,
    `p50 ${cell.p50.toFixed(2)} ms`,
    `${cell.perSecond.toFixed(0)}/s`,
    `CPU ${cell.workerCpuMs.toFixed(2)} + ${cell.postgresCpuMs.toFixed(2)} ms`,
  ].join(', ');
