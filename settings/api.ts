import type { KeyRole, Scope } from '../src/permissions.ts';

/** Who is signed in, and what they may do at most. */
export interface Session {
  email: string;
  first_name: string | null;
  is_superuser: boolean;
  scopes: Scope[];
  expires_at: string;
}

/** A key as the API lists it: everything but the key itself. */
export interface Key {
  id: string;
  owner_id: string;
  name: string;
  description: string;
  role: KeyRole | null;
  scopes: Scope[];
  prefix: string;
  state: 'live' | 'expired' | 'revoked';
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
  /** Whether an update with it is refused unless it names a version. */
  require_precondition: boolean;
}

/** What making and rotating answer, this once with the key itself. */
export type NewKey = Key & { key: string };

/** What a rotation says about the key that it replaces. */
export interface Replaced {
  /** When it stops working, at the latest. */
  expires_at: string;
  /** Whether it already stops when the new key is first used. */
  until_first_use: boolean;
}

export interface KeyRequest {
  name: string;
  role: KeyRole;
  description: string;
  expires_at: string | null;
  require_precondition: boolean;
}

interface Answer<Data, Meta = unknown> {
  data: Data;
  meta: Meta;
}

/** How long an answer may take, in milliseconds; a little more than the API gives its database. */
const PATIENCE = 20_000;

/** A request that failed: the API's own problem (RFC 9457), or that there was no readable answer. */
export class Problem extends Error {
  /** 0 if there was no answer. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly errors: readonly { pointer?: string; detail: string }[];

  constructor(status: number, detail: string, body: Partial<ProblemBody> = {}) {
    super(detail);
    this.status = status;
    this.requestId = body.request_id;
    this.errors = body.errors ?? [];
  }

  /** Whether the request may have taken effect all the same. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

interface ProblemBody {
  detail: string;
  request_id: string;
  errors: { pointer?: string; detail: string }[];
}

let whenSignedOut = () => {};

/** Sets what happens when any request finds that nobody is signed in (any more). */
export const onSignedOut = (listener: () => void): void => {
  whenSignedOut = listener;
};

export const readSession = async (): Promise<Session> =>
  (await call<Answer<Session>>('GET', '/auth/session')).data;

/** The newest keys, at least `count` if there are so many, and the cursor of the next page. */
export async function listNewest(count: number): Promise<{ keys: Key[]; next: string | null }> {
  let { keys, next } = await listKeys();
  while (next && keys.length < count) {
    const page = await listKeys(next);
    keys = [...keys, ...page.keys];
    next = page.next;
  }
  return { keys, next };
}

/** A page of keys, the newest first, and the cursor of the next page if there is one. */
export async function listKeys(cursor?: string): Promise<{ keys: Key[]; next: string | null }> {
  const query = new URLSearchParams({ limit: '50', ...(cursor && { cursor }) });
  const { data, meta } = await call<Answer<Key[], { next_cursor: string | null }>>(
    'GET',
    `/api/v1/keys?${query}`,
  );
  return { keys: data, next: meta.next_cursor };
}

export const createKey = async (body: KeyRequest): Promise<NewKey> =>
  (await call<Answer<NewKey>>('POST', '/api/v1/keys', body)).data;

/** Makes a successor; the old key works for `grace` seconds, or until the new one is first used. */
export async function rotateKey(
  id: string,
  grace: number | undefined,
): Promise<{ key: NewKey; replaced: Replaced | undefined }> {
  const path = `/api/v1/keys/${encodeURIComponent(id)}/rotate`;
  const { data, meta } = await call<Answer<NewKey, { replaced?: Replaced }>>('POST', path, {
    grace,
  });
  return { key: data, replaced: meta.replaced };
}

export const revokeKey = async (id: string): Promise<Key> =>
  (await call<Answer<Key>>('DELETE', `/api/v1/keys/${encodeURIComponent(id)}`)).data;

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    signal: AbortSignal.timeout(PATIENCE),
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).catch(() => {
    throw new Problem(0, 'The server did not answer. Check your connection and try again.');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && isObject(answer)) return answer as T;
  const problem = toProblem(response.status, answer);
  if (problem.status === 401) whenSignedOut();
  throw problem;
}

function toProblem(status: number, answer: unknown): Problem {
  // A proxy in between can answer anything, and a broken answer has the status of a good one.
  const body: Partial<ProblemBody> = isObject(answer) ? answer : {};
  const unreadable = `The server gave an answer (${status}) that cannot be read. Try again later.`;
  return new Problem(status < 400 ? 0 : status, body.detail ?? unreadable, body);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
