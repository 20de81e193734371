import type { components, operations } from '../client/src/api.ts';
import type { SignedInUser } from '../src/auth/statements.ts';

/** Who is signed in, and what they may do at most. */
export type Session = SignedInUser & { scopes: Schemas['Scope'][] };

type Schemas = components['schemas'];
export type ApiKey = Schemas['ApiKey'];
export type NewApiKey = Schemas['NewApiKey'];
export type KeyDraft = Schemas['KeyDraft'];
export type KeyUpdate = Schemas['KeyUpdate'];
export type Rotation = Schemas['Rotation'];
export type ReplacedKey = Schemas['ReplacedKey'];
export type Webhook = Schemas['Webhook'];
export type NewWebhook = Schemas['WebhookWithSecret'];
export type WebhookDraft = Schemas['NewWebhook'];
export type WebhookAttempt = Schemas['WebhookAttempt'];

/** The body of a successful response to an operation. */
type Success<Id extends keyof operations> = {
  [Status in keyof operations[Id]['responses']]: operations[Id]['responses'][Status] extends {
    content: { 'application/json': infer Body };
  }
    ? Body
    : never;
}[keyof operations[Id]['responses']];

/** How long a response may take, in milliseconds; a little more than the API gives its database. */
const PATIENCE = 20_000;

/** A request that failed: the API's own problem (RFC 9457), or that there was no readable response. */
export class Problem extends Error {
  /** 0 if there was no response. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly errors: readonly Schemas['Violation'][];

  constructor(status: number, detail: string, body: Partial<Schemas['Problem']> = {}) {
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

let whenSignedOut = () => {};

/** Sets what happens when any request finds that nobody is signed in (any more). */
export const onSignedOut = (listener: () => void): void => {
  whenSignedOut = listener;
};

export const readSession = async (): Promise<Session> =>
  (await call<{ data: Session }>('GET', '/auth/session')).data;

interface KeyPage {
  keys: ApiKey[];
  /** The cursor of the next page, if there is one. */
  next: string | null;
}

/** The newest keys, at least `count` if there are so many; of those in a state, if one is named. */
export async function listNewest(count: number, which: { state?: string } = {}): Promise<KeyPage> {
  let { keys, next } = await listKeys(which);
  while (next && keys.length < count) {
    const page = await listKeys({ ...which, cursor: next });
    keys = [...keys, ...page.keys];
    next = page.next;
  }
  return { keys, next };
}

/** A page of keys, the newest first. */
export async function listKeys(which: { cursor?: string; state?: string } = {}): Promise<KeyPage> {
  const query = new URLSearchParams({ limit: '100', ...which });
  const { data, meta } = await call<Success<'listKeys'>>('GET', `/api/v1/keys?${query}`);
  return { keys: data, next: meta.next_cursor };
}

const keyPath = (id: string): string => `/api/v1/keys/${encodeURIComponent(id)}`;

export const createKey = async (body: KeyDraft): Promise<NewApiKey> =>
  (await call<Success<'createKey'>>('POST', '/api/v1/keys', body)).data;

export const editKey = async (id: string, values: KeyUpdate): Promise<ApiKey> =>
  (await call<Success<'updateKey'>>('PATCH', keyPath(id), values)).data;

/** Makes a successor; the old key works for `grace` seconds, or until the new one is first used. */
export async function rotateKey(
  id: string,
  rotation: Rotation,
): Promise<{ key: NewApiKey; replaced: ReplacedKey | undefined }> {
  const { data, meta } = await call<Success<'rotateKey'>>(
    'POST',
    `${keyPath(id)}/rotate`,
    rotation,
  );
  return { key: data, replaced: meta.replaced };
}

export const revokeKey = async (id: string): Promise<ApiKey> =>
  (await call<Success<'revokeKey'>>('DELETE', keyPath(id))).data;

/** Waits for a part of the script that few people need. Throws a Problem if it does not come, as after a deployment. */
export const loadPart = <Part>(part: Promise<Part>): Promise<Part> =>
  part.catch(() => {
    throw new Problem(0, 'A part of this page could not be loaded. Reload the page.');
  });

const WEBHOOKS = '/api/v1/webhooks';
const pathOf = (id: string): string => `${WEBHOOKS}/${encodeURIComponent(id)}`;

/** All webhooks, the newest first. */
export const listWebhooks = async (): Promise<Webhook[]> =>
  (await call<Success<'listWebhooks'>>('GET', WEBHOOKS)).data;

export const createWebhook = async (body: WebhookDraft): Promise<NewWebhook> =>
  (await call<Success<'createWebhook'>>('POST', WEBHOOKS, body)).data;

export const setWebhookState = async (id: string, state: Webhook['state']): Promise<Webhook> =>
  (await call<Success<'updateWebhook'>>('PATCH', pathOf(id), { state })).data;

/** Makes a new secret; the old one signs too for `grace` seconds. */
export const rotateSecret = async (id: string, grace: number): Promise<NewWebhook> =>
  (await call<Success<'rotateWebhookSecret'>>('POST', `${pathOf(id)}/rotate`, { grace })).data;

export const deleteWebhook = (id: string): Promise<void> => call('DELETE', pathOf(id));

/** Sends a test event, and returns its result. */
export const testWebhook = async (id: string): Promise<WebhookAttempt> =>
  (await call<Success<'testWebhook'>>('POST', `${pathOf(id)}/test`)).data;

/** The latest attempts to deliver an event, the newest first. */
export const listDeliveries = async (id: string): Promise<WebhookAttempt[]> =>
  (await call<Success<'listDeliveries'>>('GET', `${pathOf(id)}/deliveries`)).data;

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
    throw new Problem(0, 'The server did not respond. Check your connection and try again.');
  });
  const received: unknown = await response.json().catch(() => undefined);
  if (response.ok && (isObject(received) || response.status === 204)) return received as T;
  const problem = toProblem(response.status, received);
  if (problem.status === 401) whenSignedOut();
  throw problem;
}

function toProblem(status: number, received: unknown): Problem {
  // A proxy in between can send anything, and a broken response has the status of a good one.
  const body: Partial<Schemas['Problem']> = isObject(received) ? received : {};
  const unreadable = `The server sent an invalid response (${status}). Try again later.`;
  return new Problem(status < 400 ? 0 : status, body.detail ?? unreadable, body);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
