import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseWebPage } from './callers.ts';
import { readLogin } from './connection-string.ts';
import type { Connections } from './connections.ts';
import { loginFailed, NeonError, refusal } from './errors.ts';
import { execute, type SqlRequest } from './execute.ts';
import { parseBody, readBytes, readModes, type SqlModes } from './request.ts';

/** The settings of the routes, from the options of the server. */
export interface Settings {
  maxRequestBytes: number;
  maxResponseBytes: number;
  /** In lower case; null accepts any. */
  endpoint: string | null;
  /** Whether web pages are served. */
  browsers: boolean;
}

const PREFLIGHT_HEADERS = {
  allow: 'OPTIONS, POST',
  'access-control-allow-origin': '*',
  'access-control-max-age': '86400',
  'access-control-allow-headers':
    'Authorization, Neon-Connection-String, Neon-Raw-Text-Output, Neon-Array-Mode, ' +
    'Neon-Pool-Opt-In, Neon-Batch-Read-Only, Neon-Batch-Isolation-Level',
};

/** Handles one HTTP request. Never rejects. */
export async function route(
  request: IncomingMessage,
  response: ServerResponse,
  connections: Connections,
  settings: Settings,
): Promise<void> {
  response.on('error', () => {}); // The client disconnected while the response was being sent.
  response.setHeader('neon-request-id', randomUUID());
  const refused = settings.browsers ? null : refuseWebPage(request);
  if (refused) return send(response, refused.status, refused.toJson());
  const path = request.url?.split('?', 1)[0];
  if (path === '/sql' && request.method === 'OPTIONS' && settings.browsers) {
    response.writeHead(200, PREFLIGHT_HEADERS).end();
  } else if (path === '/sql' && request.method === 'POST') {
    if (settings.browsers) response.setHeader('access-control-allow-origin', '*');
    await handleSql(request, response, connections, settings);
  } else {
    send(response, 400, '"query is not supported"');
  }
}

async function handleSql(
  request: IncomingMessage,
  response: ServerResponse,
  connections: Connections,
  settings: Settings,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const sql = await readSqlRequest(request, settings);
    const { json, release } = await execute(connections, sql, gone.signal);
    try {
      if (sql.body.kind === 'batch') echoBatchOptions(response, sql.modes);
      send(response, 200, json);
    } finally {
      release();
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    const failure =
      error instanceof NeonError ? error : refusal(500, `internal error: ${String(error)}`);
    send(response, failure.status, failure.toJson());
  }
}

async function readSqlRequest(request: IncomingMessage, settings: Settings): Promise<SqlRequest> {
  const login = readLogin(request.headers);
  const modes = readModes(request.headers);
  const body = parseBody(await readBytes(request, settings.maxRequestBytes));
  if (settings.endpoint !== null && login.endpoint !== settings.endpoint) {
    throw loginFailed(login.user);
  }
  return { login, modes, body, maxResponseBytes: settings.maxResponseBytes };
}

/** Returns the options that are on as response headers, as Neon does. */
function echoBatchOptions(response: ServerResponse, modes: SqlModes): void {
  if (modes.isolation !== null) {
    response.setHeader('neon-batch-isolation-level', modes.isolation);
  }
  if (modes.readOnly) response.setHeader('neon-batch-read-only', 'true');
  if (modes.deferrable) response.setHeader('neon-batch-deferrable', 'true');
}

function send(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}
