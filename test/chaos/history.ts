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

/** Values of fields, as JSON has them. */
export type Values = Readonly<Record<string, unknown>>;

/** The content of a request. Versions are as in the headers: `"7"`, or `*`. */
export interface Sent {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** What it is, unless it reads or updates a user. */
  action?: 'create' | 'revert' | 'erase' | 'revoke';
  /** The id of the user, or of the key to revoke; empty if the server chooses the id of a new user. */
  target: string;
  /** The id of the API key that it carried. */
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

/** A response as the client got it. */
export interface ApiResponse {
  status: number;
  /** Of a problem. */
  code?: string;
  outcome?: string;
  /** From the ETag. */
  version?: number;
  /** From Location: the id of the new user. */
  created?: string;
  replayed: boolean;
  /** From Server-Timing; undefined if it is missing there. */
  databaseRequests?: number;
  /** How it differs from the document. */
  undocumented?: string;
  text: string;
}

/** One HTTP request of a client. A repeat is another attempt with another request id. */
export interface Attempt {
  requestId: string;
  operation: number;
  client: number;
  sent: Sent;
  /** Milliseconds since 1970, of a clock that never goes back. */
  began: number;
  ended: number;
  /** No fault was injected during the attempt or shortly before it. */
  calm: boolean;
  /** Undefined: none arrived. */
  response?: ApiResponse;
  /** The client itself hung up. */
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
  /** Null: an operator made it. */
  apiKeyId: string | null;
  requestId: string;
  /** Milliseconds since 1970, of the database's clock. */
  changedAt: number;
  changes: Readonly<Record<string, { before: unknown; after: unknown }>>;
}

/** A user before their creation and after the last request. */
export interface UserHistory {
  id: string;
  /** What the server computes; all fields are null. */
  blank: Values;
  /** By version; also of a user who was erased. */
  log: readonly LogRow[];
  /** Undefined: there is no such user. */
  final?: { values: Values; version: number };
  /** From the user's row among the erased. */
  erasure?: Pick<LogRow, 'apiKeyId' | 'requestId' | 'changedAt'>;
  /** The tables that have the user's id; of a user who was erased. */
  leftIn: readonly string[];
}

/** A request of which the network lost all repeats of the first statement. */
export interface CutOff {
  requestId: string;
  /** If the first arrived after its time, the earliest moment of that; milliseconds since 1970. */
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
