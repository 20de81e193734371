import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { ApiResponse } from '../support/contract.ts';
import { useStack } from '../support/stack.ts';
import { anyBody, REFERENCE } from '../support/user-bodies.ts';

const stack = useStack();
let key: string;
beforeAll(async () => {
  await stack.query(`insert into roles values ($1, 'r')`, [REFERENCE]);
  await stack.query(`insert into billing_plans values ($1, 'p')`, [REFERENCE]);
  ({ key } = await stack.key(await stack.user({ is_superuser: true })));
});

type Fields = Record<string, unknown>;

/** What is done to a user. The numbers count versions back from the last one, around if need be. */
type Step = { edit: Fields } | { version: number } | { undo: number };

/** Few values, so that fields are changed back and again. */
const smallBody = fc.record(
  {
    first_name: fc.constantFrom('Ada', 'Grace', null),
    phone: fc.constantFrom('1', '2', null),
    is_trial: fc.boolean(),
    birthdate: fc.constantFrom('1815-12-10T00:00:00Z', '1906-12-09T00:00:00.5Z', null),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(smallBody, anyBody);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ edit: body }) },
  { weight: 1, arbitrary: fc.record({ version: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ undo: fc.nat(9) }) },
);
const history = fc.tuple(body, fc.array(step, { minLength: 1, maxLength: 10, size: 'max' }));

/** How often undoing a change took place, and how often it was a conflict. */
const undone = { done: 0, refused: 0 };

/** A user, with what each version of them had: the first version is the first entry. */
class Person {
  readonly versions: Fields[];
  readonly #path: string;

  private constructor(created: Fields) {
    this.versions = [created];
    this.#path = `/user/${created['id']}`;
  }

  static async create(values: Fields): Promise<Person> {
    const body = { email: `${randomUUID()}@example.com`, ...unique(values) };
    const { status, headers, body: created } = await stack.call('POST', '/user', key, body);
    expect([status, headers.get('etag')]).toEqual([201, '"1"']);
    return new Person(created.data);
  }

  call(method: string, path = '', body?: object): Promise<ApiResponse> {
    return stack.call(method, this.#path + path, key, body);
  }

  get current(): Fields {
    return this.versions.at(-1) ?? {};
  }

  /** Returns the version that a number of a step stands for, from `least` on. */
  version(back: number, least: number): number {
    return least + (back % Math.max(1, this.versions.length - least + 1));
  }

  /** Returns what a change changed, with the values from before. */
  changeOf(version: number): Fields {
    const [before = {}, after = {}] = this.versions.slice(version - 2, version);
    return Object.fromEntries(
      Object.entries(before).filter(([field, value]) => value !== after[field]),
    );
  }

  /** Whether a later version than this one changed a field. */
  isTouchedAfter(version: number, field: string): boolean {
    return this.versions.some((_, i) => i >= version && field in this.changeOf(i + 1));
  }
}

/** Addresses that no other user has. */
const unique = (values: Fields): Fields =>
  'email' in values ? { ...values, email: `${randomUUID()}@Example.com` } : values;

/** Takes a step, and compares the response with what the versions so far say. */
async function take(person: Person, step: Step): Promise<void> {
  if ('edit' in step) {
    const sent = unique(step.edit);
    requireChange(person, await person.call('PUT', '', sent), sent);
  } else if ('version' in step) {
    const version = person.version(step.version, 1);
    const response = await person.call('POST', '/revert', { version });
    requireChange(person, response, person.versions[version - 1] ?? {});
  } else {
    await undo(person, person.version(step.undo, 2));
  }
}

/** A change is taken back unless later ones have given its fields other values. */
async function undo(person: Person, version: number): Promise<void> {
  const response = await person.call('POST', '/revert', { undo: version });
  if (version > person.versions.length) {
    expect([response.status, response.body.code]).toEqual([404, 'version_not_found']);
    return;
  }
  const before = person.changeOf(version);
  const conflicts = Object.keys(before).filter(
    (field) => person.current[field] !== before[field] && person.isTouchedAfter(version, field),
  );
  undone[conflicts.length === 0 ? 'done' : 'refused']++;
  if (conflicts.length === 0) return requireChange(person, response, before);
  expect([response.status, response.body.code]).toEqual([409, 'edit_conflict']);
  expect(response.body.conflicts.map(pointerOf).toSorted()).toEqual(
    conflicts.map((field) => `/${field}`).toSorted(),
  );
}

const pointerOf = ({ pointer }: { pointer: string }): string => pointer;

/** The user has these values now, and all others as before; in a new version, if any differs. */
function requireChange(person: Person, { status, headers, body }: ApiResponse, values: Fields) {
  const after = { ...person.current, ...values };
  expect([status, body.data]).toEqual([200, after]);
  const isSame = Object.keys(after).every((name) => after[name] === person.current[name]);
  if (!isSame) person.versions.push(after);
  expect(headers.get('etag')).toBe(`"${person.versions.length}"`);
}

test('after any history, each version is what GET returned, and reverts change what they say', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ([values, steps]) => {
      const person = await Person.create(values);
      const responses = [await person.call('GET')];
      for (const step of steps) {
        await take(person, step);
        responses[person.versions.length - 1] ??= await person.call('GET');
      }
      for (const [i, then] of responses.entries()) {
        const { status, headers, body } = await person.call('GET', `/versions/${i + 1}`);
        expect([status, headers.get('etag'), body]).toEqual([
          200,
          then.headers.get('etag'),
          then.body,
        ]);
        expect(body.data).toEqual(person.versions[i]);
      }
    }),
    { numRuns: 100 },
  );
  expect(Math.min(undone.done, undone.refused)).toBeGreaterThan(10);
}, 120_000);
