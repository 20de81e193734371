import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiKey, Webhook, WebhookAttempt } from '../../settings/api.ts';
import { keyRoles, type Scope } from '../../src/permissions.ts';
import { newSecret } from '../../src/webhooks/signature.ts';

export const OWNER = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const DAY = 86_400_000;
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

type FakeWebhook = Omit<Webhook, 'created_at' | 'updated_at'>;

interface Failure {
  status: number;
  code: string;
  detail: string;
  errors?: { pointer: string; code: string; detail: string }[];
}

interface Received {
  method: string;
  path: string;
  origin: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  body: any;
}

const iso = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

/**
 * The built page with its headers, and an API of the published contract that stores everything in
 * memory.
 */
export class FakeSite {
  signedIn = true;
  superuser = true;
  email = 'ada.lovelace@example.com';
  firstName: string | null = 'Ada';
  keys: ApiKey[] = [];
  webhooks: FakeWebhook[] = [];
  /** What was sent to any webhook. */
  deliveries: WebhookAttempt[] = [];
  /** What becomes of a test event. */
  tested: Partial<WebhookAttempt> = {};
  pageSize = 50;
  /** Whether a rotation says when the old key ends. */
  tellsReplaced = true;
  /** Returns a failure for a request, or `drop` to drop its connection. */
  fail: (method: string, path: string) => Failure | 'drop' | undefined = () => undefined;
  /** What each response of the API waits for. */
  gate: Promise<void> = Promise.resolve();
  readonly received: Received[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Restores the initial state. */
  reset(): void {
    this.signedIn = true;
    this.superuser = true;
    this.email = 'ada.lovelace@example.com';
    this.firstName = 'Ada';
    this.keys = [];
    this.webhooks = [];
    this.deliveries = [];
    this.tested = {};
    this.pageSize = 50;
    this.tellsReplaced = true;
    this.fail = () => undefined;
    this.gate = Promise.resolve();
    this.received.length = 0;
  }

  /** Adds a key as the newest. Returns its id. */
  addKey(name: string, columns: Partial<ApiKey> = {}): string {
    const role = columns.role === undefined ? 'profile' : columns.role;
    const key: ApiKey = {
      id: randomUUID(),
      owner_id: OWNER,
      name,
      description: '',
      role,
      scopes: role ? [...keyRoles[role as keyof typeof keyRoles]] : ['user:read'],
      prefix: `in-${randomUUID().slice(0, 6)}`,
      state: 'active',
      created_at: iso(-3),
      expires_at: iso(87),
      revoked_at: null,
      last_used_at: null,
      last_used_country: null,
      last_used_network: null,
      require_precondition: false,
      allowed_ips: null,
      fields: null,
      short_lived: false,
      replaces: null,
      replaced_by: null,
      until_first_use: false,
      ...columns,
    };
    this.keys.unshift(key);
    return key.id;
  }

  change(id: string, columns: Partial<ApiKey>): void {
    Object.assign(this.keys.find((key) => key.id === id) ?? {}, columns);
  }

  /** Adds a webhook as the newest. Returns its id. */
  addWebhook(url: string, columns: Partial<FakeWebhook> = {}): string {
    const id = randomUUID();
    this.webhooks.unshift({
      ...{ id, url, description: '', types: null, fields: null, all_users: this.superuser },
      ...{ state: 'active', paused_reason: null, blocked_by: null, cursor: 'c1' },
      previous_secret_ends_at: null,
      ...columns,
    });
    return id;
  }

  /** Adds one webhook of every kind that the list shows. */
  addAllKindsOfWebhooks(): void {
    this.addWebhook('https://crm.example.com/hooks', {
      state: 'paused',
      paused_reason: 'gone',
      types: ['user.created', 'user.erased'],
    });
    this.addWebhook(`https://hooks.example.com/${'long-path/'.repeat(20)}`, {
      description: 'Keeps the CRM up to date.\nAsk Grace before you change it.',
      fields: ['email', 'phone', 'active_billing_plan_id'],
      blocked_by: {
        ...{ id: randomUUID(), type: 'user.updated', user_id: OWNER, version: 7, attempts: 3 },
        since: iso(-0.1),
      },
    });
    this.addWebhook('https://search.example.com/profiles', { previous_secret_ends_at: iso(0.9) });
  }

  /** Adds a delivery as the latest. */
  addDelivery(members: Partial<WebhookAttempt> = {}): void {
    this.deliveries.unshift({
      ...{ id: randomUUID(), type: 'user.updated', user_id: OWNER, version: 3, attempt: 1 },
      ...{ attempted_at: iso(-0.01), duration_ms: 182, status: 204, error: null },
      ...{ response: null, skipped_at: null },
      ...members,
    });
  }

  /** Adds one key of every kind that the list shows. */
  addAllKinds(): void {
    this.addKey('old laptop', { state: 'expired', created_at: iso(-120), expires_at: iso(-30) });
    this.addKey('leaked', { state: 'revoked', revoked_at: iso(-2), last_used_at: iso(-2.5) });
    this.addKey('importer', {
      role: null,
      scopes: ['user:read', 'users:all'],
      expires_at: null,
      require_precondition: true,
    });
    this.addKey('stripe-follower-production', {
      role: 'billing_sync',
      description: 'Follows the webhooks of Stripe; runs in eu-central.',
      last_used_at: iso(-0.002),
      last_used_country: 'DE',
      last_used_network: 'Example Hosting',
      expires_at: iso(280),
      require_precondition: true,
      allowed_ips: ['192.0.2.0/24', '2001:db8::/32'],
      fields: ['stripe_customer_id', 'is_trial', 'is_paying'],
    });
    const laptop = this.addKey('laptop', { role: 'full_access', last_used_at: iso(-1.2) });
    const replaced_by = this.addKey('laptop', { role: 'full_access', replaces: laptop });
    this.change(laptop, { replaced_by, until_first_use: true, expires_at: iso(0.8) });
    this.addKey('backup script', { role: 'read_only', description: 'Runs at night.' });
    this.addKey('Short-lived key', { short_lived: true, expires_at: iso(0.02) });
  }

  get #scopes(): readonly Scope[] {
    return this.superuser
      ? keyRoles.full_access
      : ['user:read', 'user:write', 'keys:write', 'webhooks:write'];
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin);
    const method = request.method ?? 'GET';
    if (!/^\/(api|auth)\//.test(pathname)) {
      await serveFile(pathname, response);
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text.startsWith('{') ? JSON.parse(text) : undefined;
    this.received.push({ method, path: pathname, origin: request.headers.origin, body });
    await this.gate;
    const failure = this.fail(method, pathname);
    if (failure === 'drop') response.destroy();
    else if (failure) sendProblem(response, failure);
    else if (pathname === '/auth/logout') {
      this.signedIn = false;
      response.writeHead(303, { Location: '/settings' }).end();
    } else if (!this.signedIn) sendProblem(response, NOT_SIGNED_IN);
    else if (pathname === '/auth/session') send(response, 200, this.#session());
    else if (pathname.startsWith('/api/v1/webhooks'))
      this.#handleWebhooks(method, pathname.split('/').slice(4), body, response);
    else this.#handleKeys(method, pathname.split('/').slice(4), searchParams, body, response);
  }

  #session() {
    return {
      email: this.email,
      first_name: this.firstName,
      is_superuser: this.superuser,
      scopes: this.#scopes,
      expires_at: iso(0.5),
    };
  }

  #handleKeys(
    method: string,
    [id, action]: string[],
    query: URLSearchParams,
    body: Partial<ApiKey> & { name: string; grace?: number },
    response: ServerResponse,
  ): void {
    const found = this.keys.find((candidate) => candidate.id === id);
    if (!id && method === 'GET') this.#sendPage(query, response);
    else if (!id) this.#sendNewKey(body.name, body, response);
    else if (!found) sendProblem(response, KEY_NOT_FOUND);
    else if (action === 'rotate') {
      const { id: replaces, name, role, description, require_precondition } = found;
      const { allowed_ips, fields, expires_at } = { ...found, ...body };
      const columns = { role, description, require_precondition, allowed_ips, fields, expires_at };
      const end = iso((body.grace ?? 86_400) / 86_400);
      found.expires_at = found.expires_at && found.expires_at < end ? found.expires_at : end;
      if (body.grace === 0) found.state = 'expired';
      found.until_first_use = body.grace === undefined;
      const { until_first_use } = found;
      const replaced = { id: replaces, expires_at: found.expires_at, until_first_use };
      const meta = this.tellsReplaced ? { replaced } : {};
      this.#sendNewKey(name, { ...columns, replaces }, response, meta);
      found.replaced_by = this.keys[0]?.id ?? null;
    } else if (method === 'PATCH') {
      Object.assign(found, body, body.scopes && { role: null });
      send(response, 200, found);
    } else {
      Object.assign(found, { state: 'revoked', revoked_at: iso(0) });
      send(response, 200, found);
    }
  }

  #handleWebhooks(
    method: string,
    [id, action]: string[],
    body: Partial<FakeWebhook> & { grace?: number },
    response: ServerResponse,
  ): void {
    const found = this.webhooks.find((candidate) => candidate.id === id);
    if (!id && method === 'GET') send(response, 200, this.webhooks);
    else if (!id) {
      this.addWebhook(body.url ?? '', body);
      send(response, 201, { ...this.webhooks[0], secret: newSecret() });
    } else if (!found) sendProblem(response, WEBHOOK_NOT_FOUND);
    else if (action === 'deliveries') send(response, 200, this.deliveries);
    else if (action === 'rotate') {
      found.previous_secret_ends_at = body.grace ? iso(body.grace / 86_400) : null;
      send(response, 201, { ...found, secret: newSecret() });
    } else if (action === 'test') {
      const test = { type: 'webhook.test', user_id: null, version: null };
      this.addDelivery({ ...test, attempted_at: iso(0), ...this.tested });
      send(response, 200, this.deliveries.shift());
    } else if (method === 'DELETE') {
      this.webhooks = this.webhooks.filter((webhook) => webhook !== found);
      response.writeHead(204).end();
    } else {
      found.state = body.state ?? found.state;
      found.paused_reason = found.state === 'paused' ? 'requested' : null;
      send(response, 200, found);
    }
  }

  #sendPage(query: URLSearchParams, response: ServerResponse): void {
    const state = query.get('state');
    const keys = this.keys.filter((key) => state === null || key.state === state);
    const start = Number(query.get('cursor') ?? 0);
    const end = start + this.pageSize;
    const next = end < keys.length ? String(end) : null;
    send(response, 200, keys.slice(start, end), { next_cursor: next });
  }

  #sendNewKey(
    name: string,
    columns: Partial<ApiKey>,
    response: ServerResponse,
    meta: object = {},
  ): void {
    const key = `in-${`${randomUUID()}${randomUUID()}`.replaceAll('-', '').slice(0, 43)}`;
    this.addKey(name, { ...columns, prefix: key.slice(0, 9), created_at: iso(0) });
    send(response, 201, { ...this.keys[0], key }, meta);
  }
}

const NOT_SIGNED_IN: Failure = {
  status: 401,
  code: 'not_signed_in',
  detail: 'Sign in at /auth/login.',
};
const WEBHOOK_NOT_FOUND: Failure = {
  status: 404,
  code: 'webhook_not_found',
  detail: 'Check the id: none of your webhooks has it.',
};
const KEY_NOT_FOUND: Failure = { status: 404, code: 'key_not_found', detail: 'Compare the id.' };

function send(response: ServerResponse, status: number, data: unknown, meta: object = {}): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ message: 'OK', meta, data }));
}

function sendProblem(response: ServerResponse, failure: Failure): void {
  response
    .writeHead(failure.status, { 'Content-Type': 'application/problem+json' })
    .end(JSON.stringify({ title: 'It failed', request_id: 'req-0e6a', ...failure }));
}

/** Serves the build as Cloudflare does, with its headers. */
async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const file = path === '/settings' ? '/settings.html' : path;
  const content = await readFile(`dist/assets${file}`).catch(() => undefined);
  if (!content) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('Content-Type', TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain');
  for (const [name, value] of await headersOf(path)) response.setHeader(name, value);
  response.end(content);
}

async function headersOf(path: string): Promise<[string, string][]> {
  const rules = (await readFile('dist/assets/_headers', 'utf8')).split('\n\n');
  const lines = rules
    .map((rule) => rule.trim().split('\n'))
    .filter(([pattern]) => pattern === '/*' || pattern === path)
    .flatMap(([, ...headers]) => headers);
  return lines.map((line) => {
    const [name = '', ...value] = line.trim().split(': ');
    return [name, value.join(': ')];
  });
}
