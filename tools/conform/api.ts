import { NDJSON } from '../../src/http/body.ts';
import type { ApiResponse, Contract } from './contract.ts';

/** A request as a case writes it. */
export interface ApiRequest {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  body?: unknown;
  /** Replaces the given key; null sends no key. */
  key?: string | null;
}

/** Where requests go. */
export interface Target {
  url: string;
  key: string;
  /** Sent with every request. */
  headers?: Record<string, string> | undefined;
}

const TIMEOUT_MS = 30_000;
const TRIES = 3;
/** The longest Retry-After that is waited for. */
const LONGEST_WAIT_S = 65;

/** Sends requests to the base URL and checks every response against the contract. */
export class Api {
  readonly base: string;
  readonly key: string;
  readonly #contract: Contract;
  readonly #headers: Record<string, string>;
  readonly #stopped: AbortSignal | undefined;

  constructor({ url, key, headers = {} }: Target, contract: Contract, stopped?: AbortSignal) {
    this.base = url;
    this.key = key;
    this.#headers = headers;
    this.#contract = contract;
    this.#stopped = stopped;
  }

  /**
   * Sends a request, and repeats it after a 429, or a 503 with the outcome `not_applied`. Returns the
   * last response.
   */
  async send(request: ApiRequest): Promise<ApiResponse> {
    for (let tries = 1; ; tries++) {
      const response = await this.once(request);
      const wait = Number(response.headers.get('Retry-After') ?? 1);
      const isTemporary =
        response.status === 429 ||
        (response.status === 503 && response.body?.outcome === 'not_applied');
      if (!isTemporary || tries === TRIES || wait > LONGEST_WAIT_S) return response;
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }

  /** Sends a request once and returns the response. Throws if none arrives in time. */
  async once({
    method = 'GET',
    path,
    headers = {},
    body,
    key = this.key,
  }: ApiRequest): Promise<ApiResponse> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const sent = {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(key !== null && { Authorization: `Bearer ${key}` }),
      ...this.#headers,
      ...headers,
    };
    const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(this.#stopped ? [this.#stopped] : [])];
    const fetched = await fetch(this.base + path, {
      method,
      headers: sent,
      redirect: 'manual',
      signal: AbortSignal.any(signals),
      ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as string }),
    });
    const text = await fetched.text();
    const label = `${method} ${path.split('?')[0]}`;
    const { status } = fetched;
    const isLines = fetched.headers.get('Content-Type') === NDJSON;
    const parsed = isLines ? text.trim().split('\n').map(parse) : parse(text);
    const response = { label, status, headers: fetched.headers, text, body: parsed };
    this.#contract.check({ method, path, headers: sent, keys: [this.key, key ?? ''] }, response);
    return response;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
