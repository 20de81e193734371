export { ProfileClient } from './client.ts';
export { ApiProblem, isProblem, NetworkError, TimeoutError, UnexpectedAnswer } from './errors.ts';
export type { IdempotentOptions, Keys, PageOptions } from './keys.ts';
export type {
  AnswerInfo,
  CallOptions,
  ClientOptions,
  Runtime,
  UpdateOptions,
} from './options.ts';
export type * from './types.ts';
