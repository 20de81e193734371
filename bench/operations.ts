import { mintApiKey } from '../src/auth/api-key.ts';
import {
  emailOf,
  type Person,
  type Population,
  type References,
  settledProfile,
} from './population.ts';

/** One request of an operation: who is changed, how often before in this run, and the run's own mark. */
export interface Turn {
  person: Person;
  /** How many requests of this run were about this person before. */
  count: number;
  /** Hexadecimal digits that no other run has, so that what it writes is new. */
  mark: string;
  references: References;
}

/** An HTTP request. */
export interface Request {
  method: 'GET' | 'PUT';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Something that clients do over and over. */
interface Operation {
  title: string;
  /** The status of every answer. */
  status: number;
  /** Whether the users that it is about are changed. */
  changes: boolean;
  request(turn: Turn): Request;
}

const put = ({ person }: Turn, body: object, headers: Record<string, string> = {}): Request => ({
  method: 'PUT',
  path: `/api/v1/user/${person.userId}`,
  headers: {
    authorization: `Bearer ${person.key}`,
    'content-type': 'application/json',
    ...headers,
  },
  body: JSON.stringify(body),
});

/** The 8 fields of the profile. All but the e-mail address have another value each time. */
function profile(turn: Turn) {
  const text = `${turn.mark} ${turn.count}`;
  return {
    first_name: `Ada ${text}`,
    last_name: `Lovelace ${text}`,
    email: emailOf(turn.person),
    birthdate: instant(turn, 0),
    phone: `+44 ${text}`,
    state: `London ${text}`,
    country: `United Kingdom ${text}`,
    address: `12 St James’s Square ${text}`,
  };
}

/** The other 17 fields. Those that can have another value each time have one, except for standing. */
function rest(turn: Turn) {
  const { count, references } = turn;
  const text = `${turn.mark} ${count}`;
  const even = count % 2 === 0;
  return {
    is_active: true,
    is_superuser: true,
    is_enterprise: even,
    role_id: references.roles[count % 2],
    active_billing_plan_id: references.plans[count % 2],
    next_billing_plan_id: references.plans[(count + 1) % 2],
    stripe_customer_id: `cus ${text}`,
    stripe_subscription_id: `sub ${text}`,
    stripe_subscription_status: `active ${text}`,
    stripe_has_payment_method: even,
    is_trial: even,
    used_trial: even,
    is_paying: even,
    stripe_last_payment_date: instant(turn, 1),
    billing_updated_at: instant(turn, 2),
    last_credits_refresh: instant(turn, 3),
    next_credits_refresh: instant(turn, 4),
  };
}

/** A day that differs from turn to turn and from run to run. */
const instant = ({ mark, count }: Turn, offset: number): string =>
  new Date(((Number.parseInt(mark, 16) + count + offset) % 20_000) * 86_400_000).toISOString();

export const operations = {
  get: {
    title: 'GET',
    status: 200,
    changes: false,
    request: ({ person }) => ({
      method: 'GET',
      path: `/api/v1/user/${person.userId}`,
      headers: { authorization: `Bearer ${person.key}` },
    }),
  },
  put: {
    title: 'PUT of the 8 fields of the profile',
    status: 200,
    changes: true,
    request: (turn) => put(turn, profile(turn)),
  },
  putAll: {
    title: 'PUT of all 25 fields',
    status: 200,
    changes: true,
    request: (turn) => put(turn, { ...profile(turn), ...rest(turn) }),
  },
  putNothing: {
    title: 'PUT that changes nothing',
    status: 200,
    changes: false,
    request: (turn) => put(turn, { ...settledProfile, email: emailOf(turn.person) }),
  },
  putSafely: {
    title: 'PUT with If-Match and Idempotency-Key',
    status: 200,
    changes: true,
    request: (turn) =>
      put(turn, profile(turn), {
        'if-match': `"${turn.person.version + turn.count}"`,
        'idempotency-key': `"${turn.mark} ${turn.person.userId} ${turn.count}"`,
      }),
  },
  refusedAtEdge: {
    title: 'PUT refused at the edge: a key with a wrong checksum',
    status: 401,
    changes: false,
    request: (turn) => put({ ...turn, person: { ...turn.person, key: MISSPELT } }, profile(turn)),
  },
  refusedByDatabase: {
    title: 'PUT refused by the database: a key that nobody has',
    status: 401,
    changes: false,
    request: (turn) => put({ ...turn, person: { ...turn.person, key: UNKNOWN } }, profile(turn)),
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** Whom an operation is about. */
export const peopleFor = (operation: OperationName, { edited, settled }: Population) =>
  operations[operation].changes ? edited : settled;

const UNKNOWN = mintApiKey();
/** The first random character is another one, so that the checksum no longer fits. */
const MISSPELT = UNKNOWN.replace(/^in-(.)/, (_, first) => `in-${first === 'A' ? 'B' : 'A'}`);
