/** How long the Worker waits for the database. */
export const DEADLINE_MS = 1000;

/** The fields that the clients write: all fields that refer to no other table. */
export type Field =
  | 'first_name'
  | 'last_name'
  | 'email'
  | 'phone'
  | 'state'
  | 'country'
  | 'address'
  | 'stripe_customer_id'
  | 'stripe_subscription_id'
  | 'is_enterprise'
  | 'is_trial'
  | 'is_paying';

/** Values of fields, as in JSON. */
export type Values = Readonly<Record<string, unknown>>;

/** The content of a request. Versions are as in the headers: `"7"`, or `*`. */
export interface Sent {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** What the request does, unless it reads or updates a user. */
  action?: 'create' | 'revert' | 'erase' | 'revoke';
  /** The id of the user, or of the key to revoke; empty if the server chooses the id of a new user. */
  target: string;
  /** The id of the request's API key. */
  keyId: string;
  fields?: Values;
  revert?: { version: number } | { undo: number };
  ifMatch?: string;
  ifNoneMatch?: string;
  baseVersion?: string;
  idempotencyKey?: string;
  prefer?: 'return=minimal' | 'validate-only';
  requestTimeout?: number;
}

/** A response as the client received it. */
export interface ApiResponse {
  status: number;
  /** The code of a problem. */
  code?: string;
  outcome?: string;
  /** From the ETag. */
  version?: number;
  /** From Location: the id of the new user. */
  created?: string;
  replayed: boolean;
  /** From Server-Timing; undefined if that lacks it. */
  databaseRequests?: number;
  /** How the response differs from openapi.json. */
  undocumented?: string;
  text: string;
}

/**
 * One HTTP request of a client. A retry is another attempt with another request id. This is not an
 * attempt of the Worker, which runs the statement of one request up to three times.
 */
export interface Attempt {
  requestId: string;
  operation: number;
  client: number;
  sent: Sent;
  /** Milliseconds since 1970, of a clock that never goes back. */
  began: number;
  ended: number;
  /** Whether no fault was injected during the attempt or shortly before it. */
  calm: boolean;
  /** Undefined if no response arrived. */
  response?: ApiResponse;
  /** Whether the client itself closed the connection. */
  aborted: boolean;
}

/** An acknowledged revocation or restoration of a key. */
export interface KeyEvent {
  keyId: string;
  action: 'revoke' | 'restore';
  began: number;
  ended: number;
}

/** A row of the change log. */
export interface LogRow {
  version: number;
  /** Null if an operator made the change. */
  apiKeyId: string | null;
  requestId: string;
  /** Milliseconds since 1970, of the database's clock. */
  changedAt: number;
  changes: Readonly<Record<string, { before: unknown; after: unknown }>>;
}

/** A user before their creation and after the last request. */
export interface UserHistory {
  id: string;
  /** The values before the creation: fields are null, and counts 0. */
  blank: Values;
  /** The rows in the order of versions, also for a user who was erased. */
  log: readonly LogRow[];
  /** Undefined if the user does not exist. */
  final?: { values: Values; version: number };
  /** From the user's row in erased_users. */
  erasure?: Pick<LogRow, 'apiKeyId' | 'requestId' | 'changedAt'>;
  /** The tables that still contain the id of a user who was erased. */
  leftIn: readonly string[];
}

/** A request whose statement reached the database at most once: the network lost all repeats. */
export interface CutOff {
  requestId: string;
  /** If the statement arrived after its not_after: the earliest time of that, in ms since 1970. */
  overdueAt?: number;
}

/** A time in which the database was down. */
export interface Outage {
  from: number;
  to: number;
}

/** Everything that is known after a run. */
export interface History {
  attempts: readonly Attempt[];
  keyEvents: readonly KeyEvent[];
  users: readonly UserHistory[];
  /** `revocable`: a client may revoke it; `strict`: it requires a precondition. */
  keys: readonly { id: string; prefix: string; revocable: boolean; strict: boolean }[];
  /** The recorded results: which Idempotency-Key of which API key. */
  records: readonly { apiKeyId: string; key: string }[];
  cutOff: readonly CutOff[];
  outages: readonly Outage[];
}
