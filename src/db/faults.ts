import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import type { Outcome } from '../errors.ts';

/** A unique, foreign-key or check constraint refused the statement. */
export class ConstraintViolation extends Error {
  readonly constraint: string;
  constructor(constraint: string) {
    super(`constraint ${constraint}`);
    this.constraint = constraint;
  }
}

/**
 * The database did not do its work. The message is a reason fit for a log: neither SQL nor a value
 * nor a connection string, all of which the original error may carry.
 */
export class DatabaseFault extends Error {
  /**
   * `busy`: a lock was not free in time. `interrupted`: the deadline passed or the connection broke while
   * the statement may have run.
   */
  readonly kind: 'unavailable' | 'busy' | 'interrupted' | 'defect';
  readonly outcome: Outcome;
  /** Whether the same statement may be sent again at once: it did not run and may work now. */
  readonly retry: boolean;

  constructor(kind: DatabaseFault['kind'], outcome: Outcome, reason: string, retry = false) {
    super(reason);
    this.kind = kind;
    this.outcome = outcome;
    this.retry = retry;
  }

  /** The same of a statement that may run any number of times: nothing was lost, and it can be sent again. */
  ofRepeatable(): DatabaseFault {
    const kind = this.kind === 'interrupted' ? 'unavailable' : this.kind;
    const retry = this.retry || this.outcome === 'unknown';
    return new DatabaseFault(kind, 'not_applied', this.message, retry);
  }
}

/**
 * Turns whatever the driver threw into what it means; `expired`: the time for the attempt is over. Pure.
 * A refused connection and one that breaks later look alike to `fetch` on Workers ("Network connection
 * lost."), so the outcome of both is unknown.
 */
export function classify(error: unknown, expired: boolean): ConstraintViolation | DatabaseFault {
  const unreadable = new DatabaseFault('unavailable', 'unknown', 'unreadable response');
  if (!(error instanceof DrizzleQueryError)) return unreadable;
  const { cause } = error;
  if (cause instanceof NeonDbError) {
    if (cause.code) return fromSqlState(cause.code, cause.constraint);
    const status = /^Server error \(HTTP status (\d+)\): /.exec(cause.message)?.[1];
    if (status) return fromStatus(Number(status), cause.message);
    if (cause.code === '' && isRefusedLogin(cause.message))
      return new DatabaseFault('unavailable', 'not_applied', 'login refused');
  }
  if (expired) return new DatabaseFault('interrupted', 'unknown', 'deadline passed');
  if (cause instanceof SyntaxError || cause instanceof TypeError) return unreadable;
  return new DatabaseFault('interrupted', 'unknown', 'connection lost');
}

/** What an error of Postgres means to a request; what no row of the table covers is a defect of ours. */
type Meaning =
  /** The values of the request violate a constraint. */
  | 'violation'
  /** Rolled back, and the same statement may succeed at once. */
  | 'passing'
  /** Rolled back; the database cannot do it for now. */
  | 'unavailable'
  /** Rolled back: a row was locked for too long (lock_timeout). It may be free at once. */
  | 'busy'
  /** The connection or the server broke, so the result of the statement is unknown. */
  | 'lost';

/** SQLSTATEs (PostgreSQL, appendix A): a code, or the first two characters of a class. A code goes before its class. */
export const SQLSTATES: Readonly<Record<string, Meaning>> = {
  '08': 'lost', // connection exception
  '08001': 'passing', // the server could not be reached
  '08004': 'passing', // the server rejected the connection
  23503: 'violation', // foreign key
  23505: 'violation', // unique
  23514: 'violation', // check
  25006: 'unavailable', // read-only transaction, as in a failover
  '25P03': 'unavailable', // idle in transaction for too long
  '25P04': 'unavailable', // the transaction took too long
  40001: 'passing', // serialization failure
  40003: 'lost', // statement completion unknown
  '40P01': 'passing', // deadlock
  53: 'unavailable', // out of resources, too many connections
  55: 'unavailable', // an object in use
  '55P03': 'busy', // a lock not available
  57: 'unavailable', // cancelled by the operator, or by a timeout
  '57P01': 'passing', // the server shuts down
  '57P02': 'lost', // the server crashed
  '57P03': 'passing', // the server starts
  58: 'unavailable', // system error
};

/**
 * Two requests under one Idempotency-Key that change different users do not wait for each other. Both
 * insert a record, and the primary key aborts one of them, which finds the other's when it runs again.
 */
const TWIN = 'idempotency_records_pkey';

function fromSqlState(sqlstate: string, constraint = ''): ConstraintViolation | DatabaseFault {
  const reason = `SQLSTATE ${sqlstate}`;
  switch (SQLSTATES[sqlstate] ?? SQLSTATES[sqlstate.slice(0, 2)]) {
    case 'violation':
      return constraint === TWIN
        ? new DatabaseFault('unavailable', 'not_applied', reason, true)
        : new ConstraintViolation(constraint);
    case 'busy':
      return new DatabaseFault('busy', 'not_applied', reason, true);
    case 'passing':
      return new DatabaseFault('unavailable', 'not_applied', reason, true);
    case 'unavailable':
      return new DatabaseFault('unavailable', 'not_applied', reason);
    case 'lost':
      return new DatabaseFault('interrupted', 'unknown', reason);
    default:
      return new DatabaseFault('defect', 'not_applied', reason);
  }
}

/** The proxy in front of Postgres responded instead of it. */
function fromStatus(status: number, message: string): DatabaseFault {
  const refused =
    REFUSED_BEFORE_RUNNING.some((words) => message.includes(words)) ||
    (status === 500 && REFUSED_AT_CONNECT.test(message));
  const outcome = refused || REFUSING_STATUSES.includes(status) ? 'not_applied' : 'unknown';
  return new DatabaseFault('unavailable', outcome, `HTTP status ${status}`, refused);
}

/** What a proxy returns instead of passing a request on. */
const REFUSING_STATUSES = [401, 402, 403, 404, 413, 429];

/**
 * These SQLSTATEs mean: no connection, a server that starts or stops, no slot left. Neon's proxy returns
 * them with 500 if Postgres refused the connection, and with 400 if the statement failed.
 */
const REFUSED_AT_CONNECT = /"code":\s*"(08001|08003|08004|08006|57P01|57P03|53300)"/;

/** Neon's proxy says so when it could not reach the compute, so that the statement did not run. */
const REFUSED_BEFORE_RUNNING = [
  '"neon:retryable":true',
  "Couldn't connect to compute node",
  'Control plane request failed',
  'Too many connections to this endpoint',
  'Failed to acquire permit to connect',
];

const isRefusedLogin = (message: string): boolean =>
  /^(password authentication failed|missing authentication credentials|invalid connection string)/.test(
    message,
  );
