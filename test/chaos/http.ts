import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { checkContract } from '../support/contract.ts';
import type { ApiResponse, Sent } from './history.ts';

/** Much longer than the Worker may take. */
const PATIENCE_MS = 30_000;

/** Returns milliseconds since 1970 of a clock that never goes back. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Returns a connection pool for all clients, which must be destroyed at the end. */
export const openAgent = (): Agent => new Agent({ keepAlive: true });

interface Exchange {
  agent: Agent;
  origin: string;
  requestId: string;
  /** The secret of the API key. */
  secret: string;
  /** Hang up after this many milliseconds. */
  abortAfter?: number | undefined;
}

/** Sends a request. Returns the response, or undefined if no complete one arrived. */
export function exchange(sent: Sent, options: Exchange): Promise<ApiResponse | undefined> {
  const { agent, origin, abortAfter = PATIENCE_MS } = options;
  const path = pathOf(sent);
  const body = bodyOf(sent);
  return new Promise((resolve) => {
    const outgoing = request(
      `${origin}/api/v1/${path}`,
      { agent, method: sent.method, headers: headersOf(sent, options, body) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('error', () => resolve(undefined));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (!incoming.complete) return resolve(undefined);
          const response = read(incoming.statusCode ?? 0, incoming.headers, text);
          const undocumented = faultOf(`/api/v1/${path}`, sent.method, response, incoming);
          resolve({ ...response, ...(undocumented && { undocumented }) });
        });
      },
    );
    const timer = setTimeout(() => outgoing.destroy(), abortAfter);
    outgoing.on('error', () => resolve(undefined));
    outgoing.on('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    outgoing.end(body);
  });
}

const pathOf = ({ action, target }: Sent): string =>
  ({
    create: 'user',
    revert: `user/${target}/revert`,
    erase: `user/${target}`,
    revoke: `keys/${target}`,
  })[action ?? 'erase'];

function bodyOf({ action, target, fields, revert }: Sent): string | undefined {
  const id = action === 'create' && target !== '' && { id: target };
  const body = revert ?? (fields && { ...id, ...fields });
  return body && JSON.stringify(body);
}

/** Returns how a response differs from openapi.json; undefined if it does not. */
function faultOf(
  pathname: string,
  method: string,
  { status, text }: ApiResponse,
  { headersDistinct }: IncomingMessage,
): string | undefined {
  const headers = new Headers(
    Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  );
  try {
    checkContract({ method, pathname, status, headers, text });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function headersOf(
  sent: Sent,
  { requestId, secret }: Exchange,
  body: string | undefined,
): OutgoingHttpHeaders {
  return {
    'X-API-Key': secret,
    'X-Request-Id': requestId,
    ...(body !== undefined && {
      'Content-Type': sent.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      'Content-Length': Buffer.byteLength(body),
    }),
    ...(sent.ifMatch !== undefined && { 'If-Match': sent.ifMatch }),
    ...(sent.ifNoneMatch !== undefined && { 'If-None-Match': sent.ifNoneMatch }),
    ...(sent.baseVersion !== undefined && { 'Base-Version': sent.baseVersion }),
    ...(sent.idempotencyKey !== undefined && { 'Idempotency-Key': `"${sent.idempotencyKey}"` }),
    ...(sent.prefer !== undefined && { Prefer: sent.prefer }),
    ...(sent.requestTimeout !== undefined && { 'Request-Timeout': `${sent.requestTimeout}` }),
  };
}

function read(status: number, headers: Record<string, unknown>, text: string): ApiResponse {
  const problem = String(headers['content-type']).includes('problem+json') ? JSON.parse(text) : {};
  const version = /^"(\d+)"$/.exec(String(headers['etag']))?.[1];
  const created = /[^/]+$/.exec(String(headers['location'] ?? ''))?.[0];
  const requests = /\bdb_requests;desc="(\d+)"/.exec(String(headers['server-timing']))?.[1];
  return {
    status,
    ...(problem.code !== undefined && { code: problem.code }),
    ...(problem.outcome !== undefined && { outcome: problem.outcome }),
    ...(version !== undefined && { version: Number(version) }),
    ...(created !== undefined && { created }),
    replayed: headers['idempotency-replayed'] === 'true',
    ...(requests !== undefined && { databaseRequests: Number(requests) }),
    text,
  };
}
