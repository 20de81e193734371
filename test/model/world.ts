import type { Field, Fields, Value } from './fields.ts';

/** What the model knows of the database. */
export interface World {
  /** Of the e-mail addresses of this world only. */
  domain: string;
  users: Map<string, User>;
  /** By the text of the key. */
  keys: Map<string, Key>;
  /** Oldest first. */
  log: Change[];
  /** What was answered under an Idempotency-Key, by `recordName`. */
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
  /** Whether `last_used_at` must have been written, or must not have been. */
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
  /** What has to be the same for a replay. */
  request: string;
  response: ApiResponse;
  /** More than 24 hours have passed. */
  old: boolean;
}

/** Entity tags, or `*`. */
export type Tags = '*' | readonly string[];

/** A request about a user, with the meaning of its headers and of its body. */
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
  /** What is wrong with the form of it. The order among these is nobody's promise. */
  flaws: ApiResponse[];
}

/** What is answered, in the words of the contract. */
export interface ApiResponse {
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
  /** The first characters of the key that did, even if it is gone. */
  changedBy: string;
}

export const problem = (status: number, code: string, places: string[] = []): ApiResponse => ({
  status,
  code,
  places: places.toSorted(),
});
