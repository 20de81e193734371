import { sql } from 'drizzle-orm';
import { resultOf } from '../db/client.ts';
import { run } from '../db/run.ts';
import { type Env, parseEnv } from '../env.ts';
import { reasonOf } from '../failures.ts';
import { deliver } from './deliver.ts';

// What makes the Worker deliver webhooks: messages of a queue, and a cron trigger for those that are lost.

/** When a message is tried again after a failure of the database, in seconds: later than a lease lasts. */
const RETRY_SECONDS = 60;
/** The longest delay that a message can have. */
const MAX_DELAY_SECONDS = 12 * 60 * 60;
/** A feed that is behind by more is logged as an error, in seconds. */
const MAX_LAG_SECONDS = 60;

/** Messages that say nothing but that there is something to deliver. */
interface Messages {
  retryAll(options: { delaySeconds: number }): void;
}

/** Delivers webhooks because messages say so. */
export async function deliverQueued(messages: Messages, bindings: object): Promise<void> {
  if (await deliverAll(bindings)) messages.retryAll({ delaySeconds: RETRY_SECONDS });
}

/** Delivers webhooks because nobody may have said so, and logs how far the feed is behind. By a cron trigger. */
export async function sweep(bindings: object): Promise<void> {
  await deliverAll(bindings);
  await logLag(bindings);
}

/** Delivers webhooks, and sends messages for what is due later. Returns the fault, if there was one. */
async function deliverAll(bindings: object): Promise<string | undefined> {
  const started = Date.now();
  let line: object = {};
  let fault: string | undefined;
  try {
    const env = parseEnv(bindings);
    const { retries, databaseRequests, ...report } = await deliver(env);
    line = { ...report, database_requests: databaseRequests };
    fault = report.fault;
    await sendLater(env, retries);
  } catch (error) {
    fault = reasonOf(error);
  }
  line = { message: 'webhooks', ...line, fault, duration_ms: Date.now() - started };
  console[fault ? 'error' : 'log'](JSON.stringify(line));
  return fault;
}

/** One message at a time, because each is sent only by the run that found it. */
async function sendLater({ webhooks }: Env, retries: Iterable<number>): Promise<void> {
  for (const seconds of retries)
    await webhooks.queue?.send({}, { delaySeconds: Math.min(seconds, MAX_DELAY_SECONDS) });
}

async function logLag(bindings: object): Promise<void> {
  try {
    const { database } = parseEnv(bindings);
    const lag = await run(
      database,
      () => {},
      async (db) => (await resultOf<number>(db, sql`select profile.feed_lag('{}') as result`)) ?? 0,
      'repeatable',
    );
    const line = JSON.stringify({ message: 'feed', lag_seconds: lag });
    console[lag > MAX_LAG_SECONDS ? 'error' : 'log'](line);
  } catch (error) {
    console.error(JSON.stringify({ message: 'feed', fault: reasonOf(error) }));
  }
}
