import { randomUUID } from 'node:crypto';
import { mintApiKey } from '../../src/auth/api-key.ts';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { Stack } from '../support/stack.ts';
import { type Body, makeBody } from './bodies.ts';
import type { Cast } from './cast.ts';
import type { Choice, Life } from './choices.ts';
import { UNKNOWN_ID } from './fields.ts';
import {
  baseHeader,
  type Header,
  idempotencyHeader,
  PREFERENCES,
  type TagForm,
  tagsHeader,
  timeoutHeader,
} from './headers.ts';
import { scopesNow } from './rights.ts';
import {
  type ModelResponse,
  problem,
  type Revert,
  type Tags,
  type User,
  type UserRequest,
} from './world.ts';

/** A request with its meaning, ready to be sent. */
export interface Draft {
  request: UserRequest;
  place: Choice['place'] | 'two';
  headers: Record<string, string>;
  body: string;
}

/** A well-formed key that the database does not have. */
const UNKNOWN = mintApiKey();

const isWrite = ({ method }: { method: UserRequest['method'] }): boolean =>
  method !== 'GET' && method !== 'HEAD';

/** Returns a request for a choice and the state of the world. `n` is new for each request. */
export function draft(choice: Choice, cast: Cast, n: number): Draft {
  const key = keyOf(choice, cast);
  const user = userOf(choice, cast, key.text);
  const current = cast.world.users.get(user);
  const headers = headersOf(choice, current?.version ?? 1, n);
  const body =
    isWrite(choice) && !choice.life
      ? bodyOf(choice, makeBody(choice.body, user, current?.fields ?? {}, cast.world.domain))
      : { text: '', update: {}, flaws: choice.target === 'malformed' ? [NO_UUID] : [] };
  return {
    request: {
      method: choice.method,
      action: isWrite(choice) ? 'update' : 'read',
      user,
      key: key.text,
      update: body.update,
      ...headers.means,
      requestId: `r${n}`,
      flaws: [...key.flaws, ...headers.flaws, ...body.flaws],
      ...(choice.life && about(choice.life, choice, cast, key.text, current)),
    },
    place: choice.who === 'two' ? 'two' : choice.place,
    headers: headers.texts,
    body: body.text,
  };
}

/** Returns the members of a request for an operation other than reading or updating a user. */
function about(
  { action, id, back, what }: Life,
  { body }: Choice,
  { world, guests }: Cast,
  key: string,
  current: User | undefined,
): Partial<UserRequest> & Pick<UserRequest, 'action'> {
  const version = Math.max(what === 'undo' ? 2 : 1, (current?.version ?? 1) - back);
  switch (action) {
    case 'create': {
      const { update } = makeBody(body, '', {}, world.domain);
      const gone = [...world.erased].at(-1);
      const user = (id === 'taken' && current?.id) || (id === 'gone' && gone) || randomUUID();
      guests.push(user);
      return { action, user, update };
    }
    case 'revert':
      return { action, revert: { [what]: version } as Revert };
    case 'version':
      return { action, version: Math.max(1, version) };
    case 'list': {
      const known = world.keys.get(key);
      const seesAll = known && scopesNow(world, known).includes('users:all');
      // A list of all users would include those of other worlds.
      const isFound = seesAll || back > 1;
      const address = current?.fields.email ?? `nobody@${world.domain}`;
      const email = isFound ? { email: String(address).toUpperCase() } : {};
      return { action, user: '', ...email };
    }
    default:
      return { action };
  }
}

/** Returns the path and the query of a request. */
function pathOf({ action, user, version, email }: UserRequest): string {
  const path = `/api/v1/user/${user}`;
  const paths: Partial<Record<UserRequest['action'], string>> = {
    create: '/api/v1/user',
    list: `/api/v1/user${email === undefined ? '' : `?email=${encodeURIComponent(email)}`}`,
    version: `${path}/versions/${version}`,
  };
  const isPart = action === 'revert' || action === 'changes' || action === 'export';
  return paths[action] ?? (isPart ? `${path}/${action}` : path);
}

function textOf({ action, user, update, revert }: UserRequest, body: string): string {
  if (action === 'create') return JSON.stringify({ id: user, ...update });
  return action === 'revert' ? JSON.stringify(revert) : body;
}

/** Sends a request to the Worker. */
export function send(stack: Stack, { request, place, headers, body }: Draft): Promise<Real> {
  const { key, method } = request;
  const init: RequestInit & { headers: Record<string, string> } = {
    method,
    headers: { ...headers, 'x-request-id': request.requestId },
  };
  if (isWrite(request) && method !== 'DELETE') init.body = textOf(request, body);
  if (key !== '' && place === 'bearer') init.headers['authorization'] = `Bearer ${key}`;
  if (key !== '' && place !== 'bearer' && place !== 'query') init.headers['x-api-key'] = key;
  const path = pathOf(request);
  const query = place === 'two' ? `api_key=${UNKNOWN}` : place === 'query' ? `api_key=${key}` : '';
  const join = query === '' ? '' : path.includes('?') ? '&' : '?';
  return stack.fetch(path + join + query, init);
}

function keyOf({ who }: Choice, { keys }: Cast): { text: string; flaws: ModelResponse[] } {
  switch (who) {
    case 'none':
      return { text: '', flaws: [problem(401, 'missing_api_key')] };
    case 'malformed':
      return { text: 'in-key', flaws: [problem(401, 'invalid_api_key')] };
    case 'two':
      return { text: keys.root, flaws: [problem(400, 'conflicting_credentials')] };
    case 'unknown':
      return { text: UNKNOWN, flaws: [] };
    default:
      return { text: keys[who], flaws: [] };
  }
}

function userOf({ target }: Choice, { users, guests, world }: Cast, key: string): string {
  if (target === 'guest') return guests.at(-1) ?? users.ada;
  if (target === 'own') return world.keys.get(key)?.owner ?? users.root;
  if (target === 'nobody') return UNKNOWN_ID;
  return target === 'malformed' ? 'me' : users[target];
}

const NO_UUID = problem(422, 'validation_failed', ['user_id invalid_format']);

/** Returns a body, and the errors of the path and the media type. */
function bodyOf({ method, type, target }: Choice, body: Body): Body {
  if (type === 'text' || (type === 'merge-patch' && method !== 'PATCH'))
    return { ...body, flaws: [problem(415, 'unsupported_media_type')] };
  const [flaw] = body.flaws;
  if (target !== 'malformed' || (flaw && flaw.status !== 422)) return body;
  return { ...body, flaws: [joined(NO_UUID, flaw)] };
}

/** Returns both errors as one response, because all errors are reported together. */
const joined = (a: ModelResponse, b?: ModelResponse): ModelResponse =>
  problem(a.status, String(a.code), [...(a.places ?? []), ...(b?.places ?? [])]);

const MEDIA_TYPES: Record<Choice['type'], string> = {
  usual: 'application/json',
  json: 'application/json',
  'utf-8': 'application/json; charset=UTF-8',
  latin1: 'application/json; charset=latin1',
  'merge-patch': 'application/merge-patch+json',
  text: 'text/plain',
};

function mediaTypeHeader({ method, type }: Choice): Header<string> {
  const text = MEDIA_TYPES[type === 'usual' && method === 'PATCH' ? 'merge-patch' : type];
  return { text, means: text };
}

const NO_PREFERENCE = { minimal: false, validateOnly: false };

/** In a read, a malformed condition matches nothing. */
const lenient = (header: Header<Tags> | undefined): Header<Tags> | undefined =>
  header && { means: [], ...header };

/** Returns the headers of a choice, their meaning and their errors. */
function headersOf(choice: Choice, version: number, n: number) {
  const { ifMatch, ifNoneMatch, base, idempotency, prefer, timeout } = choice;
  const writes = isWrite(choice);
  const tags = (form: TagForm | null) => (form ? tagsHeader(form, version) : undefined);
  const headers = {
    'If-Match': tags(ifMatch),
    'If-None-Match': writes ? tags(ifNoneMatch) : lenient(tags(ifNoneMatch)),
    'Base-Version': base && writes ? baseHeader(base, version) : undefined,
    'Idempotency-Key': idempotency && writes ? idempotencyHeader(idempotency, n) : undefined,
    'Request-Timeout': timeout === null ? undefined : timeoutHeader(timeout),
    'Content-Type': writes && choice.method !== 'DELETE' ? mediaTypeHeader(choice) : undefined,
    Prefer: prefer && writes ? { text: prefer, means: PREFERENCES[prefer] } : undefined,
  };
  const sent = Object.entries(headers).flatMap(([name, header]) =>
    header ? { name, header } : [],
  );
  const malformed = sent.filter(({ header }) => header.means === undefined);
  const places = malformed.map(({ name }) => `${name} invalid_format`);
  return {
    texts: Object.fromEntries(sent.map(({ name, header }) => [name, header.text])),
    means: {
      ifMatch: headers['If-Match']?.means,
      ifNoneMatch: headers['If-None-Match']?.means,
      baseVersion: headers['Base-Version']?.means,
      // An empty header is ignored.
      idempotencyKey: headers['Idempotency-Key']?.means || undefined,
      ...(headers.Prefer?.means ?? NO_PREFERENCE),
    },
    flaws: places.length > 0 ? [problem(400, 'malformed_header', places)] : [],
  };
}

/** Returns a request as one line, with names instead of keys and ids. */
export function shownDraft(
  { request, headers, body, place }: Draft,
  { keys, users }: Cast,
): string {
  const nameIn = (names: Record<string, string>, value: string) =>
    Object.keys(names).find((name) => names[name] === value) ?? value;
  const who = place === 'two' ? 'two keys' : `key ${nameIn(keys, request.key) || 'none'}`;
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}`);
  const what = `${request.method} ${request.action} ${nameIn(users, request.user)}`;
  const parts = [`${what} with ${who}`, ...lines, textOf(request, body)];
  return parts
    .filter((part) => part !== '' && part !== JSON_TYPE)
    .map(cut)
    .join(' | ');
}

const JSON_TYPE = 'Content-Type: application/json';
const cut = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
