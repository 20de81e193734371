import type { Field, Fields, Value } from './fields.ts';

/** The state of the database in the model. */
export interface World {
  /** The domain of all e-mail addresses of this world. */
  domain: string;
  users: Map<string, User>;
  /** By the text of the key. */
  keys: Map<string, Key>;
  /** The ids of users who were erased. */
  erased: Set<string>;
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
  /** The id of the key's row. */
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
  /** The id of the key; null if an operator made the change. */
  key: string | null;
  /** The first characters of that key. */
  keyPrefix: string | null;
  requestId: string;
  reverts: Revert | null;
  changes: Partial<Record<Field, { before: Value; after: Value }>>;
}

/** What a revert does: it returns to a version, or undoes one change. */
export type Revert = { version: number } | { undo: number };

export interface Recorded {
  /** The user whose data the record has; null if it has none. */
  user: string | null;
  /** What must be equal for a replay. */
  request: string;
  response: ModelResponse;
  /** Whether the record is older than 24 hours. */
  old: boolean;
}

/** Entity tags, or `*`. */
export type Tags = '*' | readonly string[];

export type Action =
  | 'read'
  | 'update'
  | 'create'
  | 'revert'
  | 'erase'
  | 'list'
  | 'changes'
  | 'version'
  | 'export';

/** A request about users, with the meaning of its headers and its body. */
export interface UserRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  action: Action;
  /** The id of the user; empty for a list. */
  user: string;
  key: string;
  update: Partial<Fields>;
  revert?: Revert;
  /** The version to read. */
  version?: number;
  /** The e-mail address by which a list finds users. */
  email?: string;
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

/** A response, in the terms of the contract. */
export interface ModelResponse {
  status: number;
  code?: string;
  /** The place and the code of each of `errors`. */
  places?: string[];
  conflicts?: Conflict[];
  /** The version in the `ETag`. */
  version?: number;
  data?: unknown;
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
  /** The prefix of the key that made this change, even if the key was deleted. */
  changedBy: string | null;
}

export const problem = (status: number, code: string, places: string[] = []): ModelResponse => ({
  status,
  code,
  places: places.toSorted(),
});
