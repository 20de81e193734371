import assert from 'node:assert/strict';
import type pg from 'pg';
import { type Contender, type Modules, type Subject, subjects } from './contenders.ts';
import { createMark, operations, type Request } from './operations.ts';
import type { Person } from './population.ts';
import type { Stack } from './stack.ts';
import { startWire, type Traffic, type Wire } from './wire.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** What a subject sends to the database and receives from it, per operation. */
export type SubjectTraffic = Subject & Traffic;

type Row = Record<string, unknown>;

const REQUESTS = 5;

/**
 * Checks that every subject does its work, before anything is measured: status, body, the row and the
 * log row afterwards, and the number of requests to the database. Throws an AssertionError that says
 * what is wrong.
 */
export async function checkSubjects(
  stack: Stack,
  [person]: readonly Person[],
  modules: Record<Contender, Modules>,
): Promise<SubjectTraffic[]> {
  assert(person);
  const checked: SubjectTraffic[] = [];
  const wire = await startWire(Number(new URL(stack.endpoint).port));
  for (const [contender, group] of Map.groupBy(subjects, (subject) => subject.contender)) {
    const bindings = stack.bindings(wire);
    const worker = await startWorkerd({ modules: modules[contender], bindings });
    for (const subject of group)
      checked.push({ ...subject, ...(await check(subject, stack.pool, person, worker, wire)) });
    await worker.stop();
  }
  await wire.close();
  return checked;
}

async function check(
  subject: Subject,
  pool: pg.Pool,
  person: Person,
  worker: Workerd,
  wire: Wire,
): Promise<Traffic> {
  const mark = createMark();
  wire.traffic();
  for (let count = 0; count < REQUESTS; count++) {
    const request = operations[subject.operation].request({ person, count, mark });
    const before = await rowOf(pool, person);
    const response = await fetch(worker.origin + request.path, request as RequestInit);
    const after = await rowOf(pool, person);
    const text = await response.text();
    const what = `${subject.contender}, ${subject.operation}: ${text}`;
    assert.equal(response.status, operations[subject.operation].status, what);
    if (response.ok) checkValues(request, JSON.parse(text).data, after, what);
    if (operations[subject.operation].changes)
      await checkChange(subject, pool, before, after, what);
    else assert.deepEqual(after, before, what);
  }
  const { requests, sent, received } = wire.traffic();
  const { databaseRequests } = subject;
  assert.equal(requests, databaseRequests * REQUESTS, `${subject.contender}: database requests`);
  return { requests: databaseRequests, sent: sent / REQUESTS, received: received / REQUESTS };
}

/** Checks that the row and the response have the values that were sent. */
function checkValues({ body }: Request, data: Row, stored: Row, what: string): void {
  for (const [name, value] of Object.entries<unknown>(body ? JSON.parse(body) : {})) {
    assert.equal(normal(stored[name]), normal(value), `${what} stored a different ${name}`);
    assert.equal(normal(data[name]), normal(value), `${what} returned a different ${name}`);
  }
}

/** Checks that a change raised the version and was logged; the floor does neither. */
async function checkChange(
  { contender }: Subject,
  pool: pg.Pool,
  before: Row,
  after: Row,
  what: string,
): Promise<void> {
  assert.notDeepEqual(after, before, what);
  if (contender === 'floor') return;
  assert.equal(after['version'], Number(before['version']) + 1, what);
  const { rowCount } = await pool.query(
    'select from user_changes where user_id = $1 and version = $2',
    [after['id'], after['version']],
  );
  assert.equal(rowCount, 1, `${what} left no log row`);
}

/** Returns a value in a form that can be compared: the same time is written in several ways. */
function normal(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value);
  return isTime ? Date.parse(value) : value;
}

async function rowOf(pool: pg.Pool, { userId }: Person): Promise<Row> {
  const { rows } = await pool.query('select * from users where id = $1', [userId]);
  return rows[0];
}
