import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { classify } from '../src/db/faults.ts';
import { ApiError } from '../src/errors.ts';

/** What happened, and what to do if the caller's advice does not apply. */
type Reason = readonly [happened: string, next?: string];

const LOGIN: Reason = ['The user or the password is wrong.'];
const LOOKUP: Reason = ['The host was not found.'];
const SILENCE: Reason = ['The server did not respond in time.'];
const UNREACHABLE: Reason = ['The server cannot be reached.'];
const NO_TLS: Reason = ['The server does not support TLS, which sslmode requires.'];
const LOST: Reason = ['The server closed the connection.'];
const BARE: Reason = [
  'The database does not have the tables of edge-profile.',
  'Run npm run release, which migrates it; for a local one, restart npm start.',
];
const PAUSED: Reason = ['The database is starting or stopping.', 'Try again in a moment.'];

/** By error code of Node, its fetch, or Postgres (SQLSTATE). */
const REASONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: ['The server refused the connection.'],
  ENOTFOUND: LOOKUP,
  EAI_AGAIN: LOOKUP,
  ETIMEDOUT: SILENCE,
  UND_ERR_CONNECT_TIMEOUT: SILENCE,
  UND_ERR_HEADERS_TIMEOUT: SILENCE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ECONNRESET: LOST,
  EPIPE: LOST,
  UND_ERR_SOCKET: LOST,
  '28P01': LOGIN,
  '28000': LOGIN,
  '3D000': ['The database does not exist.'],
  '3F000': BARE,
  '42P01': BARE,
  '42703': BARE,
  '42883': BARE,
  '42501': ['The database user lacks a permission.', 'Use the owner of the database.'],
  '25006': ['The database is read-only.', 'Use its primary.'],
  '53300': ['The database has no free connection.', 'Try again later.'],
  '55P03': ['A row or table is locked by someone else.', 'Nothing was changed; try again.'],
  '57014': ['A statement took too long.', 'Nothing was changed.'],
  '57P01': PAUSED,
  '57P03': PAUSED,
};

/**
 * Returns what went wrong in one line, for the person who runs a script. The errors of Drizzle and the drivers
 * may contain SQL, parameters and the password of a connection string; the line has none of them.
 * @param advice what to do about a server that cannot be used: `Check DATABASE_URL.`
 */
export function explain(error: unknown, advice = ''): string {
  if (error instanceof ApiError)
    return (error.extras.errors ?? [{ detail: error.message }])
      .map(({ detail }) => detail)
      .join(' ');
  const errors = [...chain(error)];
  const reason = errors.map(reasonOf).find((found) => found !== undefined);
  if (reason) return line(reason[0], placeIn(errors), reason[1] ?? advice);
  if (errors.some(({ message }) => message === 'fetch failed'))
    return line(`The server cannot be reached: ${errors.at(-1)?.message}.`, undefined, advice);
  const query = errors.find((each) => each instanceof DrizzleQueryError);
  if (query) return line(`The database failed (${reasonForLog(query)}).`, undefined, advice);
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

/** Returns a text without what looks like an API key or the user and password of a URL. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/\bin-[0-9A-Za-z]{6,}/g, 'in-…')
    .replace(/(:\/\/)(?!user:password@)[^\s/]*@/g, '$1…@');

/** Yields an error and its causes, under all names that the libraries use. */
function* chain(error: unknown): Generator<Partial<NodeJS.ErrnoException>> {
  if (!(error instanceof Error)) return;
  yield error;
  const { cause, sourceError, errors } = error as Error & {
    sourceError?: unknown;
    errors?: unknown[];
  };
  for (const inner of [cause, sourceError, ...(errors ?? [])]) yield* chain(inner);
}

function reasonOf(error: Partial<NodeJS.ErrnoException>): Reason | undefined {
  const { code, name, message = '' } = error;
  // Messages of pg, and the error of an AbortSignal.timeout.
  if (message === 'timeout expired' || name === 'TimeoutError') return SILENCE;
  if (message.startsWith('Connection terminated')) return LOST;
  if (message === 'The server does not support SSL connections') return NO_TLS;
  if (error instanceof NeonDbError && code === '') return fromProxy(message);
  if (typeof code !== 'string') return undefined;
  if (/CERT|SSL|TLS/.test(code)) return [`The TLS connection failed (${code}).`];
  return (
    REASONS[code] ?? (isSqlState(error) ? [`The database failed (SQLSTATE ${code}).`] : undefined)
  );
}

/** Neon's proxy responds instead of Postgres, with a message without SQL and without a code. */
const fromProxy = (message: string): Reason =>
  /^(password authentication failed|missing authentication credentials)/.test(message)
    ? LOGIN
    : [`The database refused the request: ${withoutSecrets(message)}.`];

/** Errors of Postgres have a severity in every driver. */
const isSqlState = (error: object): boolean => 'severity' in error && error.severity !== undefined;

const reasonForLog = (error: DrizzleQueryError): string => classify(error, false).message;

/** Returns the host and port that were tried. The advice names the setting. */
function placeIn(errors: readonly object[]): string | undefined {
  for (const { address, port, hostname } of errors as readonly {
    address?: string;
    port?: number;
    hostname?: string;
  }[])
    if (address ?? hostname) return [address ?? hostname, port].filter(Boolean).join(':');
  return undefined;
}

const line = (happened: string, place: string | undefined, next: string): string =>
  `${place === undefined ? happened : happened.replace(/\.$/, ` (${place}).`)} ${next}`.trim();
