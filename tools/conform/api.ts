import type { Answer, Contract } from './contract.ts';

/** A request, as a case words it. */
export interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  body?: unknown;
  /** Another key than the given one; null: none. */
  key?: string | null;
}

const TIMEOUT_MS = 30_000;
const TRIES = 3;
/** What an answer may ask to wait; beyond it we go on without. */
const LONGEST_WAIT_S = 65;

/** Sends requests to the base URL, and shows every answer to the contract. */
export class Api {
  readonly base: string;
  readonly key: string;
  readonly #contract: Contract;
  readonly #stopped: AbortSignal | undefined;

  constructor(base: string, key: string, contract: Contract, stopped?: AbortSignal) {
    this.base = base;
    this.key = key;
    this.#contract = contract;
    this.#stopped = stopped;
  }

  /** Sends a request; once more if the answer says that nothing was done, for it is not what is tried. */
  async send(asked: Asked): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await this.once(asked);
      const wait = Number(answer.headers.get('Retry-After') ?? 1);
      const passing =
        answer.status === 429 || (answer.status === 503 && answer.body?.outcome === 'not_applied');
      if (!passing || tries === TRIES || wait > LONGEST_WAIT_S) return answer;
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }

  /** Sends a request exactly once. */
  async once({ method = 'GET', path, headers = {}, body, key = this.key }: Asked): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const sent = {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(key !== null && { Authorization: `Bearer ${key}` }),
      ...headers,
    };
    const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(this.#stopped ? [this.#stopped] : [])];
    const response = await fetch(this.base + path, {
      method,
      headers: sent,
      redirect: 'manual',
      signal: AbortSignal.any(signals),
      ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as string }),
    });
    const text = await response.text();
    const label = `${method} ${path.split('?')[0]}`;
    const { status } = response;
    const answer = { label, status, headers: response.headers, text, body: parse(text) };
    this.#contract.judge({ method, path, headers: sent, keys: [this.key, key ?? ''] }, answer);
    return answer;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
