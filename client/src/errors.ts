import type { Conflict, ErrorCode, Operation, Outcome, Violation } from './types.ts';

/** What every failure of a call has in common; each is one of the four classes below. */
export abstract class CallError extends Error {
  /** The id of the operation in the API's document. */
  readonly operation: Operation;

  constructor(operation: Operation, message: string, cause?: unknown) {
    super(`${operation}: ${message}`, cause === undefined ? undefined : { cause });
    this.operation = operation;
  }
}

/** The API refused, or failed, and says why: branch on `code`. */
export class ApiProblem<Of extends Operation = Operation> extends CallError {
  override readonly name = 'ApiProblem';
  declare readonly operation: Of;
  /** Never changes its meaning. A newer server may return codes that this version does not know. */
  readonly code: ErrorCode<Of>;
  readonly status: number;
  /** What to do next, in one sentence. */
  readonly detail: string;
  /** What is wrong with the request, part by part. */
  readonly errors: readonly Violation[];
  /** Of `edit_conflict`: what was changed by others since. */
  readonly conflicts: readonly Conflict[];
  /** Of 500 and above. */
  readonly outcome: Outcome | undefined;
  /** To include when you contact the operator of the API. */
  readonly requestId: string | undefined;
  /** In seconds. */
  readonly retryAfter: number | undefined;
  /** The current version of the user, where the response has it (`precondition_failed`, `edit_conflict`). */
  readonly version: string | undefined;

  constructor(operation: Of, facts: ResponseFacts, body: ProblemBody<Of>) {
    super(operation, `${facts.status} ${body.code}: ${body.detail ?? ''}`);
    this.code = body.code;
    this.status = facts.status;
    this.detail = body.detail ?? '';
    this.errors = body.errors ?? [];
    this.conflicts = body.conflicts ?? [];
    this.outcome = body.outcome;
    this.requestId = body.request_id ?? facts.requestId;
    this.retryAfter = facts.retryAfter;
    this.version = facts.version;
  }
}

/** A response that is not from the API: a gateway's page, or a body that is cut off or garbled. */
export class UnexpectedResponse extends CallError {
  override readonly name = 'UnexpectedResponse';
  readonly status: number;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(operation: Operation, facts: ResponseFacts, message: string) {
    super(operation, `${facts.status}, ${message}`);
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryAfter = facts.retryAfter;
  }
}

/** No response: the connection could not be made, or broke. A write may have taken effect. */
export class NetworkError extends CallError {
  override readonly name = 'NetworkError';
}

/** No response within `timeoutMs`. A write may have taken effect. */
export class TimeoutError extends CallError {
  override readonly name = 'TimeoutError';
}

/** What is read from the status and the headers of a response. */
export interface ResponseFacts {
  status: number;
  requestId: string | undefined;
  retryAfter: number | undefined;
  version: string | undefined;
}

export interface ProblemBody<Of extends Operation> {
  code: ErrorCode<Of>;
  detail?: string;
  request_id?: string;
  errors?: Violation[];
  conflicts?: Conflict[];
  outcome?: Outcome;
}

/** Whether an error is a problem; with the id of an operation, one of its problems, whose codes TypeScript then knows. */
export const isProblem = <Of extends Operation = Operation>(
  error: unknown,
  operation?: Of,
): error is ApiProblem<Of> =>
  error instanceof ApiProblem && (operation === undefined || error.operation === operation);
