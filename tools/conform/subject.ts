import { randomUUID } from 'node:crypto';
import { Api, type Target } from './api.ts';
import { expectStatus } from './check.ts';
import type { ApiResponse, Contract } from './contract.ts';
/** A user as the API returns it. */
export type User = Record<string, string | number | boolean | null>;

/** The given key as GET /api/v1/keys/self returns it. */
export interface OwnKey {
  id: string;
  owner_id: string;
  prefix: string;
  require_precondition: boolean;
  scopes_now: string[];
  writable_fields: string[];
}

export interface Options extends Target {
  user: string;
  limits?: boolean | undefined;
  /** The names of the topics to test; all by default. */
  only?: readonly string[] | undefined;
  takenEmail?: string | undefined;
}

/** The user and key that the cases run on, with the requests that they share. */
export class Subject {
  readonly api: Api;
  readonly options: Options;
  readonly own: OwnKey;
  /** The user before the run, which is restored at the end. */
  readonly original: User;
  readonly path: string;
  /** The ids of the created keys, which are revoked at the end. */
  readonly createdKeys = new Set<string>();
  /** The ids of the created users, who are erased at the end. */
  readonly createdUsers = new Set<string>();

  private constructor(api: Api, options: Options, own: OwnKey, original: User) {
    this.api = api;
    this.options = options;
    this.own = own;
    this.original = original;
    this.path = pathOf(options);
  }

  /**
   * Reads the key and the user. Throws if the key cannot read the user, because then nothing could
   * be restored.
   */
  static async load(options: Options, contract: Contract, stopped: AbortSignal): Promise<Subject> {
    const api = new Api(options, contract, stopped);
    const self = await api.send({ path: '/api/v1/keys/self' });
    if (self.status !== 200) throw new Error(`The key is not accepted: ${summary(self)}.`);
    const user = await api.send({ path: pathOf(options) });
    if (user.status !== 200) throw new Error(`The key cannot read the user: ${summary(user)}.`);
    return new Subject(api, options, self.body.data, user.body.data);
  }

  can(scope: string): boolean {
    return this.own.scopes_now.includes(scope);
  }

  /** Whether the user is the owner of the key, so that keys created with it reach the user. */
  get isOwner(): boolean {
    return this.own.owner_id.toLowerCase() === this.options.user.toLowerCase();
  }

  get(headers: Record<string, string> = {}, method = 'GET'): Promise<ApiResponse> {
    return this.api.send({ method, path: this.path, headers });
  }

  put(body: unknown, headers: Record<string, string> = {}, method = 'PUT'): Promise<ApiResponse> {
    return this.write(method, this.path, body, headers);
  }

  /** Sends a write. If the key requires a condition and the case has none, it sends `If-Match: *`. */
  write(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<ApiResponse> {
    const conditional = ['If-Match', 'If-None-Match', 'Base-Version'].some(
      (name) => name in headers,
    );
    const any = this.own.require_precondition && !conditional ? { 'If-Match': '*' } : {};
    return this.api.send({ method, path, headers: { ...any, ...headers }, body });
  }

  /** Returns the current user and version. */
  async now(): Promise<{ user: User; version: string }> {
    const response = expectStatus(await this.get(), 200);
    return { user: response.body.data, version: response.headers.get('ETag') ?? '' };
  }

  /** Returns a text that is not in use. */
  text(): string {
    return `conform ${randomUUID().slice(0, 8)}`;
  }

  /** Creates a user with a new id and a new e-mail address, unless `fields` has others. */
  async createUser(
    fields: object = {},
    headers: Record<string, string> = {},
  ): Promise<ApiResponse> {
    const body: { id?: string; email?: string } = {
      id: randomUUID(),
      email: newEmail(),
      ...fields,
    };
    // Added before the request, because its response could be lost.
    if (body.id !== undefined) this.createdUsers.add(body.id);
    const response = await this.api.send({ method: 'POST', path: '/api/v1/user', body, headers });
    const id = response.body?.data?.id ?? response.headers.get('Location')?.split('/').at(-1);
    if (response.status < 300 && id) this.createdUsers.add(id);
    return response;
  }

  eraseUser(id: string, headers: Record<string, string> = {}): Promise<ApiResponse> {
    return this.write('DELETE', `/api/v1/user/${id}`, undefined, headers);
  }

  /** Creates a key of the owner, which expires after an hour at the latest. */
  async createKey(draft: object): Promise<ApiResponse> {
    const created = await this.api.send({
      method: 'POST',
      path: '/api/v1/keys',
      body: { name: this.text(), expires_at: inAnHour(), ...draft },
    });
    if (created.status === 201 && created.body?.data?.id)
      this.createdKeys.add(created.body.data.id);
    return created;
  }
}

/** Returns an e-mail address that no user has. */
export const newEmail = (): string => `conform-${randomUUID()}@example.com`;

/** Returns a well-formed id that no user and no key has. */
export const unknownId = (): string => randomUUID();

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const pathOf = ({ user }: Options): string => `/api/v1/user/${user}`;
const summary = ({ status, body }: ApiResponse): string =>
  [status, body?.code, body?.detail].filter(Boolean).join(' ');
