import { randomUUID } from 'node:crypto';
import { Api } from './api.ts';
import { answered } from './check.ts';
import type { Answer, Contract } from './contract.ts';
/** A user's document as the API answers it. */
export type User = Record<string, string | number | boolean | null>;

/** What GET /api/v1/keys/self tells of the key that was given. */
export interface OwnKey {
  id: string;
  owner_id: string;
  prefix: string;
  require_precondition: boolean;
  scopes_now: string[];
  writable_fields: string[];
}

export interface Options {
  url: string;
  key: string;
  user: string;
  limits?: boolean | undefined;
  /** The names of the topics to try; all unless told. */
  only?: readonly string[] | undefined;
  takenEmail?: string | undefined;
}

/** What the cases are tried on, in words that they share. */
export class Subject {
  readonly api: Api;
  readonly options: Options;
  readonly own: OwnKey;
  /** The user as they were before; so they will be again. */
  readonly original: User;
  readonly path: string;
  /** The ids of the keys that were made, to be revoked at the end. */
  readonly madeKeys = new Set<string>();

  private constructor(api: Api, options: Options, own: OwnKey, original: User) {
    this.api = api;
    this.options = options;
    this.own = own;
    this.original = original;
    this.path = pathOf(options);
  }

  /** Throws if the key cannot even read the user, for then nothing could be put back. */
  static async meet(options: Options, contract: Contract, stopped: AbortSignal): Promise<Subject> {
    const api = new Api(options.url, options.key, contract, stopped);
    const self = await api.send({ path: '/api/v1/keys/self' });
    if (self.status !== 200) throw new Error(`The key is not accepted: ${inShort(self)}.`);
    const user = await api.send({ path: pathOf(options) });
    if (user.status !== 200) throw new Error(`The key cannot read the user: ${inShort(user)}.`);
    return new Subject(api, options, self.body.data, user.body.data);
  }

  can(scope: string): boolean {
    return this.own.scopes_now.includes(scope);
  }

  /** Whether the user is the owner of the key, so that the keys of the owner reach the user too. */
  get isOwner(): boolean {
    return this.own.owner_id.toLowerCase() === this.options.user.toLowerCase();
  }

  get(headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return this.api.send({ method, path: this.path, headers });
  }

  /** PUTs; with a key that demands a condition, any version will do where the case names none. */
  put(body: unknown, headers: Record<string, string> = {}, method = 'PUT'): Promise<Answer> {
    const conditional = ['If-Match', 'If-None-Match', 'Base-Version'].some(
      (name) => name in headers,
    );
    const any = this.own.require_precondition && !conditional ? { 'If-Match': '*' } : {};
    return this.api.send({ method, path: this.path, headers: { ...any, ...headers }, body });
  }

  /** The user as they stand, and their version. */
  async now(): Promise<{ user: User; version: string }> {
    const answer = answered(await this.get(), 200);
    return { user: answer.body.data, version: answer.headers.get('ETag') ?? '' };
  }

  /** A text that stands nowhere yet. */
  text(): string {
    return `conform ${randomUUID().slice(0, 8)}`;
  }

  /** Makes a key of the owner; it ends by itself if nothing else ends it. */
  async makeKey(draft: object): Promise<Answer> {
    const made = await this.api.send({
      method: 'POST',
      path: '/api/v1/keys',
      body: { name: this.text(), expires_at: inAnHour(), ...draft },
    });
    if (made.status === 201 && made.body?.data?.id) this.madeKeys.add(made.body.data.id);
    return made;
  }
}

/** A well-formed id that no user and no key has. */
export const nobody = (): string => randomUUID();

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const pathOf = ({ user }: Options): string => `/api/v1/user/${user}`;
const inShort = ({ status, body }: Answer): string =>
  [status, body?.code, body?.detail].filter(Boolean).join(' ');
