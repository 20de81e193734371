import { type IRequest, Router } from 'itty-router';
import { authenticate, type Caller, type Credential, nameOf } from './auth/authenticate.ts';
import { run } from './db/run.ts';
import { type Env, parseEnv, versionOf } from './env.ts';
import { ApiError, problem } from './errors.ts';
import { type Execution, type InSpan, spansOf } from './execution.ts';
import { asApiError, reasonOf } from './failures.ts';
import { normalPath, parseRequestTimeout, requestIdOf } from './http/request.ts';
import { missingPage, preflight, setCommonHeaders } from './http/response.ts';
import {
  clientOf,
  count,
  countFailure,
  noteAccepted,
  policyOf,
  type RateLimit,
  requireNotBlocked,
} from './rate-limits.ts';
import type { Context, KeyRoute, RequestLog, Route } from './route.ts';
import { wake } from './wake.ts';

/** One request on its way through the Worker; nothing of it outlives the request. */
class Exchange {
  readonly started = Date.now();
  readonly log: RequestLog = { databaseRequests: 0, databaseMs: 0 };
  readonly caller: Caller = {};
  readonly requestId: string;
  readonly bindings: object;
  readonly execution: Execution;
  readonly inSpan: InSpan;
  readonly pathname: string;
  /** What the query has as `api_key`. */
  readonly apiKeys: readonly string[];
  /**
   * What the router reads, and where it puts `params` and `route`. It has no query, because the router takes
   * quadratic time for one name that occurs often. It is not the request itself, because the runtime frees
   * a request with such properties late.
   */
  readonly asked: Partial<IRequest> & { method: string; url: string };
  /** The limit of the route. */
  limit?: RateLimit;
  /** The response is a page, with the headers of pages. */
  isPage?: true;

  constructor(request: Request, bindings: object, execution: Execution) {
    this.requestId = requestIdOf(request);
    this.bindings = bindings;
    this.execution = execution;
    this.inSpan = spansOf(execution);
    const url = new URL(request.url);
    this.pathname = normalPath(url.pathname);
    this.apiKeys = url.search === '' ? [] : url.searchParams.getAll('api_key');
    this.asked = { method: request.method, url: url.origin + this.pathname, proxy: request };
  }
}

/** Makes the Worker's fetch from the list of routes. */
export function serve(routes: readonly Route[]) {
  /**
   * itty-router ignores slashes at the end of a path; a filter by path in front of the Worker does
   * not. It takes the path in its normal form, in which `/x/.` ends with one, so this does too.
   */
  const requireExactPath = (_: IRequest, { pathname }: Exchange): void => {
    if (
      pathname.endsWith('/') &&
      router.routes.some(([, at, , path]) => path !== '*' && at.test(pathname))
    )
      throw notFound('Remove the trailing slash from the path.');
  };
  const router = Router<IRequest, [Exchange]>({
    before: [requireExactPath],
    catch: errorResponse,
    finally: [
      (response: Response, request: IRequest, exchange: Exchange) =>
        exchange.inSpan('response', () => finish(response, request, exchange)),
    ],
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
    const patchTypes = group.find(({ method }) => method === 'PATCH')?.patchTypes;
    router.options(path, (request) => preflight(allow, patchTypes, request));
    router.all(path, () => {
      throw methodNotAllowed(allow);
    });
  }
  router.all('*', respondNotFound);
  return (request: Request, bindings: object, execution: Execution): Promise<Response> => {
    const exchange = new Exchange(request, bindings, execution);
    return router.fetch(exchange.asked, exchange);
  };
}

/** Says so: in a page to people who look for one, in a problem to everybody else. */
async function respondNotFound(request: IRequest, exchange: Exchange): Promise<Response> {
  const page = await missingPage(request, exchange.bindings);
  if (!page) throw notFound();
  exchange.isPage = true;
  exchange.log.code = 'route_not_found';
  return page;
}

export const notFound = (detail = 'Check the path against the documentation.') =>
  new ApiError('route_not_found', detail);

export const methodNotAllowed = (allow: string) =>
  new ApiError('method_not_allowed', `Use one of ${allow}.`, { headers: { Allow: allow } });

/** Authenticates where the route requires it, and calls the handler. */
async function dispatch(route: Route, request: IRequest, exchange: Exchange): Promise<Response> {
  const { requestId, log, caller, bindings } = exchange;
  const env = parseEnv(bindings);
  if (route.scopes !== null) exchange.limit = env.limits.key;
  else if (route.limited) exchange.limit = env.limits.address;
  const context: Context = {
    env,
    requestId,
    log,
    caller,
    client: clientOf(request),
    params: exchange.asked.params ?? {},
    query: querying(env, exchange, parseRequestTimeout(request.headers)),
  };
  if (route.scopes !== null) return handleWithCredential(route, request, context, exchange);
  if (route.limited) await count(env.limits.address, `${route.path} ${context.client}`);
  return route.handler(request, context);
}

/** Authenticates, within the limits, and calls the handler. */
async function handleWithCredential(
  route: KeyRoute,
  request: IRequest,
  context: Context,
  { inSpan, apiKeys }: Exchange,
): Promise<Response> {
  const { env, caller, client } = context;
  let credential: Credential | undefined;
  try {
    credential = await inSpan('credential', () =>
      authenticate(request, apiKeys, route.session && env.signIn?.sessionSecrets),
    );
    requireNotBlocked(env.limits.address, client, nameOf(credential));
    await count(env.limits.key, nameOf(credential));
    return await route.handler(request, context, credential);
  } catch (error) {
    if (error instanceof ApiError)
      await countFailure(env.limits.address, error, {
        client,
        credential: credential ? nameOf(credential) : '',
        isFromDatabase: context.log.databaseRequests > 0,
      });
    throw error;
  } finally {
    if (caller.accepted && credential) noteAccepted(nameOf(credential));
  }
}

/**
 * Returns the function with which handlers reach the database. `timeoutMs`: the client's deadline for the whole
 * request, of which a slow body has taken its part. A result that `wakes` has events for webhooks.
 */
function querying(
  env: Env,
  { started, log, execution, inSpan }: Exchange,
  timeoutMs = Number.POSITIVE_INFINITY,
): Context['query'] {
  return async (statement, effect) => {
    const began = Date.now();
    const left = Math.max(0, started + timeoutMs - began);
    const database = { ...env.database, timeoutMs: Math.min(left, env.database.timeoutMs) };
    try {
      const result = await inSpan('statement', () =>
        run(database, () => log.databaseRequests++, statement, effect),
      );
      if ((result as { wakes?: boolean } | undefined)?.wakes) wake(env.webhooks.queue, execution);
      return result;
    } finally {
      log.databaseMs += Date.now() - began;
    }
  };
}

/** The methods that a path allows, as a list for `Allow` (RFC 9110, section 10.2.1). */
export const allowed = (group: readonly Route[]): string =>
  [
    ...group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    'OPTIONS',
  ].join(', ');

/** itty-router's own catch would copy every property of an Error into the response. */
function errorResponse(error: unknown, request: IRequest, { requestId, log }: Exchange): Response {
  const shown = asApiError(error, log.databaseRequests);
  log.code = shown.code;
  log.fault = reasonOf(error);
  return problem(shown, requestId, new URL(request.url).origin);
}

/** Completes the response and writes the one log line of the request: the route, never the URL. */
function finish(response: Response, { method }: IRequest, exchange: Exchange): Response {
  const { requestId, log, caller, asked, started, bindings } = exchange;
  const totalMs = Date.now() - started;
  const version = versionOf(bindings);
  if (!exchange.isPage) setHeaders(response.headers, exchange, totalMs);
  if (version !== undefined) response.headers.set('Worker-Version', version);
  const { code, fault, replayed, databaseRequests, databaseMs } = log;
  const line = JSON.stringify({
    message: 'request',
    request_id: requestId,
    method,
    route: asked.route,
    status: response.status,
    code,
    fault,
    replayed,
    key_id: caller.keyId,
    version,
    database_requests: databaseRequests,
    database_ms: databaseMs,
    duration_ms: totalMs,
  });
  if (response.status >= 500) console.error(line);
  else console.log(line);
  return method === 'HEAD' ? new Response(null, response) : response;
}

/** Sets the headers that responses of the API have whatever they are. */
function setHeaders(headers: Headers, exchange: Exchange, totalMs: number): void {
  const { requestId, limit, caller, log } = exchange;
  setCommonHeaders(headers, requestId);
  // A 429 names the limit that was exceeded itself.
  if (limit && !headers.has('RateLimit-Policy')) headers.set('RateLimit-Policy', policyOf(limit));
  // RFC 8594: the key of this request stops working soon.
  if (caller.sunset) headers.set('Sunset', new Date(caller.sunset).toUTCString());
  if (log.replayed) headers.set('Idempotency-Replayed', 'true');
  // W3C Server Timing, section 3; durations in milliseconds.
  headers.set(
    'Server-Timing',
    `db;dur=${log.databaseMs}, total;dur=${totalMs}, db_requests;desc="${log.databaseRequests}"`,
  );
}
