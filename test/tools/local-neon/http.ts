import { randomBytes } from 'node:crypto';
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A request to send. The defaults are those of an ordinary call of the driver. */
export interface HttpCall {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Close the connection after this many milliseconds. */
  abortAfterMs?: number;
}

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends a request without additional headers. Returns the response; null if the request was aborted. */
export function send(url: string, call: HttpCall, agent?: Agent): Promise<HttpResponse | null> {
  const target = new URL(call.path ?? '/sql', url);
  const { method = 'POST', headers = {}, body = '', abortAfterMs } = call;
  return new Promise((resolve, reject) => {
    const outgoing = request(target, { method, headers, ...(agent && { agent }) }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    if (abortAfterMs === undefined) return;
    setTimeout(() => {
      outgoing.off('error', reject);
      outgoing.on('error', () => resolve(null));
      outgoing.destroy(new Error('aborted by the test'));
    }, abortAfterMs);
  });
}

/** The password of the superuser `app`, for the run of this file. */
export const PASSWORD = randomBytes(24).toString('base64url');

export const CONNECTION_STRING = `postgresql://app:${PASSWORD}@ep-local.example.test/neondb`;

/** The headers of the driver. */
export const DRIVER_HEADERS = {
  'Neon-Connection-String': CONNECTION_STRING,
  'Neon-Raw-Text-Output': 'true',
  'Neon-Array-Mode': 'true',
};

/** Runs one statement like the driver. Returns the status and the parsed body of the response. */
export async function sql(
  url: string,
  query: string,
  params: unknown[] = [],
  headers: Record<string, string> = DRIVER_HEADERS,
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is what the tests look into
): Promise<{ status: number; body: any }> {
  const response = await send(url, { headers, body: JSON.stringify({ query, params }) });
  if (response === null) throw new Error('unreachable: nothing aborts this call');
  return { status: response.status, body: JSON.parse(response.text) };
}
