import type pg from 'pg';
import type { Modules } from '../contenders.ts';
import { type Request, request } from '../operations.ts';
import { type Person, populate } from '../population.ts';
import { cpuMs } from '../processes.ts';
import { type Recorder, type Statement, startRecorder } from '../recorder.ts';
import { circumstances, loadBefore, type Results } from '../results.ts';
import { costsOf, type StatementCosts, WARM_UP } from '../scale/costs.ts';
import { sizesTo } from '../scale/plan.ts';
import { addInBulk, age, grow, vacuum } from '../scale/tables.ts';
import { startStack } from '../stack.ts';
import { extended } from '../statements.ts';
import { median } from '../statistics.ts';

interface ListsPlan {
  /** Numbers of users, ascending; the database grows from one to the next. */
  sizes: readonly number[];
  /** How often each statement is measured at each size. */
  statements: number;
  /** Erasures are measured without records of Idempotency-Keys, and with this number of them. */
  records: number;
  /** How often a page is compared with GETs. */
  rounds: number;
}

export const fullLists = (to: number): ListsPlan => ({
  sizes: sizesTo(to),
  statements: 50,
  records: 1_000_000,
  rounds: 40,
});

/** Takes seconds: it shows only that the benchmark works. */
export const tinyLists: ListsPlan = {
  sizes: [1_000, 1_500],
  statements: 4,
  records: 1_000,
  rounds: 2,
};

/** The cost of a page of PAGE users is compared with GETs: one for each USERS_A_GET users of it. */
export const PAGE = 100;
export const USERS_A_GET = 10;

/**
 * What is read. `page`: users by id. `changed`: users changed since a given time. `found`: a user by
 * e-mail address. `history`: the changes of a user.
 */
const READS = {
  page: () => '?limit=50',
  changed: ({ since }) => `?limit=50&updated_since=${since}`,
  found: ({ email }) => `?email=${encodeURIComponent(email)}`,
  history: ({ id }) => `/${id}/changes`,
} satisfies Record<string, (drawn: Drawn) => string>;

export type Read = keyof typeof READS;

/** A user drawn at random. */
interface Drawn {
  id: string;
  email: string;
  /** When they were changed. */
  since: string;
}

export interface ListsData {
  plan: ListsPlan;
  sizes: { users: number; reads: Record<Read, StatementCosts> }[];
  /** By the number of records of Idempotency-Keys of other users. */
  erasures: { records: number; costs: StatementCosts }[];
  /** CPU time of Postgres in milliseconds, round by round: of a page, and of GETs. */
  cpu: { page: number[]; gets: number[] };
}

interface Options {
  plan: ListsPlan;
  modules: Modules;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** What measuring requires. */
interface ListsBench extends Options {
  pool: pg.Pool;
  recorder: Recorder;
  /** A superuser with a full_access key. */
  reader: Person;
}

/** Grows one database from size to size and measures reads at each size; the rest at the last size. */
export async function runLists(options: Options): Promise<Results<ListsData>> {
  const { plan, modules, say, signal } = options;
  const load = loadBefore();
  const stack = await startStack();
  const recorder = await startRecorder(stack, modules);
  try {
    const { pool } = stack;
    const facts = await circumstances(pool, load);
    const [reader] = (await populate(pool, 1)) as [Person];
    const bench = { ...options, pool, recorder, reader };
    const sizes: ListsData['sizes'] = [];
    await scatter(pool, plan.sizes[0] ?? 0);
    for (const users of plan.sizes) {
      await grow(pool, users, () => signal.throwIfAborted());
      await age(pool);
      sizes.push({ users, reads: await readCosts(bench) });
      say(`${users} users`);
    }
    const cpu = await compareCpu(bench);
    const erasures = await eraseBeside(bench);
    return { kind: 'lists', ...facts, data: { plan, sizes, erasures, cpu } };
  } finally {
    await recorder.stop();
    await stack.stop();
  }
}

const PARTS = 20;

/** Adds the first users in small parts, because `grow` adds each part in the order of its ids. */
async function scatter(pool: pg.Pool, users: number): Promise<void> {
  for (let part = 1; part < PARTS; part++) await grow(pool, (users / PARTS) * part);
}

async function readCosts({
  plan,
  pool,
  recorder,
  reader,
}: ListsBench): Promise<Record<Read, StatementCosts>> {
  const drawn = await draw(pool, plan.statements + WARM_UP);
  const costs: Partial<Record<Read, StatementCosts>> = {};
  for (const [read, queryOf] of Object.entries(READS)) {
    const requests = drawn.map((each) => getOf(reader, queryOf(each)));
    costs[read as Read] = await costsOf(pool, await recorder.record(requests));
  }
  return costs as Record<Read, StatementCosts>;
}

/** Returns a GET of users, or of the changes of one. */
const getOf = (reader: Person, rest: string): Request => ({
  ...request('GET', reader),
  path: `/api/v1/user${rest}`,
});

async function draw(pool: pg.Pool, count: number): Promise<Drawn[]> {
  const { rows } = await pool.query<Drawn>(
    `select id, email, to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since
     from users join user_changes on user_id = id and user_changes.version = users.version
     where not is_superuser and id >= gen_random_uuid() order by id limit $1`,
    [count],
  );
  if (rows.length < count) return draw(pool, count);
  return rows;
}

/** Erases users while there are no records of Idempotency-Keys, and while there are many. */
async function eraseBeside({ plan, pool, recorder, reader, say }: ListsBench) {
  const erasures: ListsData['erasures'] = [];
  for (const records of [0, plan.records]) {
    await addInBulk(pool, RECORDS, [records]);
    await vacuum(pool);
    const drawn = await draw(pool, plan.statements + WARM_UP);
    // The records are those of other users.
    await pool.query('delete from idempotency_records where user_id = any ($1)', [
      drawn.map(({ id }) => id),
    ]);
    const requests = drawn.map(({ id: userId }) => request('DELETE', { ...reader, userId }));
    const costs = await costsOf(pool, await recorder.record(requests));
    await expectErased(pool, drawn);
    erasures.push({ records, costs });
    say(`erasing with ${records} records: ${median(costs.buffers)} buffers`);
  }
  return erasures;
}

async function expectErased(pool: pg.Pool, drawn: readonly Drawn[]): Promise<void> {
  const { rowCount } = await pool.query('select from users where id = any ($1)', [
    drawn.map(({ id }) => id),
  ]);
  if (rowCount !== 0) throw new Error(`${rowCount} users were not erased.`);
}

/** Adds the same number of records for each user. */
const RECORDS = `
insert into idempotency_records (lineage_id, key, fingerprint, user_id, result)
select gen_random_uuid(), gen_random_uuid(), uuid_send(gen_random_uuid()), id,
  jsonb_build_object('verdict', 'updated', 'merged', false, 'user', to_jsonb(users))
from generate_series(1, $1::int / (select count(*)::int from users) + 1) as again, users
limit $1::int`;

/** Compares a page with GETs of single users, in turns on one connection. */
async function compareCpu({ plan, pool, recorder, reader, signal }: ListsBench) {
  const page = await recorder.record([getOf(reader, `?limit=${PAGE}`)]);
  const drawn = await draw(pool, PAGE / USERS_A_GET);
  const gets = await recorder.record(
    drawn.map(({ id: userId }) => request('GET', { ...reader, userId })),
  );
  const cpu: ListsData['cpu'] = { page: [], gets: [] };
  const session = await pool.connect();
  try {
    const { rows } = await session.query('select pg_backend_pid() as pid');
    const cost = async (statements: readonly Statement[]): Promise<number> => {
      const before = cpuMs(rows[0].pid);
      for (const statement of statements) await session.query(extended(statement));
      return cpuMs(rows[0].pid) - before;
    };
    for (let warm = 0; warm < WARM_UP; warm++) await cost([...page, ...gets]);
    for (let round = 0; round < plan.rounds; round++) {
      signal.throwIfAborted();
      cpu.page.push(await cost(page));
      cpu.gets.push(await cost(gets));
    }
  } finally {
    session.release();
  }
  return cpu;
}
