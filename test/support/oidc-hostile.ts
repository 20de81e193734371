import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

const ALG = 'RS256';

/** How the issuer differs from a correct one. */
interface Behaviour {
  /** Claims of the ID token that replace the correct ones. */
  claims?: Record<string, unknown>;
  /** Signs with a key that is not in the key set, under the id of the key that is. */
  foreignKey?: true;
  /** Replaces the ID token. */
  idToken?: string;
  userinfo?: object;
  /** Replaces the response of the token endpoint. */
  token?: { status: number; headers?: Record<string, string>; body: string };
  discovery?: object;
  /** The path whose requests receive no response. */
  hangs?: string;
}

/** An issuer that returns what a test chooses, to show what the Worker accepts. */
export class HostileIssuer {
  behaviour: Behaviour = {};
  /** The bodies and credentials that arrived at the token endpoint. */
  readonly tokenRequests: { parameters: URLSearchParams; authorization: string | undefined }[] = [];
  /** The number of requests that have arrived at any path. */
  requests = 0;
  nonce = '';
  readonly #issuer: string;
  readonly #clientId: string;
  readonly #keys: Awaited<ReturnType<typeof makeKeys>>;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(port: number, clientId: string, keys: Awaited<ReturnType<typeof makeKeys>>) {
    this.#issuer = `http://127.0.0.1:${port}`;
    this.#clientId = clientId;
    this.#keys = keys;
  }

  static async start(port: number, clientId: string): Promise<HostileIssuer> {
    const issuer = new HostileIssuer(port, clientId, await makeKeys());
    await new Promise<void>((resolve) => issuer.#server.listen(port, '127.0.0.1', resolve));
    return issuer;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname } = new URL(request.url ?? '', this.#issuer);
    if (pathname === this.behaviour.hangs) return;
    if (pathname === '/token') {
      const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
      this.tokenRequests.push({ parameters, authorization: request.headers.authorization });
      const token = this.behaviour.token;
      if (token)
        return void response.writeHead(token.status, token.headers ?? JSON_TYPE).end(token.body);
    }
    const body = await this.#responses[pathname]?.();
    response.writeHead(body ? 200 : 404, JSON_TYPE).end(JSON.stringify(body ?? {}));
  }

  readonly #responses: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({
      issuer: this.#issuer,
      authorization_endpoint: `${this.#issuer}/authorize`,
      token_endpoint: `${this.#issuer}/token`,
      jwks_uri: `${this.#issuer}/jwks`,
      userinfo_endpoint: `${this.#issuer}/userinfo`,
      id_token_signing_alg_values_supported: [ALG],
      ...this.behaviour.discovery,
    }),
    '/jwks': () => ({ keys: [this.#keys.published] }),
    '/userinfo': () => this.behaviour.userinfo,
    '/token': async () => ({
      access_token: 'access',
      token_type: 'Bearer',
      id_token: this.behaviour.idToken ?? (await this.#idToken()),
    }),
  };

  #idToken(): Promise<string> {
    const { claims, foreignKey } = this.behaviour;
    return this.sign({ nonce: this.nonce, ...claims }, { foreignKey });
  }

  /** Signs an ID token with these claims instead of the correct ones. */
  sign(
    claims: Record<string, unknown>,
    { foreignKey, header }: { foreignKey?: boolean | undefined; header?: object } = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: this.#issuer,
      aud: this.#clientId,
      sub: 'subject',
      iat: now,
      exp: now + 300,
      email_verified: true,
    };
    return new SignJWT({ ...right, ...claims })
      .setProtectedHeader({ alg: ALG, kid: 'published', ...header })
      .sign(foreignKey ? this.#keys.foreign : this.#keys.own);
  }

  /** The key with which signatures are checked, as everyone can read it. */
  get publicKey(): JWK {
    return this.#keys.published;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function makeKeys() {
  const [own, foreign] = await Promise.all([generateKeyPair(ALG), generateKeyPair(ALG)]);
  const published = { ...(await exportJWK(own.publicKey)), kid: 'published', alg: ALG, use: 'sig' };
  return { own: own.privateKey, foreign: foreign.privateKey, published };
}
