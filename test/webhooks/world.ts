import { expect } from 'vitest';
import type { Scope } from '../../src/permissions.ts';
import type { Receiver } from '../support/receiver.ts';
import type { Stack } from '../support/stack.ts';

/** What tests of delivery do, in words. */
export class World {
  readonly stack: Stack;

  constructor(stack: Stack) {
    this.stack = stack;
  }

  /** A new user with a key that may do all, and of all users if they are a superuser. */
  async owner(columns: object = {}, scopes?: Scope[]) {
    const id = await this.stack.user({ ...columns });
    const { key } = await this.stack.key(id, scopes ? { scopes } : {});
    return { id, key };
  }

  superuser = () => this.owner({ is_superuser: true });

  async webhook(key: string, receiver: Receiver, body: object = {}) {
    await this.untilSeen();
    const response = await this.stack.call('POST', '/webhooks', key, {
      url: receiver.url,
      ...body,
    });
    expect(response.status).toBe(201);
    return response.body.data as { id: string; secret: string; cursor: string };
  }

  /**
   * Waits until the feed has everything: it waits for transactions in all databases of the server, those of
   * other tests too.
   */
  async untilSeen(): Promise<void> {
    const lag = `select (changes_after('{"latest": true}') ->> 'lag_seconds')::float as lag`;
    await expect
      .poll(async () => (await this.stack.query(lag))[0], { timeout: 60_000 })
      .toEqual({ lag: 0 });
  }

  async show(key: string, id: string) {
    return (await this.stack.call('GET', `/webhooks/${id}`, key)).body.data;
  }

  async deliveries(key: string, id: string) {
    return (await this.stack.call('GET', `/webhooks/${id}/deliveries`, key)).body.data;
  }

  /** Delivers what is due, as the cron trigger does. */
  sweep = () => this.stack.scheduled('*/5 * * * *');

  /** Lets time pass for a webhook: what would be due by then is due, and what began began earlier. */
  async wait(id: string, time: string): Promise<void> {
    await this.stack.query(
      `update webhooks set next_attempt_at = next_attempt_at - $2::interval,
         lease_until = lease_until - $2::interval, failing_since = failing_since - $2::interval,
         blocked_by = blocked_by || jsonb_build_object(
           'since', (blocked_by ->> 'since')::timestamptz - $2::interval)
       where id = $1`,
      [id, time],
    );
  }
}
