/** How long the Worker waits for the database. */
export const DEADLINE_MS = 1000;

/** The fields that the clients write, all of them of profile, account and billing that need no row elsewhere. */
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

/** What a request said. Versions are as in the headers: `"7"`, or `*`. */
export interface Sent {
  method: 'GET' | 'PUT' | 'PATCH' | 'DELETE';
  /** The user that it is about; of a DELETE the key that it revokes. */
  target: string;
  /** The id of the API key that it carried. */
  keyId: string;
  fields?: Values;
  ifMatch?: string;
  ifNoneMatch?: string;
  baseVersion?: string;
  idempotencyKey?: string;
  prefer?: 'return=minimal' | 'validate-only';
  requestTimeout?: number;
}

/** What the client saw of the answer. */
export interface ApiResponse {
  status: number;
  /** Of a problem. */
  code?: string;
  outcome?: string;
  /** From the ETag. */
  version?: number;
  replayed: boolean;
  /** From Server-Timing; undefined if it does not say. */
  databaseRequests?: number;
  /** What the document does not have of it. */
  undocumented?: string;
  text: string;
}

/** One HTTP request of a client: a repetition is another one, with another request id. */
export interface Attempt {
  requestId: string;
  operation: number;
  client: number;
  sent: Sent;
  /** Milliseconds since 1970, of a clock that never goes back. */
  began: number;
  ended: number;
  /** No fault was injected while it was under way, nor long before. */
  calm: boolean;
  /** Undefined: none came. */
  response?: ApiResponse;
  /** The client itself hung up. */
  aborted: boolean;
}

/** A key was revoked or restored, and whoever did it was told so. */
export interface KeyEvent {
  keyId: string;
  action: 'revoke' | 'restore';
  began: number;
  ended: number;
}

/** A row of the change log. */
export interface LogRow {
  version: number;
  apiKeyId: string;
  requestId: string;
  /** Milliseconds since 1970, of the database's clock. */
  changedAt: number;
  changes: Readonly<Record<string, { before: unknown; after: unknown }>>;
}

/** A user before the first request and after the last. */
export interface UserHistory {
  id: string;
  initial: Values;
  /** By version. */
  log: readonly LogRow[];
  final: Values;
  finalVersion: number;
}

/** A request that the network cut off from the database: it lost all repeats of the first statement. */
export interface CutOff {
  requestId: string;
  /** If the first arrived after its time, not before then; milliseconds since 1970. */
  overdueAt?: number;
}

/** A time in which the database was away for everybody. */
export interface Outage {
  from: number;
  to: number;
}

/** All that is known after a run. */
export interface History {
  attempts: readonly Attempt[];
  keyEvents: readonly KeyEvent[];
  users: readonly UserHistory[];
  /** `revocable`: some client may revoke it; `strict`: it demands a precondition. */
  keys: readonly { id: string; prefix: string; revocable: boolean; strict: boolean }[];
  /** Of the table of recorded results: which key of which API key. */
  records: readonly { apiKeyId: string; key: string }[];
  cutOff: readonly CutOff[];
  outages: readonly Outage[];
}
