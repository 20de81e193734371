import { DatabaseError } from 'pg';

/** The keys of every error body. Absent ones are sent as null, never left out. */
const FIELD_NAMES = [
  'message',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'severity',
  'where',
  'table',
  'column',
  'schema',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/** The fields of a Postgres error, all as text. */
export type ErrorFields = Partial<Record<(typeof FIELD_NAMES)[number], string | undefined>>;

/** An error with the status and the body of the response. */
export class NeonError extends Error {
  readonly status: number;
  readonly fields: ErrorFields;

  constructor(status: number, fields: ErrorFields) {
    super(fields.message);
    this.status = status;
    this.fields = fields;
  }

  /** The response body: one JSON object with all 17 keys. */
  toJson(): string {
    return JSON.stringify(
      Object.fromEntries(FIELD_NAMES.map((name) => [name, this.fields[name] ?? null])),
    );
  }
}

/** An error that did not come from Postgres: it has a message and empty code and severity. */
export function refusal(status: number, message: string): NeonError {
  return new NeonError(status, { message, code: '', severity: '' });
}

/** Neon returns this message for every failed login, whatever the reason. */
export function loginFailed(user: string): NeonError {
  return refusal(400, `password authentication failed for user '${user}'`);
}

/** The error for text with a NUL: the wire protocol ends strings with a NUL, so it would be cut off. */
export function embeddedNull(): NeonError {
  return refusal(400, 'error encoding message to server: string contains embedded null');
}

/** Returns the error for a client if no connection to Postgres is possible. */
export function connectError(error: unknown, user: string): NeonError {
  if (error instanceof NeonError) return error;
  if (isFromPostgres(error)) {
    if (error.code === '28P01' || error.code === '28000') return loginFailed(user);
    return new NeonError(error.code === '3D000' ? 400 : 500, error);
  }
  // The message of pg-pool for a request that waited too long for a connection.
  if (error instanceof Error && error.message === 'timeout exceeded when trying to connect') {
    return refusal(
      500,
      'Failed to acquire permit to connect to the database. ' +
        'Too many database connection attempts are currently ongoing.',
    );
  }
  return refusal(500, "Couldn't connect to compute node");
}

/** Returns the error for a client if a statement fails on a connection that worked before. */
export function statementError(error: unknown): NeonError {
  if (error instanceof NeonError) return error;
  if (isFromPostgres(error)) return new NeonError(400, error);
  if (isLostConnection(error)) return refusal(400, 'connection closed');
  const reason = error instanceof Error ? error.message : String(error);
  return refusal(400, `error communicating with the server: ${reason}`);
}

/**
 * Whether an error is pg's error for the end of a connection, or an error of the socket such as
 * ECONNRESET.
 */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.startsWith('Connection terminated') || 'syscall' in error;
}

/**
 * Whether an error is an ErrorResponse of Postgres. pg uses the same class, without a code, for bytes
 * that it cannot read.
 */
export function isFromPostgres(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code !== undefined;
}
