import { randomUUID } from 'node:crypto';
import type { Request } from '../operations.ts';
import { type Person, populate } from '../population.ts';
import type { Statement } from '../wire.ts';
import type { ScaleBench } from './bench.ts';
import { addInBulk, settle } from './bulk.ts';
import { type StatementCosts, statementCosts, withWarmUp } from './statement-cost.ts';

/** What is asked. `base`: an update from so many versions back, on top of what others changed since. */
export type Question = 'get' | 'put' | { base: number };

/** A question to the user whose log is long, or to the one whose log is short. */
export interface LogCell {
  log: 'long' | 'short';
  question: Question;
  /** Of each request, one after another, in milliseconds. */
  ms: number[];
  costs: StatementCosts;
}

export interface LongLogResult {
  /** Versions of the two users before and after everything. */
  versions: Record<'long' | 'short', [number, number]>;
  cells: LogCell[];
}

/** Asks two users the same in turns, one of whom has changed very often. */
export async function measureLongLog(bench: ScaleBench): Promise<LongLogResult> {
  const { stack, plan, say, signal } = bench;
  const [long, short] = (await populate(stack.pool, 2)) as [Person, Person];
  const users = { long, short };
  const first = {
    long: await lengthen(bench, long, plan.logs.long),
    short: await lengthen(bench, short, plan.logs.short),
  };
  await settle(stack.pool);
  say(`a change log of ${first.long} versions beside one of ${first.short}`);
  const questions: Question[] = ['get', ...plan.bases.map((base) => (base ? { base } : 'put'))];
  const times = questions.flatMap((question) =>
    (['long', 'short'] as const).map((log) => ({ log, question, ms: [] as number[] })),
  );
  for (let attempt = 0; attempt < plan.attempts; attempt++)
    for (const { log, question, ms } of attempt % 2 === 0 ? times : times.toReversed())
      ms.push(await ask(bench, await prepare(bench, users[log], question)));
  const cells: LogCell[] = [];
  for (const asked of times) {
    signal.throwIfAborted();
    const asking = statements(bench, users[asked.log], asked.question);
    cells.push({ ...asked, costs: await statementCosts(stack.pool, asking) });
  }
  const last = { long: await lengthen(bench, long, 0), short: await lengthen(bench, short, 0) };
  return {
    versions: { long: [first.long, last.long], short: [first.short, last.short] },
    cells,
  };
}

async function* statements(
  bench: ScaleBench,
  person: Person,
  question: Question,
): AsyncGenerator<Statement> {
  for (let i = 0; i < withWarmUp(bench.plan.attempts); i++)
    yield* await bench.recorder.record([await prepare(bench, person, question)]);
}

/** Lets others change the user as often as the question reaches back, and makes the request. */
async function prepare(bench: ScaleBench, person: Person, question: Question): Promise<Request> {
  const base = typeof question === 'object' ? question.base : 0;
  const version = await lengthen(bench, person, base);
  const path = `/api/v1/user/${person.userId}`;
  const headers = { authorization: `Bearer ${person.key}` };
  if (question === 'get') return { method: 'GET', path, headers };
  return {
    method: 'PUT',
    path,
    headers: {
      ...headers,
      'content-type': 'application/json',
      ...(base && { 'base-version': `"${version - base}"` }),
    },
    body: JSON.stringify({ first_name: randomUUID() }),
  };
}

/** Sends a request and answers the milliseconds till the whole answer was there. */
async function ask({ worker }: ScaleBench, { path, ...init }: Request): Promise<number> {
  const began = performance.now();
  const answer = await fetch(worker.origin + path, init);
  const body = await answer.text();
  const ms = performance.now() - began;
  const merges = 'base-version' in init.headers;
  if (answer.status !== 200 || merges !== body.includes('"merged_from"'))
    throw new Error(`Answered ${answer.status}: ${body}`);
  return ms;
}

/** Changes the phone of a user so many times, as others would; answers the version after it. */
async function lengthen(
  { stack }: ScaleBench,
  { userId }: Person,
  versions: number,
): Promise<number> {
  if (versions > 0) await addInBulk(stack.pool, CHANGES, [userId, versions]);
  const { rows } = await stack.pool.query('select version from users where id = $1', [userId]);
  return rows[0].version;
}

const CHANGES = `
with changed as (
  update users set version = version + $2, phone = '+44 ' || version + $2, updated_at = now()
  where id = $1 returning id, version - $2 as base
)
insert into user_changes (user_id, version, api_key_id, request_id, changed_at, changes)
select id, base + i, gen_random_uuid(), gen_random_uuid(), now(), jsonb_build_object('phone',
  jsonb_build_object('before', '+44 ' || base + i - 1, 'after', '+44 ' || base + i))
from changed, generate_series(1, $2::int) as i`;
