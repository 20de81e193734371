import type { Queue } from './env.ts';
import type { Execution } from './execution.ts';

const DELAY_SECONDS = 1;

/** When this isolate last sent a message, in milliseconds since 1970. */
let sentAt = 0;

/**
 * Wakes the delivery of webhooks in a second, once however many changes request it within that second: what
 * they have committed by then is delivered. A message that is lost is made up for by the cron trigger.
 */
export function wake(queue: Queue | undefined, execution: Execution): void {
  const now = Date.now();
  if (!queue || now < sentAt + DELAY_SECONDS * 1000) return;
  sentAt = now;
  execution.waitUntil(
    queue.send({}, { delaySeconds: DELAY_SECONDS }).catch(() => {
      sentAt = 0;
    }),
  );
}
