import { randomUUID } from 'node:crypto';
import type { Miniflare } from 'miniflare';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { displayPrefix, hashApiKey, mintApiKey } from '../../src/auth/api-key.ts';
import { connect, type Database } from '../../src/db/client.ts';
import { type KeyRole, keyRoles, type Scope } from '../../src/permissions.ts';
import { type LocalNeon, startLocalNeon } from '../../tools/local-neon/index.ts';
import { type Limits, startWorker } from '../../tools/miniflare-worker.ts';
import { type ApiResponse, checkOrigin, fetchResponse } from './contract.ts';
import { DatabaseEndpoint } from './database-endpoint.ts';
import { TEMPLATE } from './global-setup.ts';

/** The columns of a key for tests. */
interface KeyOptions {
  role?: KeyRole;
  scopes?: readonly Scope[];
  expires_at?: Date;
  revoked_at?: Date;
  last_used_at?: Date;
  allowed_ips?: readonly string[];
  fields?: readonly string[];
  short_lived?: boolean;
}

interface StackOptions {
  /** Whether the Worker has its queue; true by default. */
  queue?: boolean;
  /** Whether requests are traced; their spans are among the logs. */
  traced?: boolean;
}

/** The Worker's bundle, a database with the shipped migrations, and functions to use both. */
export class Stack {
  readonly database: DatabaseEndpoint;
  readonly pool: pg.Pool;
  /** The lines that the Worker has logged so far. */
  readonly logs: string[] = [];
  /** The lines that the Worker has logged as errors. */
  readonly errors: string[] = [];
  /** The URL of the superuser. */
  readonly databaseUrl: string;
  /** The URL of the Worker's role. */
  readonly workerUrl: string;
  readonly #neon: LocalNeon;
  readonly #worker: Miniflare;
  #origin = '';

  private constructor(
    neon: LocalNeon,
    database: DatabaseEndpoint,
    url: string,
    vars: object,
    limits: Limits | undefined,
    { queue, traced }: StackOptions,
  ) {
    this.#neon = neon;
    this.database = database;
    this.databaseUrl = url;
    this.workerUrl = inject('workerPostgresUrl') + new URL(url).pathname;
    this.pool = new pg.Pool({ connectionString: url, options: '-c search_path=profile' });
    this.#worker = startWorker({
      vars: {
        DATABASE_URL: this.workerUrl,
        DATABASE_ENDPOINT: `http://127.0.0.1:${database.port}/sql`,
        ...vars,
      },
      limits,
      queue,
      traced,
      onLog: (line, level) => {
        this.logs.push(line);
        if (level === 'error') this.errors.push(line);
      },
    });
  }

  static async start(vars: object, limits?: Limits, options: StackOptions = {}): Promise<Stack> {
    const base = inject('postgresUrl');
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await once(`${base}/postgres`, `create database ${name} template ${TEMPLATE}`);
    const upstream = new URL(base);
    const neon = await startLocalNeon({
      port: 0,
      upstream: { host: upstream.hostname, port: Number(upstream.port) },
    });
    const database = new DatabaseEndpoint(neon.url);
    await database.listen();
    const stack = new Stack(neon, database, `${base}/${name}`, vars, limits, options);
    stack.#origin = (await stack.#worker.ready).origin;
    checkOrigin(stack.#origin);
    return stack;
  }

  async stop(): Promise<void> {
    await this.#worker.dispose();
    await this.database.close();
    await this.#neon.close();
    await this.pool.end();
  }

  /** The origin of the Worker. */
  get origin(): string {
    return this.#origin;
  }

  /**
   * Sends a request to the Worker over HTTP and returns the response. Throws if the response differs
   * from openapi.json.
   */
  fetch(path: string, init: RequestInit = {}): Promise<ApiResponse> {
    return fetchResponse(this.#origin + path, init);
  }

  /** Sends a request with a JSON body, or without one, and the key in a header. */
  call(
    method: string,
    path: string,
    key: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    return this.fetch(`/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** PUTs a body to a user's path with the key in the query, as published. */
  put(userId: string, key: string, body: unknown, headers: Record<string, string> = {}) {
    return this.fetch(`/api/v1/user/${userId}?api_key=${key}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    } as RequestInit);
  }

  /** Runs the scheduled handler as a cron trigger does, by default that of the cleanup. Returns the outcome. */
  async scheduled(cron = '17 * * * *'): Promise<string> {
    const worker = (await this.#worker.getWorker()) as unknown as {
      scheduled(event: { cron: string }): Promise<{ outcome: string }>;
    };
    return (await worker.scheduled({ cron })).outcome;
  }

  /**
   * Returns the log line of the request that received this response. Waits for the line, because it may
   * be written later. Throws if there is none.
   */
  async logLine({ headers }: ApiResponse): Promise<Record<string, unknown>> {
    const requestId = headers.get('x-request-id');
    for (let tries = 0; tries < 100; tries++) {
      const line = this.logs.find((text) => text.includes(`"request_id":"${requestId}"`));
      if (line) return JSON.parse(line);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`There is no log line of the request ${requestId}.`);
  }

  /** Connects to the database as the operator's commands do. */
  connect(): Database {
    const endpoint = `http://127.0.0.1:${this.database.port}/sql`;
    return connect({ url: this.databaseUrl, endpoint });
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** Inserts a user with the given columns, and defaults for the others. Returns the id. */
  async user(columns: Record<string, unknown> = {}): Promise<string> {
    const row = { email: `${randomUUID()}@example.com`, ...columns };
    const names = Object.keys(row);
    const [user] = await this.query<{ id: string }>(
      `insert into users (${names}) values (${names.map((_, i) => `$${i + 1}`)}) returning id`,
      Object.values(row),
    );
    return user?.id ?? '';
  }

  /** Returns the row of a user. */
  async row(userId: string): Promise<Record<string, unknown>> {
    const [row] = await this.query('select * from users where id = $1', [userId]);
    return row ?? {};
  }

  /** Returns the change log of a user without the creation, oldest first. */
  log(userId: string) {
    return this.query<{
      version: number;
      api_key_id: string;
      request_id: string;
      changes: Record<string, { before: unknown; after: unknown }>;
    }>('select * from user_changes where user_id = $1 and version > 1 order by version', [userId]);
  }

  /** Inserts a key, `full_access` by default. Returns it with the id of its row. */
  async key(ownerId: string, { role = 'full_access', scopes, ...times }: KeyOptions = {}) {
    const key = mintApiKey();
    const [row] = await this.query<{ id: string }>(
      `insert into api_keys (owner_id, name, role, scopes, hash, prefix, expires_at, revoked_at, last_used_at, allowed_ips, fields, short_lived)
       values ($1, 'test', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
      [
        ownerId,
        role,
        scopes ?? keyRoles[role],
        await hashApiKey(key),
        displayPrefix(key),
        times.expires_at,
        times.revoked_at,
        times.last_used_at,
        times.allowed_ips,
        times.fields,
        times.short_lived ?? false,
      ],
    );
    return { key, keyId: row?.id ?? '' };
  }
}

/** Starts a stack for the tests of this file and stops it after them. */
export function useStack(vars: object = {}, limits?: Limits, options: StackOptions = {}): Stack {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start(vars, limits, options);
  });
  afterAll(() => stack.stop());
  return new Proxy({} as Stack, {
    get: (_, name) => {
      const value = stack[name as keyof Stack];
      return typeof value === 'function' ? value.bind(stack) : value;
    },
  });
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}
