export { ProfileClient } from './client.ts';
export { ApiProblem, isProblem, NetworkError, TimeoutError, UnexpectedResponse } from './errors.ts';
export type { IdempotentOptions, Keys, PageOptions } from './keys.ts';
export type {
  CallOptions,
  ClientOptions,
  ResponseInfo,
  Runtime,
  UpdateOptions,
} from './options.ts';
export type * from './types.ts';
