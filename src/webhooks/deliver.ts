import { sql } from 'drizzle-orm';
import { toFeedItem } from '../changes/routes.ts';
import type { FeedRow } from '../changes/statements.ts';
import { type Database, resultOf } from '../db/client.ts';
import { run } from '../db/run.ts';
import type { PauseReason } from '../db/schema.ts';
import type { Env } from '../env.ts';
import { reasonOf } from '../failures.ts';
import { addressFault } from './address.ts';
import { notSent, type Outcome, POST_TIMEOUT_MS, send } from './post.ts';
import { ATTEMPTS_KEPT } from './statements.ts';

// The delivery of webhooks. A run leases an endpoint, reads a page of the feed after its cursor, sends it event by
// event, and moves the cursor. Nothing is stored of an event, so an erasure holds, and a replay moves the cursor
// back. If the Worker ends in between, the lease does too, and the page is sent again.

/** More than three times what one event may take, in seconds. */
const LEASE_SECONDS = 45;
/** For how long the events of a page are sent, in milliseconds: the last one and the statement after it have time left. */
const SENDING_MS = LEASE_SECONDS * 1000 - POST_TIMEOUT_MS - 5_000;
/** Events a page: few, because those of a user who is erased meanwhile are sent still. */
const PAGE = 20;
/** How many endpoints a run delivers to at a time; the platform opens six connections. */
const LANES = 4;
/** When a run ends and another goes on: after so many milliseconds, or events. The platform has limits for both. */
const RUN_MS = 60_000;
const RUN_EVENTS = 600;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** How long to wait after each failure of an event, in seconds; the last holds for all further ones. */
export const RETRY_AFTER = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR];
/** For how long an event may block an endpoint before it is skipped, in hours. */
export const SKIP_HOURS = 6;
/** After how long an endpoint to which nothing was delivered is paused, in days. */
export const PAUSE_DAYS = 3;

/** An endpoint that is leased, and what to send to it. */
interface Page {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly changes: readonly FeedRow[];
}

/** What leased_page returns; its source says what the members are. */
interface Next extends Partial<Page> {
  readonly pause: PauseReason | null;
  readonly retry_in: number | null;
}

/** What lease_webhook returns. */
interface Lease {
  readonly page: Page | null;
  readonly before: string;
  readonly others: boolean;
  readonly paused: readonly PauseReason[];
  readonly retry_in: number | null;
}

/** What advance_webhook returns. */
type Advance = { readonly lost: true } | (Next & { readonly lost?: undefined; skipped: boolean });

/** An attempt to deliver a change, as advance_webhook takes it. */
type Attempt = Outcome &
  Pick<FeedRow, 'type' | 'user_id' | 'version' | 'position'> & { id: string };

/** What a run did. */
export interface Report {
  delivered: number;
  failed: number;
  /** Events that were skipped, and endpoints that were paused, or were leased by another run. */
  skipped: number;
  paused: number;
  lost: number;
  /** Why a part of the run ended early: in words without data. */
  fault?: string | undefined;
  databaseRequests: number;
  /** In how many seconds there is more to deliver, without any change that would wake a run. */
  retries: Set<number>;
}

/** Delivers what is due to all endpoints, several at a time. Does not throw: the report has the fault. */
export async function deliver(env: Env): Promise<Report> {
  const started = Date.now();
  const report: Report = {
    delivered: 0,
    failed: 0,
    skipped: 0,
    paused: 0,
    lost: 0,
    databaseRequests: 0,
    retries: new Set(),
  };
  const isOver = () =>
    Date.now() - started > RUN_MS || report.delivered + report.failed >= RUN_EVENTS;
  const query = <T>(name: string, request: object): Promise<T> =>
    run(
      env.database,
      () => report.databaseRequests++,
      (db) => call<T>(db, name, request),
      'repeatable', // Each names the token that it gives, by which a repeat knows its own work.
    );
  let before: string | undefined;

  /** Delivers to one endpoint after another. */
  const lane = async (): Promise<void> => {
    for (;;) {
      const leasedAt = Date.now();
      const token = crypto.randomUUID();
      const lease = await query<Lease>('lease_webhook', { ...leaseMembers(token), before });
      before = lease.before;
      report.paused += lease.paused.length;
      if (lease.retry_in !== null) report.retries.add(lease.retry_in);
      if (lease.page === null) return;
      if (lease.others && lanes.length < LANES) open();
      await deliverTo(lease.page, token, leasedAt);
      if (isOver()) return void report.retries.add(0);
    }
  };

  /** Delivers pages to an endpoint until nothing is left, or something fails. */
  const deliverTo = async (page: Page, firstToken: string, firstLeasedAt: number) => {
    let [token, leasedAt, next]: [string, number, Page | undefined] = [
      firstToken,
      firstLeasedAt,
      page,
    ];
    while (next) {
      const attempts: Attempt[] = await sendPage(next, leasedAt + SENDING_MS, env);
      const nextToken = crypto.randomUUID();
      const request = { ...advanceMembers(attempts), id: page.id, token };
      const release = isOver() ? { release: true } : {};
      leasedAt = Date.now();
      const result = await query<Advance>('advance_webhook', {
        ...request,
        ...leaseMembers(nextToken),
        ...release,
      });
      count(report, attempts, result);
      token = nextToken;
      next = result.lost ? undefined : pageOf(result);
    }
  };

  const lanes: Promise<void>[] = [];
  const open = () =>
    lanes.push(
      lane().catch((error) => {
        report.fault = reasonOf(error);
      }),
    );
  open();
  // More may be opened while this waits.
  for (const each of lanes) await each;
  return report;
}

async function call<T>(db: Database, name: string, request: object): Promise<T> {
  const result = await resultOf<T>(
    db,
    sql`select ${sql.raw(`profile.${name}`)}(${JSON.stringify(request)}) as result`,
  );
  if (!result) throw new TypeError(`${name} returned nothing`);
  return result;
}

const leaseMembers = (token: string) => ({
  next_token: token,
  lease: `${LEASE_SECONDS} seconds`,
  limit: PAGE,
});

const advanceMembers = (attempts: readonly Attempt[]) => ({
  attempts,
  attempts_kept: ATTEMPTS_KEPT,
  retry_after: RETRY_AFTER,
  skip_after: `${SKIP_HOURS} hours`,
  pause_after: `${PAUSE_DAYS} days`,
});

/** Sends a page in order, until one fails or the time is over; returns at least one attempt. */
async function sendPage(page: Page, until: number, env: Env): Promise<Attempt[]> {
  const fault = await addressFault(page.url, env.webhooks);
  const attempts: Attempt[] = [];
  for (const change of page.changes) {
    const { change_id: id, type, user_id, version, position } = change;
    const outcome = fault ? notSent(fault) : await send(page, toFeedItem(change));
    attempts.push({ ...outcome, id, type, user_id, version, position });
    if (outcome.error !== null || Date.now() >= until) break;
  }
  return attempts;
}

const pageOf = ({ id, url, secrets, changes }: Next): Page | undefined =>
  id !== undefined && url !== undefined && secrets && changes
    ? { id, url, secrets, changes }
    : undefined;

function count(report: Report, attempts: readonly Attempt[], result: Advance): void {
  if (result.lost) {
    report.lost++;
    return;
  }
  const failed = attempts.filter(({ error }) => error !== null).length;
  report.failed += failed;
  report.delivered += attempts.length - failed;
  if (result.skipped) report.skipped++;
  if (result.pause !== null) report.paused++;
  if (result.retry_in !== null) report.retries.add(result.retry_in);
}
