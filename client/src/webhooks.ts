import type { Calls } from './calls.ts';
import type { CallOptions } from './options.ts';
import type {
  NewWebhook,
  Replay,
  SecretRotation,
  Webhook,
  WebhookAttempt,
  WebhookUpdate,
  WebhookWithSecret,
} from './types.ts';

/** Where a test waits for the receiver, too. In milliseconds. */
const TEST_TIMEOUT_MS = 20_000;

/** The webhooks of the caller. */
export class Webhooks {
  readonly #calls: Calls;

  /** @internal */
  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /**
   * Creates a webhook and returns it with its secret, this once. It is not retried: if the response is lost, look
   * for the webhook in `list`, and delete it.
   */
  async create(draft: NewWebhook, options: CallOptions = {}): Promise<WebhookWithSecret> {
    const { data } = await this.#calls.call({
      operation: 'createWebhook',
      options: { ...options, retries: 0 },
      send: (api, sending) => api.POST('/api/v1/webhooks', { ...sending, body: draft }),
    });
    return data.data;
  }

  /** Returns all webhooks, newest first. */
  async list(options: CallOptions = {}): Promise<Webhook[]> {
    const { data } = await this.#calls.call({
      operation: 'listWebhooks',
      options,
      send: (api, sending) => api.GET('/api/v1/webhooks', { ...sending }),
    });
    return data.data;
  }

  /** Returns a webhook, without its secret. */
  async get(webhookId: string, options: CallOptions = {}): Promise<Webhook> {
    const { data } = await this.#calls.call({
      operation: 'getWebhook',
      options,
      send: (api, sending) => api.GET(ONE, { ...sending, ...of(webhookId) }),
    });
    return data.data;
  }

  /** Changes the members that are there. `state` pauses or resumes. */
  async update(
    webhookId: string,
    update: WebhookUpdate,
    options: CallOptions = {},
  ): Promise<Webhook> {
    const { data } = await this.#calls.call({
      operation: 'updateWebhook',
      options,
      send: (api, sending) => api.PATCH(ONE, { ...sending, ...of(webhookId), body: update }),
    });
    return data.data;
  }

  /** Deletes a webhook. A retry after a lost response throws `webhook_not_found`. */
  async delete(webhookId: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.conditional({
      operation: 'deleteWebhook',
      options,
      empty: true,
      send: (api, sending) => api.DELETE(ONE, { ...sending, ...of(webhookId) }),
    });
  }

  /**
   * Creates a new secret and returns it, this once. The old one signs too for `grace` seconds, 24 hours if left out.
   * It is not retried: if the response is lost, rotate again.
   */
  async rotate(
    webhookId: string,
    rotation: SecretRotation = {},
    options: CallOptions = {},
  ): Promise<WebhookWithSecret> {
    const { data } = await this.#calls.call({
      operation: 'rotateWebhookSecret',
      options: { ...options, retries: 0 },
      send: (api, sending) =>
        api.POST(`${ONE}/rotate`, { ...sending, ...of(webhookId), body: rotation }),
    });
    return data.data;
  }

  /** Sends an event of the type `webhook.test`, once, and returns its result. */
  async test(webhookId: string, options: CallOptions = {}): Promise<WebhookAttempt> {
    const { data } = await this.#calls.call({
      operation: 'testWebhook',
      options: { ...options, timeoutMs: options.timeoutMs ?? TEST_TIMEOUT_MS, retries: 0 },
      send: (api, sending) => api.POST(`${ONE}/test`, { ...sending, ...of(webhookId) }),
    });
    return data.data;
  }

  /** Returns the latest attempts to deliver an event, newest first. */
  async deliveries(webhookId: string, options: CallOptions = {}): Promise<WebhookAttempt[]> {
    const { data } = await this.#calls.call({
      operation: 'listDeliveries',
      options,
      send: (api, sending) => api.GET(`${ONE}/deliveries`, { ...sending, ...of(webhookId) }),
    });
    return data.data;
  }

  /** Goes back to a cursor or a time, or skips the event that blocks the webhook. */
  async replay(webhookId: string, replay: Replay, options: CallOptions = {}): Promise<Webhook> {
    const { data } = await this.#calls.call({
      operation: 'replayWebhook',
      options,
      send: (api, sending) =>
        api.POST(`${ONE}/replay`, { ...sending, ...of(webhookId), body: replay }),
    });
    return data.data;
  }

  /** Returns the latest events that were skipped, each with its last attempt, newest first. */
  async skipped(webhookId: string, options: CallOptions = {}): Promise<WebhookAttempt[]> {
    const { data } = await this.#calls.call({
      operation: 'listSkipped',
      options,
      send: (api, sending) => api.GET(`${ONE}/skipped`, { ...sending, ...of(webhookId) }),
    });
    return data.data;
  }
}

const ONE = '/api/v1/webhooks/{webhook_id}';

const of = (webhookId: string) => ({ params: { path: { webhook_id: webhookId } } });
