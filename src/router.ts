import { type IRequest, Router } from 'itty-router';
import { authenticate } from './credentials.ts';
import { run } from './db/run.ts';
import { parseEnv } from './env.ts';
import { ApiError, problem } from './errors.ts';
import { asApiError, reasonOf } from './failures.ts';
import { preflight, requestIdOf, setCommonHeaders } from './headers.ts';
import type { Context, RequestLog, Route } from './http.ts';

/** One request on its way through the Worker; nothing of it outlives the request. */
class Exchange {
  readonly started = Date.now();
  readonly log: RequestLog = { databaseRequests: 0 };
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
    catch: answerError,
    finally: [finish],
  });
  for (const route of routes) {
    const handle = (request: IRequest, exchange: Exchange) => dispatch(route, request, exchange);
    router[route.method.toLowerCase()]?.(route.path, handle);
    if (route.method === 'GET') router.head(route.path, handle);
  }
  for (const [path, allow] of methodsOf(routes)) {
    router.options(path, () => preflight(allow));
    router.all(path, () => {
      throw new ApiError('method_not_allowed', `Use one of ${allow}.`, {
        headers: { Allow: allow },
      });
    });
  }
  router.all('*', () => {
    throw new ApiError('route_not_found', 'Compare the path with the documentation.');
  });
  return (request: Request, bindings: object): Promise<Response> =>
    router.fetch(request, new Exchange(request, bindings));
}

/** Authenticates where the route asks for it, and calls the handler. */
async function dispatch(route: Route, request: IRequest, exchange: Exchange): Promise<Response> {
  const { requestId, log, bindings } = exchange;
  const env = parseEnv(bindings);
  const context: Context = {
    env,
    requestId,
    log,
    params: request.params,
    query: (statement) => run(env.database, () => log.databaseRequests++, statement),
  };
  if (route.scopes === null) return route.handler(request, context);
  return route.handler(request, context, await authenticate(request));
}

/** Per path, the methods that it answers, as a list for `Allow` (RFC 9110, section 10.2.1). */
function methodsOf(routes: readonly Route[]): Map<string, string> {
  const methods = Map.groupBy(routes, (route) => route.path);
  return new Map(
    [...methods].map(([path, group]) => [
      path,
      [
        ...group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
        'OPTIONS',
      ].join(', '),
    ]),
  );
}

/** itty-router's own catch would copy every property of an Error into the answer. */
function answerError(error: unknown, request: IRequest, { requestId, log }: Exchange): Response {
  const shown = asApiError(error, log.databaseRequests);
  log.code = shown.code;
  log.fault = reasonOf(error);
  return problem(shown, requestId, new URL(request.url).origin);
}

/** Completes the answer and writes the one log line of the request: the route, never the URL. */
function finish(answer: Response, request: IRequest, exchange: Exchange): Response {
  const { requestId, log, started } = exchange;
  setCommonHeaders(answer.headers, requestId);
  const { code, fault, keyId, databaseRequests } = log;
  const line = JSON.stringify({
    message: 'request',
    request_id: requestId,
    method: request.method,
    route: request.route,
    status: answer.status,
    code,
    fault,
    key_id: keyId,
    database_requests: databaseRequests,
    duration_ms: Date.now() - started,
  });
  if (answer.status >= 500) console.error(line);
  else console.log(line);
  return request.method === 'HEAD' ? new Response(null, answer) : answer;
}
