import { connect } from 'node:net';

/** A response, with header names in lower case. */
export interface RawResponse {
  status: number;
  headers: Map<string, string>;
  text: string;
}

/**
 * Sends a request byte for byte: its first line, its header lines (`Host` only if it is among them)
 * and its body. Asks the server to close the connection, and reads until it does.
 */
export function sendRaw(
  url: string,
  [requestLine, ...lines]: [string, ...string[]],
  body = '',
): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  const head = [
    requestLine,
    ...lines,
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => resolve(parse(Buffer.concat(chunks).toString())));
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

function parse(response: string): RawResponse {
  const [head = '', text = ''] = response.split(/\r\n\r\n(.*)/s);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const [name = '', value = ''] = line.split(/: ?(.*)/s);
    return [name.toLowerCase(), value];
  });
  return { status: Number(statusLine.split(' ')[1]), headers: new Map(headers), text };
}

/** Returns values of `Host` that name this machine, with one of its ports. */
export const loopbackHosts = (port: number): string[] => [
  `localhost:${port}`,
  `127.0.0.1:${port}`,
  `[::1]:${port}`,
  'localhost',
  '127.0.0.1',
  'localhost:1', // Forwarded from another port.
  `LOCALHOST:${port}`,
];

/** Returns values of `Host` that a page can make a browser send, and some that only look like loopback. */
export const otherHosts = (port: number): string[] => [
  `rebound.example:${port}`,
  `localhost.evil.example:${port}`,
  `127.0.0.1.nip.io:${port}`,
  `evil.localhost:${port}`,
  `localhost.:${port}`,
  `127.0.0.1.:${port}`,
  `127.1:${port}`,
  `0.0.0.0:${port}`,
  `[::]:${port}`,
  `[::ffff:127.0.0.1]:${port}`,
  `192.168.0.1:${port}`,
  `localhost@evil.example:${port}`,
  `evil.example@localhost:${port}`,
  `localhost, evil.example`,
  `localhost:${port}:${port}`,
  'localhost:x',
  '',
];

/** Returns requests that name no host, or several, as first lines and header lines. */
export const ambiguousHosts = (method: string, path: string): [string, ...string[]][] => [
  [`${method} ${path} HTTP/1.0`],
  [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Host: evil.example'],
  [`${method} ${path} HTTP/1.1`, 'Host: evil.example', 'Host: localhost'],
  [`${method} http://evil.example${path} HTTP/1.1`, 'Host: localhost'],
  [`${method} http://localhost${path} HTTP/1.1`, 'Host: evil.example'],
];
