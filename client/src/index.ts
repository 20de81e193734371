export type { BatchOptions, BatchResult, BatchUpdate } from './batch.ts';
export { ProfileClient } from './client.ts';
export { ApiProblem, isProblem, NetworkError, TimeoutError, UnexpectedResponse } from './errors.ts';
export { exchangeToken, type TokenExchange } from './exchange-token.ts';
export type { Feed } from './feed.ts';
export type { Keys, PageOptions } from './keys.ts';
export type {
  CallOptions,
  ClientOptions,
  ConditionalOptions,
  FeedOptions,
  IdempotentOptions,
  ListOptions,
  ResponseInfo,
  Runtime,
  UserListOptions,
  WriteOptions,
} from './options.ts';
export type * from './types.ts';
export {
  type VerifiedWebhook,
  verifyWebhook,
  type WebhookRequest,
  WebhookVerificationError,
} from './verify-webhook.ts';
export type { Webhooks } from './webhooks.ts';
