import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';
import { refuseForeign } from './callers.ts';
import { interact, isInteraction } from './interaction.ts';
import type { LocalOidcOptions } from './options.ts';
import { messagePage, sendPage, setPageHeaders } from './page.ts';
import { makeProvider } from './provider.ts';

export interface LocalOidc {
  port: number;
  /** The value for `OIDC_ISSUER`, such as `http://127.0.0.1:4445`. */
  issuer: string;
  /** Ends the server and frees the port. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Starts an OpenID provider on this machine, which needs no password. A deployed Worker cannot
 * use it, because it accepts an issuer over plain http only on loopback.
 * @throws Error with code EADDRINUSE when the port is in use
 */
export async function startLocalOidc(options: LocalOidcOptions): Promise<LocalOidc> {
  const handler: { current?: (request: IncomingMessage, response: ServerResponse) => unknown } = {};
  const server = createServer((request, response) => void handler.current?.(request, response));
  const port = await listen(server, options.port ?? 4445);
  const issuer = `http://${HOST}:${port}`; // Known only now if the port was 0.
  handler.current = handlerOf(await makeProvider(issuer, options), options);
  return { port, issuer, close: () => close(server) };
}

function handlerOf(provider: Provider, { users }: LocalOidcOptions) {
  const protocol = provider.callback();
  return (request: IncomingMessage, response: ServerResponse) => {
    setPageHeaders(response);
    const refused = refuseForeign(request);
    if (refused) {
      const page = messagePage('This request is refused', refused.text);
      return sendPage(response, refused.status, page);
    }
    forgetSession(request);
    return isInteraction(request)
      ? interact(provider, users, request, response)
      : protocol(request, response);
  };
}

/** Removes the provider's session cookie, so that it asks for the user at each sign-in. */
function forgetSession({ headers }: IncomingMessage): void {
  const kept = headers.cookie?.split(/; */).filter((pair) => !pair.startsWith('_session'));
  if (kept) headers.cookie = kept.join('; ');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
