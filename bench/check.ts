import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Contender, Modules } from './contenders.ts';
import { operations, peopleFor, type Request, type Turn } from './operations.ts';
import { type Population, withVersions } from './population.ts';
import type { Stack } from './stack.ts';
import { type Subject, subjects } from './subjects.ts';
import { startWire, type Traffic, type Wire } from './wire.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** What a subject sends to the database and gets from it, per operation. */
export type SubjectTraffic = Subject & Traffic;

/** So many requests of each subject are looked at. */
const REQUESTS = 5;

/**
 * Lets every subject work in front of witnesses before anything is measured: the status, the answer,
 * the row and the log row afterwards, and the number of requests to the database. Throws an
 * AssertionError that says what is wrong; answers the traffic.
 */
export async function checkSubjects(
  stack: Stack,
  population: Population,
  modules: Record<Contender, Modules>,
): Promise<SubjectTraffic[]> {
  const checked: SubjectTraffic[] = [];
  const wire = await startWire(Number(new URL(stack.endpoint).port));
  for (const [contender, group] of Map.groupBy(subjects, (subject) => subject.contender)) {
    const worker = await startWorkerd({
      modules: modules[contender],
      bindings: stack.bindings(wire),
    });
    for (const subject of group)
      checked.push({ ...subject, ...(await check(subject, stack.pool, population, worker, wire)) });
    await worker.stop();
  }
  await wire.close();
  return checked;
}

async function check(
  { contender, operation, databaseRequests }: Subject,
  pool: pg.Pool,
  population: Population,
  worker: Workerd,
  wire: Wire,
): Promise<Traffic> {
  const { status, changes, request } = operations[operation];
  const mark = randomBytes(6).toString('hex');
  const [person] = await withVersions(pool, peopleFor(operation, population).slice(0, 1));
  assert(person);
  wire.traffic();
  for (let count = 0; count < REQUESTS; count++) {
    const turn: Turn = { person, count, mark, references: population.references };
    const before = await rowOf(pool, person.userId);
    const sent = request(turn);
    const answer = await fetch(worker.origin + sent.path, sent as RequestInit);
    const what = `${contender}, ${operation}: ${await answer.clone().text()}`;
    assert.equal(answer.status, status, what);
    const after = await rowOf(pool, person.userId);
    const body = bodyOf(sent);
    if (!changes) assert.deepEqual(after, before, what);
    if (status !== 200) continue;
    const { data } = (await answer.json()) as { data: Record<string, unknown> };
    for (const [name, value] of Object.entries(body)) {
      assert.equal(normal(after[name]), normal(value), `${what} wrote another ${name}`);
      assert.equal(normal(data[name]), normal(value), `${what} answered another ${name}`);
    }
    // The floor keeps neither version nor log.
    if (changes && contender !== 'floor') {
      assert.equal(after['version'], Number(before['version']) + 1, what);
      await demandLogRow(pool, after, what);
    }
  }
  const { requests, sent, received } = wire.traffic();
  assert.equal(requests, databaseRequests * REQUESTS, `${contender}, ${operation}: requests`);
  return { requests: databaseRequests, sent: sent / REQUESTS, received: received / REQUESTS };
}

const bodyOf = ({ body }: Request): Record<string, unknown> => (body ? JSON.parse(body) : {});

/** Times are written in several ways. */
function normal(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value);
  return isTime ? Date.parse(value) : value;
}

async function rowOf(pool: pg.Pool, userId: string): Promise<Record<string, unknown>> {
  const { rows } = await pool.query('select * from users where id = $1', [userId]);
  return rows[0];
}

async function demandLogRow(pool: pg.Pool, row: Record<string, unknown>, what: string) {
  const { rowCount } = await pool.query(
    'select from user_changes where user_id = $1 and version = $2',
    [row['id'], row['version']],
  );
  assert.equal(rowCount, 1, `${what} left no log row`);
}
