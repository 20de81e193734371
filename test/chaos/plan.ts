import type { Field, Values } from './history.ts';
import { Random } from './random.ts';

/** The condition of an operation. `lag`: how many versions it is behind the version that is known. */
export type Condition = {
  header: 'If-Match' | 'Base-Version' | 'If-None-Match';
  lag: number | 'any' | 'future';
};

/** A user by number; `guest` is the user whom a client created last. */
export type Who = number | 'guest';

/** How a client sends a change whose outcome may be unknown. */
interface Sending {
  /** The client's own key, or one of the shared ones. */
  key: 'own' | number;
  idempotent: boolean;
  /** Whether to send the same request twice at the same time. */
  twins: boolean;
  prefer?: 'return=minimal' | 'validate-only';
  requestTimeout?: number;
  /** The client hangs up after this many milliseconds. */
  abortAfter?: number;
  trouble: Trouble;
}

/** An update of a user. */
export interface Write extends Sending {
  kind: 'write';
  method: 'PUT' | 'PATCH';
  user: Who;
  fields: Values;
  /** Whether to send a GET first, to know the version. */
  looks: boolean;
  condition?: Condition;
}

/** A new user, whose id the client may choose. */
export interface Creation extends Sending {
  kind: 'create';
  fields: Values;
  withId: boolean;
}

/** A revert to a version or of a change, `lag` versions behind the version that is known. */
export interface Reversion extends Sending {
  kind: 'revert';
  user: Who;
  what: 'version' | 'undo';
  lag: number;
  condition?: Condition;
}

/** An erasure of the user who was created last. */
export interface Erasure extends Sending {
  kind: 'erase';
  user: 'guest';
  condition?: Condition;
}

/** What a client does if the outcome of its request is unknown. */
export type Trouble = 'retry' | 'look' | 'leave';

export type Operation =
  | Write
  | Creation
  | Reversion
  | Erasure
  | { kind: 'read'; user: Who; key: 'own' | number; condition?: Condition }
  /** Sends the last request with an Idempotency-Key again, unchanged or with another API key. */
  | { kind: 'repeat'; key: 'same' | number }
  /** Sends other fields under the Idempotency-Key of that request. */
  | { kind: 'reuse'; fields: Values }
  | { kind: 'revoke' | 'restore'; key: number };

export interface Shape {
  seed: number;
  operations: number;
  clients: number;
  users: number;
  /** The number of shared keys that may be revoked. */
  sharedKeys: number;
  /** The number of text fields that the clients write. Default: all. */
  texts?: number;
  /** The percentage of writes with a flag, which often has that value already. */
  flags?: number;
  /** The percentage of writes with a condition. */
  conditions?: number;
  /** The percentage of operations that create, revert or erase a user. */
  lives?: number;
}

/** E-mail addresses that clients try to give to several users. */
const WANTED = ['wanted1@example.com', 'wanted2@example.com', 'wanted3@example.com'];

/** Returns the operations of one client with their numbers; the same for the same shape. */
export function* operationsOf(client: number, shape: Shape): Generator<[number, Operation]> {
  const random = new Random(shape.seed, `client ${client}`);
  for (let number = client; number < shape.operations; number += shape.clients)
    yield [number, operation(random, shape, `c${client}-op${number}`)];
}

function operation(random: Random, shape: Shape, name: string): Operation {
  const { users, lives = 15 } = shape;
  const user = lives > 0 && random.percent(12) ? 'guest' : random.between(0, users - 1);
  const shared = random.between(0, shape.sharedKeys - 1);
  const key = random.percent(15) ? shared : 'own';
  if (random.percent(lives)) return life(random, name, { user, key });
  const kind = random.weighted({ write: 62, read: 18, repeat: 6, reuse: 4, revoke: 4, restore: 6 });
  if (kind === 'write') return write(random, name, { user, key }, shape);
  if (kind === 'read') return { kind, user, key, ...condition(random, 50, READING) };
  if (kind === 'repeat') return { kind, key: random.percent(20) ? shared : 'same' };
  if (kind === 'reuse') return { kind, fields: { first_name: `${name}-reused` } };
  return { kind, key: shared };
}

/** Returns an operation that creates, reverts or erases a user. */
function life(random: Random, name: string, { user, key }: Pick<Write, 'user' | 'key'>): Operation {
  const kind = random.weighted({ create: 35, revert: 45, erase: 20 });
  const how = { key, ...sending(random) };
  if (kind === 'create') {
    const email = random.percent(80) ? `${name}@example.com` : random.pick(WANTED);
    return {
      kind,
      ...how,
      fields: { ...fields(random, name, TEXTS), email },
      withId: random.percent(50),
    };
  }
  const conditional = condition(random, 25, {
    'If-Match': 90,
    'Base-Version': 0,
    'If-None-Match': 10,
  });
  if (kind === 'erase') return { kind, ...how, user: 'guest', ...conditional };
  const what = random.percent(50) ? 'version' : 'undo';
  return { kind, ...how, user, what, lag: random.between(0, 4), ...conditional };
}

function write(
  random: Random,
  name: string,
  whose: Pick<Write, 'user' | 'key'>,
  { texts, flags, conditions = 65 }: Shape,
): Write {
  return {
    kind: 'write',
    method: random.percent(75) ? 'PUT' : 'PATCH',
    ...whose,
    fields: fields(random, name, TEXTS.slice(0, texts), flags),
    looks: random.percent(45),
    ...condition(random, conditions, WRITING),
    ...sending(random),
  };
}

function sending(random: Random): Omit<Sending, 'key'> {
  const idempotent = random.percent(50);
  const prefer = random.weighted({ nothing: 80, 'return=minimal': 12, 'validate-only': 8 });
  return {
    idempotent: idempotent && prefer !== 'validate-only',
    twins: random.percent(8) && prefer !== 'validate-only',
    ...(prefer !== 'nothing' && { prefer }),
    ...(random.percent(5) && { requestTimeout: 1 }),
    ...(random.percent(5) && { abortAfter: random.between(1, 60) }),
    trouble: random.weighted({ retry: 60, look: 20, leave: 20 }),
  };
}

const WRITING = { 'If-Match': 45, 'Base-Version': 50, 'If-None-Match': 5 };
const READING = { 'If-Match': 10, 'Base-Version': 0, 'If-None-Match': 90 };

/** Returns a condition in this percentage of cases. */
function condition(
  random: Random,
  percent: number,
  headers: Record<Condition['header'], number>,
): { condition?: Condition } {
  const header = random.weighted(headers);
  const lag = random.weighted({ none: 55, some: 35, any: 5, future: 5 });
  const behind = random.between(1, 3);
  if (!random.percent(percent)) return {};
  if (lag === 'any' && header !== 'Base-Version') return { condition: { header, lag } };
  if (lag === 'future') return { condition: { header, lag } };
  return { condition: { header, lag: lag === 'some' ? behind : 0 } };
}

const TEXTS: readonly Field[] = [
  'first_name',
  'last_name',
  'phone',
  'state',
  'country',
  'address',
  'stripe_customer_id',
  'stripe_subscription_id',
];
const FLAGS: readonly Field[] = ['is_trial', 'is_paying', 'is_enterprise'];

/** Returns one to four fields. Texts are unique to the operation, so that its effect can be recognized. */
function fields(random: Random, name: string, among: readonly Field[], percent = 25): Values {
  const texts = random
    .some(among, Math.min(random.between(1, 3), among.length))
    .map((field) => [field, random.percent(5) ? null : name]);
  const flags = random.percent(percent) ? [[random.pick(FLAGS), random.percent(50)]] : [];
  const email = random.percent(6)
    ? [['email', random.percent(50) ? `${name}@example.com` : random.pick(WANTED)]]
    : [];
  // Sometimes only flags, so that often nothing changes.
  return Object.fromEntries(
    flags.length > 0 && random.percent(30) ? flags : [...texts, ...flags, ...email],
  );
}
