import { randomBytes } from 'node:crypto';
import { mintApiKey } from '../src/auth/api-key.ts';
import { emailOf, type Person } from './population.ts';

/** What makes the values of each request new. */
interface Turn {
  person: Person;
  /** How many requests of this run were about this person before. */
  count: number;
  /** Hexadecimal digits that no other run has. */
  mark: string;
}

/** An HTTP request. */
export interface Request {
  method: 'GET' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** A kind of request that the clients send repeatedly. */
interface Operation {
  title: string;
  /** The status of every response. */
  status: number;
  /** Whether it changes the user. */
  changes: boolean;
  request(turn: Turn): Request;
}

export const request = (method: Request['method'], { userId, key }: Person): Request => ({
  method,
  path: `/api/v1/user/${userId}`,
  headers: { authorization: `Bearer ${key}` },
});

/** Returns a PUT of the 8 fields of the profile, all with new values except the e-mail address. */
function put({ person, count, mark }: Turn, key = person.key): Request {
  const { headers, ...rest } = request('PUT', { ...person, key });
  const text = `${mark} ${count}`;
  const day = (Number.parseInt(mark, 16) + count) % 20_000;
  return {
    ...rest,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      first_name: `Ada ${text}`,
      last_name: `Lovelace ${text}`,
      email: emailOf(person),
      birthdate: new Date(day * 86_400_000).toISOString(),
      phone: `+44 ${text}`,
      state: `London ${text}`,
      country: `United Kingdom ${text}`,
      address: `12 St James’s Square ${text}`,
    }),
  };
}

const unknownKey = mintApiKey();
/** The unknown key with another first character, so that its checksum is wrong. */
const misspeltKey = unknownKey.replace(/^in-(.)/, (_, first) => `in-${first === 'A' ? 'B' : 'A'}`);

export const operations = {
  get: {
    title: 'GET',
    status: 200,
    changes: false,
    request: ({ person }) => request('GET', person),
  },
  put: {
    title: 'PUT of the 8 fields of the profile',
    status: 200,
    changes: true,
    request: (turn) => put(turn),
  },
  refusedAtEdge: {
    title: 'PUT refused at the edge: a key with a wrong checksum',
    status: 401,
    changes: false,
    request: (turn) => put(turn, misspeltKey),
  },
  refusedByDatabase: {
    title: 'PUT refused by the database: an unknown key',
    status: 401,
    changes: false,
    request: (turn) => put(turn, unknownKey),
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** Returns digits for `Turn.mark`. */
export const createMark = (): string => randomBytes(6).toString('hex');

/** Returns one PUT for each person, with new values. */
export function putsOf(people: readonly Person[]): Request[] {
  const mark = createMark();
  return people.map((person) => put({ person, count: 0, mark }));
}
