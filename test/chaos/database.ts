import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { ensureDatabase } from '../../tools/database-roles.ts';
import { type LocalNeon, startLocalNeon } from '../../tools/local-neon/index.ts';
import { migrate } from '../../tools/migrate.ts';
import { type Postgres, startPostgres } from '../../tools/postgres.ts';
import { DatabaseEndpoint } from '../support/database-endpoint.ts';

const NAME = 'chaos';
/** How long one of our own statements may fail before the run is aborted. */
const PATIENCE_MS = 60_000;
/** How long a user's row stays locked to catch a statement that waits for it. */
const HOLD_MS = 250;

/**
 * A Postgres that may be killed and restarted, and the endpoint through which the Worker reaches it.
 * fsync is off: it protects against a crash of the machine, not of Postgres, and takes most of the time.
 */
export class ChaosDatabase {
  readonly endpoint: DatabaseEndpoint;
  /** The URL of the superuser. */
  readonly url: string;
  /** The URL of the Worker's role. */
  workerUrl = '';
  readonly #folder: string;
  readonly #postgres: Postgres;
  readonly #neon: LocalNeon;

  private constructor(folder: string, postgres: Postgres, neon: LocalNeon) {
    this.#folder = folder;
    this.#postgres = postgres;
    this.#neon = neon;
    this.url = urlOf(postgres, NAME);
    this.endpoint = new DatabaseEndpoint(neon.url);
  }

  static async start(migrations: string): Promise<ChaosDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'edge-profile-chaos-'));
    await chmod(folder, 0o755); // Postgres may run as another user.
    const directory = join(folder, 'postgres');
    const postgres = await startPostgres({ directory, temporary: true, settings: ['fsync=off'] });
    const neon = await startLocalNeon({ port: 0, upstream: postgres });
    const database = new ChaosDatabase(folder, postgres, neon);
    try {
      const passwords = { owner: 'owner', worker: 'worker' };
      const { worker } = await ensureDatabase(urlOf(postgres, 'postgres'), NAME, passwords);
      database.workerUrl = worker;
      await migrate(database.url, migrations);
      await database.query(KEEP_CHANGES);
      await database.endpoint.listen();
      return database;
    } catch (error) {
      await database.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.endpoint.close();
    await this.#neon.close();
    await this.#postgres.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  restart(mode: 'fast' | 'immediate'): Promise<void> {
    return this.#postgres.restart(mode);
  }

  /** Runs an idempotent statement, and repeats it until it succeeds. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    for (const deadline = performance.now() + PATIENCE_MS; ; await setTimeout(50)) {
      try {
        return await withClient(
          this.url,
          async (client) => (await client.query<Row>(text, values)).rows,
        );
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  }

  /**
   * Locks a user's row until a statement waits for it, and ends the backend of that statement.
   * Returns false if no statement waited, or Postgres was down.
   */
  async killInMidStatement(userId: string): Promise<boolean> {
    const work = async (client: pg.Client) => {
      await client.query('begin');
      await client.query(`set local lock_timeout = '${HOLD_MS}ms'`);
      await client.query('select from users where id = $1 for update', [userId]);
      for (const deadline = performance.now() + HOLD_MS; performance.now() < deadline; ) {
        const { rowCount } = await client.query(KILL_ONE_WAITING);
        if (rowCount) return true;
        await setTimeout(5);
      }
      return false;
    };
    return await withClient(this.url, work).catch(() => false);
  }

  /** Resolves when no statement of the Worker runs any longer. */
  async settled(): Promise<void> {
    const running = `select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`;
    for (const deadline = performance.now() + PATIENCE_MS; ; await setTimeout(50)) {
      if ((await this.query(running)).length === 0) return;
      if (performance.now() > deadline)
        throw new Error('Statements still run a minute after the last request.');
    }
  }
}

/** Copies the change log, which an erasure deletes. */
const KEEP_CHANGES = `
  create table public.kept_changes (like profile.user_changes);
  create function public.keep_change() returns trigger language plpgsql as $$
  begin
    delete from public.kept_changes
    where tg_op = 'UPDATE' and user_id = old.user_id and version = old.version and change_id = old.change_id;
    insert into public.kept_changes select new.*;
    return null;
  end $$;
  create trigger keep_change after insert or update on profile.user_changes
    for each row execute function public.keep_change()`;

const KILL_ONE_WAITING = `select pg_terminate_backend(pid) from pg_stat_activity
  where pid = any (
    select pid from pg_stat_activity
    where wait_event_type = 'Lock' and pg_backend_pid() = any (pg_blocking_pids(pid)) limit 1
  )`;

const urlOf = ({ user, password, host, port }: Postgres, database: string): string =>
  `postgres://${user}:${password}@${host}:${port}/${database}`;

/** Runs work on a new connection. */
async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=profile',
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
  });
  client.on('error', () => {}); // Postgres ended; the query reports it.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
