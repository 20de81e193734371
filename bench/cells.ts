import { startChild } from './child.ts';
import type { Contender, Modules } from './contenders.ts';
import { type Loader, type LoadResult, startLoader } from './load.ts';
import { peopleFor } from './operations.ts';
import type { Plan } from './plan.ts';
import { type Population, withVersions } from './population.ts';
import { cpuMs, familyCpuMs } from './processes.ts';
import type { Stack } from './stack.ts';
import { type Subject, subjects } from './subjects.ts';
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

/** How far from the database the Workers of a round are. */
type Where = 'near' | 'far';

/** Connections with which a fresh process is warmed up; what its operations share is warm after the first. */
const WARMING = 16;

/** Measures all cells, round by round: those without simulated network time, then those with it. */
export async function measureCells(bench: Bench): Promise<Cell[]> {
  const cells: Cell[] = [];
  const loader = startLoader();
  const network = await startNetwork(bench.stack);
  try {
    for (let round = 0; round < Math.max(...Object.values(bench.plan.rounds)); round++) {
      cells.push(...(await playRound(bench, loader, undefined, round)));
      cells.push(...(await playRound(bench, loader, network, round)));
    }
    return cells;
  } finally {
    await network.stop();
    await loader.stop();
  }
}

/** A subject and the process that plays it. */
interface Player extends Subject {
  worker: Workerd;
}

/** Plays a round, in which each contender has a fresh process. */
async function playRound(
  bench: Bench,
  loader: Loader,
  network: Network | undefined,
  round: number,
): Promise<Cell[]> {
  const { stack, plan, modules } = bench;
  const playing = playingIn(plan, round, network ? 'far' : 'near');
  if (playing.length === 0) return [];
  await stack.pool.query('vacuum analyze users, api_keys, user_changes, idempotency_records');
  await stack.pool.query('checkpoint');
  await network?.set(0);
  const workers = new Map<Contender, Workerd>();
  try {
    for (const contender of new Set(playing.map((subject) => subject.contender)))
      workers.set(
        contender,
        await startWorkerd({ modules: modules[contender], bindings: stack.bindings(network) }),
      );
    const players = playing.map((subject) => ({
      ...subject,
      worker: workers.get(subject.contender) as Workerd,
    }));
    for (const player of players) {
      const seconds = plan.warmup.process / (player.operation === 'put' ? 1 : 3);
      await load(bench, loader, player, WARMING, seconds, 0.01);
    }
    return await takeTurns(bench, loader, network, players, round);
  } finally {
    for (const worker of workers.values()) await worker.stop();
  }
}

/**
 * Those who do the same take turns, cell by cell: what is compared is measured within seconds, for the
 * speed of a shared machine wanders.
 */
async function takeTurns(
  bench: Bench,
  loader: Loader,
  network: Network | undefined,
  players: readonly Player[],
  round: number,
): Promise<Cell[]> {
  const { plan } = bench;
  const cells: Cell[] = [];
  for (const roundTripMs of network ? plan.roundTripsMs : [0]) {
    await network?.set(roundTripMs);
    for (const operation of new Set(players.map((player) => player.operation)))
      for (const connections of plan.connections)
        for (const player of players.filter((each) => each.operation === operation)) {
          bench.signal.throwIfAborted();
          const seconds = plan.seconds[shareOf(player, network ? 'far' : 'near')];
          const { cell: warmup } = plan.warmup;
          const measured = await load(bench, loader, player, connections, warmup, seconds);
          const { contender } = player;
          const cell = { contender, operation, connections, roundTripMs, round, ...measured };
          bench.say(lineOf(cell));
          cells.push(cell);
        }
  }
  return cells;
}

/** Who takes part in a round, in the order of their turns: every other one goes the other way round. */
function playingIn(plan: Plan, round: number, where: Where): Subject[] {
  const playing = subjects.filter(
    (subject) =>
      round < plan.rounds[shareOf(subject, where)] &&
      // What never asks the database is as near to it as to anything.
      (where === 'near' || subject.databaseRequests > 0),
  );
  return round % 2 === 0 ? playing : playing.reverse();
}

/** Which part of the plan is for a subject. */
const shareOf = ({ operation }: Subject, where: Where) =>
  operation === 'put'
    ? ({ near: 'rivals', far: 'rivalsFar' } as const)[where]
    : ({ near: 'others', far: 'othersFar' } as const)[where];

type Measured = LoadResult & Pick<Cell, 'workerCpuMs' | 'postgresCpuMs' | 'neonCpuMs'>;

async function load(
  { stack, population }: Bench,
  loader: Loader,
  { operation, worker }: Player,
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
