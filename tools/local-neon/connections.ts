import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import type { Login } from './connection-string.ts';
import { connectError } from './errors.ts';
import {
  GuardedSocket,
  sendCancelRequest,
  type Upstream,
  UpstreamClient,
} from './upstream-client.ts';

/** A client of one request, until it is recycled, dropped or abandoned. */
export type PooledClient = UpstreamClient & PoolClient;

/** Well below the 100 connections of a default Postgres. Further requests wait. */
const MAX_CONNECTIONS_PER_LOGIN = 40;
const IDLE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 30_000;
const CANCEL_GRACE_MS = 100;

/** Settings that shape text output. As startup options they are what RESET ALL returns to. */
const STARTUP_OPTIONS =
  '-c DateStyle=ISO,MDY -c IntervalStyle=postgres -c extra_float_digits=1 ' +
  '-c bytea_output=hex -c TimeZone=GMT ' +
  // A cancel request that arrives before its statement has no effect. Closing the connection then ends it.
  '-c client_connection_check_interval=500';

/** The parts of DISCARD ALL, which cannot run together with ROLLBACK in a single round trip. */
const RESET = `ROLLBACK; CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL;
  UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES`;

const RAW_TEXT = { getTypeParser: () => (text: string) => text };

/** All connections to Postgres: a pool for every login in use. */
export class Connections {
  readonly #upstream: Upstream;
  readonly #pools = new Map<string, Pool>();
  readonly #sockets = new Set<Socket>();
  readonly #cancelRequests = new Set<Promise<void>>();

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /**
   * Returns a client for one request, connected and reset.
   * @throws NeonError when Postgres cannot be reached or refuses the login, or the signal's reason
   */
  async acquire(login: Login, signal: AbortSignal): Promise<PooledClient> {
    for (;;) {
      const client = await this.#checkOut(login, signal);
      client.hasResponded = false;
      if (client.uses++ === 0) return client;
      // Gives a closed connection one full turn of the event loop to report it: the first immediate
      // runs before the sockets are read again, the second after.
      await setImmediate();
      await setImmediate();
      if (client.isAlive()) return client;
      this.drop(client);
    }
  }

  /** Resets the session of a client and returns it to the pool. */
  recycle(client: PooledClient): void {
    client.query(RESET).then(
      () => client.release(),
      () => this.drop(client),
    );
  }

  /** Closes a client's connection. */
  drop(client: PooledClient): void {
    client.release(true);
  }

  /**
   * Stops the running statement of a client, at first by a cancel request. The caller must still
   * drop the client.
   */
  abandon(client: PooledClient): void {
    const sent = sendCancelRequest(this.#upstream, client);
    this.#cancelRequests.add(sent);
    void sent.finally(() => this.#cancelRequests.delete(sent));
    setTimeout(() => client.connection.stream.destroy(), CANCEL_GRACE_MS).unref();
  }

  /** Closes every connection at once. Resolves when all are closed. */
  async close(): Promise<void> {
    const ended = [...this.#pools.values()].map((pool) => pool.end());
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([...ended, ...this.#cancelRequests]);
  }

  async #checkOut(login: Login, signal: AbortSignal): Promise<PooledClient> {
    signal.throwIfAborted();
    const key = JSON.stringify([login.user, login.password, login.database, login.applicationName]);
    const pool = this.#pools.get(key) ?? this.#createPool(key, login);
    const connecting = pool.connect();
    try {
      // The cast is correct because the pool creates UpstreamClients.
      return (await orAborted(connecting, signal)) as PooledClient;
    } catch (error) {
      if (signal.aborted) releaseOnArrival(connecting);
      // Drops pools of refused logins.
      if (pool.totalCount === 0) this.#pools.delete(key);
      throw connectError(error, login.user);
    }
  }

  #createPool(key: string, login: Login): Pool {
    const pool = new Pool({
      host: this.#upstream.host,
      port: this.#upstream.port,
      Client: UpstreamClient,
      user: login.user,
      password: login.password,
      database: login.database,
      application_name: login.applicationName,
      options: STARTUP_OPTIONS,
      types: RAW_TEXT,
      ssl: false, // If this were missing, PGSSLMODE would decide.
      stream: () => this.#createSocket(),
      max: MAX_CONNECTIONS_PER_LOGIN,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    pool.on('error', () => {}); // An idle connection ended; the pool has already dropped it.
    this.#pools.set(key, pool);
    return pool;
  }

  #createSocket(): Socket {
    const socket = new GuardedSocket();
    this.#sockets.add(socket);
    return socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Releases a client that connects after its request has ended, because the pool would lose it. */
function releaseOnArrival(connecting: Promise<PoolClient>): void {
  connecting.then((client) => client.release()).catch(() => {}); // No client arrived.
}

/** Returns the promise's result, or rejects as soon as the signal fires. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
