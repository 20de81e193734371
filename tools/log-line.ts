/** The line that the Worker writes for each request (src/router.ts). */
export interface RequestLine {
  message: 'request';
  request_id: string;
  method: string;
  route: string;
  status: number;
  code?: string;
  fault?: string;
  replayed?: true;
  key_id?: string;
  version?: string;
  database_requests: number;
  database_ms: number;
  duration_ms: number;
}

/** Returns the log line of a request in a line of output, which may begin with other text. */
export function requestIn(text: string): RequestLine | undefined {
  try {
    return JSON.parse(/\{"message":"request",.*\}/.exec(text)?.[0] ?? 'null') ?? undefined;
  } catch {
    return undefined; // Not a log line of the Worker.
  }
}
