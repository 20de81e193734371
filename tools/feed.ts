import { sql } from 'drizzle-orm';
import { type Database, resultOf } from '../src/db/client.ts';
import { feed } from '../src/db/schema.ts';
import { command, runCommand } from './command.ts';
import { withDatabase } from './database.ts';
import { jsonOption, print, table } from './output.ts';

/** A transaction that has written and not ended: pages of the feed end before it. */
interface Open {
  /** The process of the server to end it by; null: a prepared transaction. */
  readonly pid: number | null;
  readonly database: string;
  readonly role: string;
  /** Null: a transaction of another role, of which Postgres shows no more. */
  readonly started_at: string | null;
  readonly state: string | null;
}

interface Status {
  readonly epoch: number;
  readonly lag_seconds: number;
  readonly open: readonly Open[];
}

const program = command(
  'npm run feed --',
  'Shows what holds the feed of changes back, and ends its cursors after a restore, on the local stack or, with DATABASE_URL set, on Neon.',
);

program
  .command('status')
  .description('show the lag, and the open transactions that cause it, the oldest first')
  .addOption(jsonOption())
  .action(async ({ json }) => {
    const status = await withDatabase(readStatus);
    const lines = [`Epoch ${status.epoch}. Lag ${status.lag_seconds} s.`];
    const rows = status.open.map(({ pid, database, role, started_at, state }) =>
      [pid, database, role, started_at?.slice(0, SECONDS), state].map((value) => [
        `${value ?? '-'}`,
      ]),
    );
    const columns = { pid: 8, database: 20, role: 20, 'open since': SECONDS, state: 25 };
    if (rows.length > 0) lines.push(table(columns, rows));
    print(status, json, lines.join('\n'));
  });

program
  .command('restart')
  .description('end all cursors, after the database was restored; readers start again')
  .action(async () => {
    const epoch = await withDatabase(raiseEpoch);
    console.log(`Epoch ${epoch}. Earlier cursors get 410 cursor_expired.`);
  });

/** All databases of the server, because they share the ids of transactions. */
const OPEN = sql`
  select pid, datname as database, usename as role, xact_start as started_at, state
  from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
  union all
  select null, database, owner, prepared, 'prepared as ' || gid from pg_prepared_xacts`;

/** The length of a time without its fraction. */
const SECONDS = '2027-01-31T00:00:00'.length;

async function readStatus(db: Database): Promise<Status> {
  const request = JSON.stringify({ limit: 1, latest: true });
  const page = await resultOf<{ cursor: readonly [number]; lag_seconds: number }>(
    db,
    sql`select profile.changes_after(${request}) as result`,
  );
  const open = await resultOf<Open[]>(
    db,
    sql`select coalesce(jsonb_agg(open order by started_at), '[]') as result from (${OPEN}) as open`,
  );
  return { epoch: page?.cursor[0] ?? 1, lag_seconds: page?.lag_seconds ?? 0, open: open ?? [] };
}

/** Raises the epoch of the cursors, and returns it. */
async function raiseEpoch(db: Database): Promise<number | undefined> {
  const [row] = await db
    .insert(feed)
    .values({ epoch: 2 })
    .onConflictDoUpdate({ target: feed.is_only, set: { epoch: sql`${feed.epoch} + 1` } })
    .returning({ epoch: feed.epoch });
  return row?.epoch;
}

await runCommand(program);
