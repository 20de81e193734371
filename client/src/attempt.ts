import {
  ApiProblem,
  NetworkError,
  type ProblemBody,
  type ResponseFacts,
  TimeoutError,
  UnexpectedResponse,
} from './errors.ts';
import type { CallOptions, Runtime } from './options.ts';
import { parseRetryAfter } from './retry.ts';
import type { Operation } from './types.ts';

/** What openapi-fetch returns for a response. */
interface Fetched<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What a call passes to one attempt. */
export interface Sending {
  fetch: (request: Request) => Promise<Response>;
  signal: AbortSignal;
  headers: { Authorization?: string; 'Request-Timeout': number; 'X-Request-Id'?: string };
}

/** A successful response; a 204 or 304 has no `data`. */
export interface Received<Data> {
  data?: Data;
  headers: Headers;
}

interface Attempt<Data> {
  operation: Operation;
  key: string | undefined;
  timeoutMs: number;
  options: CallOptions;
  /** The status of success without a body. */
  bodyless: 204 | 304;
  runtime: Runtime;
  send: (sending: Sending) => Promise<Fetched<Data>>;
  onResponse: (response: Response) => void;
}

/** The longest that the API accepts. */
const MAX_REQUEST_TIMEOUT = 30;

/** The server must give up before the client does, so that its response says what happened to the update. */
const requestTimeout = (timeoutMs: number): number =>
  Math.max(1, Math.min(MAX_REQUEST_TIMEOUT, Math.ceil(timeoutMs / 1000) - 1));

/** Sends a request once. Throws one of the four errors, or the reason of the caller's signal. */
export async function attempt<Data>(one: Attempt<Data>): Promise<Received<Data>> {
  const { operation, key, timeoutMs, options, runtime } = one;
  const { signal, requestId } = options;
  // AbortSignal.any and .timeout would do it, but React Native has neither.
  const controller = new AbortController();
  let ended: 'by caller' | 'by timeout' | undefined;
  let sent = false;
  let response: Response | undefined;
  const stopped = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
  });
  const end = (why: typeof ended) => {
    ended ??= why;
    controller.abort();
  };
  const onAbort = () => end('by caller');
  const timer = setTimeout(() => end('by timeout'), timeoutMs);
  signal?.addEventListener('abort', onAbort);
  try {
    const sending = one.send({
      fetch: async (request) => {
        sent = true;
        response = await runtime.fetch(request);
        one.onResponse(response);
        return response;
      },
      signal: controller.signal,
      headers: {
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        'Request-Timeout': requestTimeout(timeoutMs),
        ...(requestId !== undefined && { 'X-Request-Id': requestId }),
      },
    });
    return judge(one, await Promise.race([sending, stopped]), runtime.now());
  } catch (error) {
    if (ended === 'by caller') throw signal?.reason ?? error;
    if (ended) throw new TimeoutError(operation, `no response within ${timeoutMs} ms`, error);
    if (error instanceof ApiProblem || error instanceof UnexpectedResponse || !sent) throw error;
    if (response && error instanceof SyntaxError)
      throw new UnexpectedResponse(
        operation,
        factsOf(response.status, response.headers, runtime.now()),
        'the body is not JSON',
      );
    throw new NetworkError(operation, 'no response', error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function judge<Data>(
  { operation, bodyless }: Attempt<Data>,
  { data, error, response }: Fetched<Data>,
  now: number,
): Received<Data> {
  if (response.status === bodyless) return { headers: response.headers };
  const about = factsOf(response.status, response.headers, now);
  if (bodyless !== 204 && data && isObject(data)) return { data, headers: response.headers };
  if (response.ok)
    throw new UnexpectedResponse(operation, about, 'the body is not the documented one');
  if (isObject(error) && typeof (error as { code?: unknown }).code === 'string')
    throw new ApiProblem(operation, about, error as ProblemBody<Operation>);
  throw new UnexpectedResponse(operation, about, 'the body is not a problem document');
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What the status and the headers say. */
export const factsOf = (status: number, headers: Headers, now = 0): ResponseFacts => ({
  status,
  requestId: headers.get('X-Request-Id') ?? undefined,
  retryAfter: parseRetryAfter(headers.get('Retry-After'), now),
  version: versionOf(headers),
});

/** A proxy that compressed the response has weakened its ETag (`W/`); the version is the same. */
export const versionOf = (headers: Headers): string | undefined =>
  headers.get('ETag')?.replace(/^W\//, '');
