import { type IRequest, Router } from 'itty-router';
import { authenticate } from './credentials.ts';
import { run } from './db/run.ts';
import { type Env, parseEnv } from './env.ts';
import { ApiError, problem } from './errors.ts';
import { asApiError, reasonOf } from './failures.ts';
import { preflight, requestIdOf, setCommonHeaders } from './headers.ts';
import type { Caller, Context, RequestLog, Route } from './http.ts';
import { count, countRefusal, demandUnbarred } from './rate-limits.ts';
import { parseRequestTimeout } from './request-headers.ts';

/** One request on its way through the Worker; nothing of it outlives the request. */
class Exchange {
  readonly started = Date.now();
  readonly log: RequestLog = { databaseRequests: 0, databaseMs: 0 };
  readonly caller: Caller = {};
  readonly requestId: string;
  readonly bindings: object;

  constructor(request: Request, bindings: object) {
    this.requestId = requestIdOf(request);
    this.bindings = bindings;
  }
}

/** Makes the Worker's fetch from the list of routes. */
export function serve(routes: readonly Route[]) {
  const router = Router<IRequest, [Exchange]>({
    before: [demandExactPath],
    catch: answerError,
    finally: [finish],
  });
  // A path's routes, then its OPTIONS and its 405, before the next path: of two paths that match, the
  // first in the list is meant.
  for (const [path, group] of Map.groupBy(routes, (route) => route.path)) {
    for (const route of group) {
      const handle = (request: IRequest, exchange: Exchange) => dispatch(route, request, exchange);
      router[route.method.toLowerCase()]?.(path, handle);
      if (route.method === 'GET') router.head(path, handle);
    }
    const allow = allowed(group);
    router.options(path, (request) => preflight(allow, request));
    router.all(path, () => {
      throw new ApiError('method_not_allowed', `Use one of ${allow}.`, {
        headers: { Allow: allow },
      });
    });
  }
  router.all('*', nowhere);
  return (request: Request, bindings: object): Promise<Response> =>
    router.fetch(withNormalPath(request), new Exchange(request, bindings));
}

/** What a URI means the same with and without an escape (RFC 3986, section 2.3): letters, digits, -._~ */
const ESCAPED_UNRESERVED = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

/**
 * The same request with the path in its normal form (RFC 3986, section 6.2.2.2): words and parameters
 * alike are compared as they are. Any other escape stays; no route and no id has one.
 */
function withNormalPath(request: Request): Request {
  if (!request.url.includes('%')) return request;
  const url = new URL(request.url);
  const path = url.pathname.replace(ESCAPED_UNRESERVED, decodeURIComponent);
  if (path === url.pathname) return request;
  url.pathname = path;
  return new Request(url, request);
}

function nowhere(): never {
  throw new ApiError('route_not_found', 'Compare the path with the documentation.');
}

/**
 * itty-router passes over slashes at the end of a path; whoever filters by path in front of us does not.
 * It takes the path in its normal form, in which `/x/.` ends with one, so this does too.
 */
function demandExactPath({ url }: IRequest): void {
  if (new URL(url).pathname.endsWith('/')) nowhere();
}

/** Authenticates where the route asks for it, and calls the handler. */
async function dispatch(route: Route, request: IRequest, exchange: Exchange): Promise<Response> {
  const { requestId, log, caller, bindings } = exchange;
  const env = parseEnv(bindings);
  const context: Context = {
    env,
    requestId,
    log,
    caller,
    params: request.params,
    query: querying(env, parseRequestTimeout(request.headers), log),
  };
  const address = request.headers.get('CF-Connecting-IP') ?? '';
  if (route.scopes === null) {
    if (route.limited) await count(env.limits.address, `${route.path} ${address}`);
    return route.handler(request, context);
  }
  demandUnbarred(env.limits.address, address);
  try {
    const credential = await authenticate(request, route.session && env.signIn?.sessionSecret);
    await count(env.limits.key, Object.values(credential).join());
    return await route.handler(request, context, credential);
  } catch (error) {
    if (isKeyRefusal(error)) {
      // Only keys that cost a look into the database bar an address: any web page can send none.
      if (log.databaseRequests > 0) await countRefusal(env.limits.address, address);
      else await count(env.limits.address, `edge ${address}`);
    }
    throw error;
  }
}

/** What handlers reach the database with; `timeoutMs`: the client's own deadline, if it is shorter. */
function querying(
  env: Env,
  timeoutMs = Number.POSITIVE_INFINITY,
  log: RequestLog,
): Context['query'] {
  const database = { ...env.database, timeoutMs: Math.min(timeoutMs, env.database.timeoutMs) };
  return async (statement, effect) => {
    const began = Date.now();
    try {
      return await run(database, () => log.databaseRequests++, statement, effect);
    } finally {
      log.databaseMs += Date.now() - began;
    }
  };
}

const isKeyRefusal = (error: unknown): boolean =>
  error instanceof ApiError && error.code.endsWith('_api_key');

/** The methods that a path answers, as a list for `Allow` (RFC 9110, section 10.2.1). */
const allowed = (group: readonly Route[]): string =>
  [
    ...group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    'OPTIONS',
  ].join(', ');

/** itty-router's own catch would copy every property of an Error into the answer. */
function answerError(error: unknown, request: IRequest, { requestId, log }: Exchange): Response {
  const shown = asApiError(error, log.databaseRequests);
  log.code = shown.code;
  log.fault = reasonOf(error);
  return problem(shown, requestId, new URL(request.url).origin);
}

/** Completes the answer and writes the one log line of the request: the route, never the URL. */
function finish(answer: Response, request: IRequest, exchange: Exchange): Response {
  const { requestId, log, caller, started } = exchange;
  setCommonHeaders(answer.headers, requestId);
  // RFC 8594: the key of this request stops working soon.
  if (caller.sunset) answer.headers.set('Sunset', new Date(caller.sunset).toUTCString());
  const { code, fault, replayed, databaseRequests, databaseMs } = log;
  if (replayed) answer.headers.set('Idempotency-Replayed', 'true');
  const totalMs = Date.now() - started;
  // W3C Server Timing, section 3; durations in milliseconds.
  answer.headers.set(
    'Server-Timing',
    `db;dur=${databaseMs}, total;dur=${totalMs}, db_requests;desc="${databaseRequests}"`,
  );
  const line = JSON.stringify({
    message: 'request',
    request_id: requestId,
    method: request.method,
    route: request.route,
    status: answer.status,
    code,
    fault,
    replayed,
    key_id: caller.keyId,
    database_requests: databaseRequests,
    database_ms: databaseMs,
    duration_ms: totalMs,
  });
  if (answer.status >= 500) console.error(line);
  else console.log(line);
  return request.method === 'HEAD' ? new Response(null, answer) : answer;
}
