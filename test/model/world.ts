import type { Field, Fields, Value } from './fields.ts';

/** The state of the database in the model. */
export interface World {
  /** The domain of all e-mail addresses of this world. */
  domain: string;
  users: Map<string, User>;
  /** By the text of the key. */
  keys: Map<string, Key>;
  /** Oldest first. */
  log: Change[];
  /** The results under Idempotency-Keys, by `recordName`. */
  records: Map<string, Recorded>;
}

export interface User {
  id: string;
  version: number;
  fields: Fields;
}

export interface Key {
  /** Of its row. */
  id: string;
  owner: string;
  scopes: readonly string[];
  expired: boolean;
  revoked: boolean;
  /** `require_precondition`. */
  strict: boolean;
  /** Whether `last_used_at` must be unset (`never`) or set (`surely`). */
  used: 'never' | 'perhaps' | 'surely';
}

/** A row of the change log. */
export interface Change {
  user: string;
  version: number;
  key: string;
  /** The first characters of that key. */
  keyPrefix: string;
  requestId: string;
  changes: Partial<Record<Field, { before: Value; after: Value }>>;
}

export interface Recorded {
  /** What must be equal for a replay. */
  request: string;
  response: ModelResponse;
  /** More than 24 hours have passed. */
  old: boolean;
}

/** Entity tags, or `*`. */
export type Tags = '*' | readonly string[];

/** A request about a user, with the meaning of its headers and its body. */
export interface UserRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'PATCH';
  user: string;
  key: string;
  update: Partial<Fields>;
  ifMatch: Tags | undefined;
  ifNoneMatch: Tags | undefined;
  baseVersion: number | undefined;
  idempotencyKey: string | undefined;
  minimal: boolean;
  validateOnly: boolean;
  requestId: string;
  /** The formal errors. Their order is not specified. */
  flaws: ModelResponse[];
}

/** A response, in the words of the contract. */
export interface ModelResponse {
  status: number;
  code?: string;
  /** Of `errors`: where, and the code. */
  places?: string[];
  conflicts?: Conflict[];
  /** In the `ETag`. */
  version?: number;
  data?: Record<string, unknown>;
  meta?: Record<string, unknown>;
  /** `Preference-Applied`. */
  applied?: string;
  replayed?: true;
}

export interface Conflict {
  field: Field;
  base: Value;
  sent: Value;
  current: Value;
  /** The version that last changed the field. */
  changedIn: number;
  /** The prefix of that key, even if it was deleted. */
  changedBy: string;
}

export const problem = (status: number, code: string, places: string[] = []): ModelResponse => ({
  status,
  code,
  places: places.toSorted(),
});
