import { ConstraintViolation, DatabaseFault } from './db/faults.ts';
import { ConfigurationError } from './env.ts';
import { ApiError, type Outcome } from './errors.ts';

const APPLIED_OR_NOT: Record<Outcome, string> = {
  not_applied: 'Try again shortly; nothing was changed.',
  unknown:
    'Send the request again with the same Idempotency-Key; if it had none, check whether it was applied.',
};

const CODES = {
  unavailable: 'database_unavailable',
  busy: 'database_busy',
  interrupted: 'outcome_unknown',
} as const;

/**
 * Returns the error that the client receives for anything that was thrown. An error that is not an ApiError
 * shows only its kind: its text can contain SQL, values, hashes and the connection string.
 */
export function asApiError(error: unknown, databaseRequests: number): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DatabaseFault && error.kind !== 'defect') {
    const { kind, outcome } = error;
    return new ApiError(CODES[kind], APPLIED_OR_NOT[outcome], { outcome });
  }
  const outcome =
    error instanceof DatabaseFault
      ? error.outcome
      : databaseRequests === 0 || error instanceof ConstraintViolation
        ? 'not_applied'
        : 'unknown';
  return new ApiError('internal_error', 'Report this error with its request_id.', { outcome });
}

/** What our own log says of it: a reason without any data in it. */
export function reasonOf(error: unknown): string | undefined {
  if (error instanceof ApiError) return undefined;
  if (
    error instanceof DatabaseFault ||
    error instanceof ConstraintViolation ||
    error instanceof ConfigurationError
  )
    return error.message;
  return error instanceof Error ? error.name : typeof error;
}
