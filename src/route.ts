import type { Caller, Credential } from './auth/authenticate.ts';
import type { Effect, Statement } from './db/run.ts';
import type { Env } from './env.ts';
import type { ErrorCode } from './errors.ts';
import type { Scope } from './permissions.ts';

/** What the log line of a request says beside its method, route, status and duration. */
export interface RequestLog {
  code?: ErrorCode;
  /** Why it failed on our side, in words that hold no data. */
  fault?: string | undefined;
  /** The response is the result of an earlier request with the same Idempotency-Key. */
  replayed?: true;
  databaseRequests: number;
  databaseMs: number;
}

/** What a handler gets beside the request. */
export interface Context {
  readonly env: Env;
  /** The caller's own `X-Request-Id` if it is well-formed, else a new UUID. */
  readonly requestId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly log: RequestLog;
  readonly caller: Caller;
  /** Whom the limits by address count the request against. */
  readonly client: string;
  /** Runs one statement (see `run`); throws a ConstraintViolation or a DatabaseFault. */
  readonly query: <T>(statement: Statement<T>, effect?: Effect<T>) => Promise<T>;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for a parameter. */
  readonly path: string;
  /** Of PATCH: the media types of its body. */
  readonly patchTypes?: readonly string[];
}

/** A route that anyone may call. */
export interface PublicRoute extends RouteBase {
  readonly scopes: null;
  /** Whether every request counts against the limit of the client's address. */
  readonly limited?: true;
  readonly handler: (request: Request, context: Context) => Response | Promise<Response>;
}

/** A route that needs an API key with at least one of the scopes; the statement sees to that. */
export interface KeyRoute extends RouteBase {
  readonly scopes: readonly Scope[];
  /** Whether a person who is signed in may call it too, with the cookie of the session. */
  readonly session?: true;
  /** `credential`: well-formed, but nobody has looked it up yet. */
  readonly handler: (
    request: Request,
    context: Context,
    credential: Credential,
  ) => Promise<Response>;
}

export type Route = PublicRoute | KeyRoute;
