import { expect, test } from 'vitest';
import { DatabaseEndpoint } from '../support/database-endpoint.ts';
import type { Odds } from './fault-kinds.ts';
import { FaultInjector } from './faults.ts';

const NOT_AFTER = '2026-01-01T12:00:00.000Z';

const statement = (change_id: string, more: object = {}) => ({
  query: 'select profile.update_user($1) as result',
  params: [JSON.stringify({ change_id, request_id: 'r1', not_after: NOT_AFTER, ...more })],
});

/** Returns an injector, and a function that draws a fault for a statement that arrives. */
function injector(odds: Odds) {
  const endpoint = new DatabaseEndpoint('http://127.0.0.1:9');
  const faults = new FaultInjector(1, {
    ...{ endpoint, odds, deadlineMs: 1000, harshness: 1, users: 1 },
    killInMidStatement: async () => false,
    restart: async () => {},
  });
  faults.on = true;
  const draw = (arrived = endpoint.statement) => {
    endpoint.statement = arrived;
    return endpoint.script();
  };
  return { faults, draw };
}

/** Gives every request this fault. */
const only = (kind: keyof Odds): Odds => ({ ...NONE, [kind]: 400 });
const NONE: Odds = {
  ...{ delay: 0, delayPastDeadline: 0, delayResponse: 0, cutBefore: 0, cutThenLate: 0 },
  ...{ cutAfterCommit: 0, truncatedResponse: 0, status500: 0, status500AfterCommit: 0 },
  ...{ computeUnreachable: 0, status429: 0, garbage: 0, garbageAfterCommit: 0, silence: 0 },
  ...{ cutThenOvertaken: 0, delayPastRepeat: 0, cutOffThenOverdue: 0, cutOffAfterCommit: 0 },
};

test('an overdue change arrives as if it were an hour late, and its repeats never arrive', () => {
  const { faults, draw } = injector(only('cutOffThenOverdue'));
  expect(draw(statement('a'))).toMatchObject({
    late: expect.any(Number),
    instead: statement('a', { not_after: '2026-01-01T11:00:00.000Z' }),
  });
  faults.on = false;
  expect(draw(statement('a', { repeat: true }))).toBe('cut');
  expect(draw(statement('b'))).toBeUndefined();
  expect(faults.cutOff).toEqual([{ requestId: 'r1', overdueAt: expect.any(Number) }]);
});

test('a change whose connection is cut after it took effect is never repeated', () => {
  const { faults, draw } = injector(only('cutOffAfterCommit'));
  expect(draw(statement('a'))).toBe('cutAfterCommit');
  expect(draw(statement('a', { repeat: true }))).toBe('cut');
  expect(faults.cutOff).toEqual([{ requestId: 'r1' }]);
});

test('a statement that changes nothing is late, but not cut off', () => {
  const { faults, draw } = injector(only('cutOffThenOverdue'));
  const reading = { query: 'select profile.read_user($1)', params: ['{"user_id":"u"}', 7] };
  expect(draw(reading)).toEqual({ late: expect.any(Number) });
  expect(faults.cutOff).toEqual([]);
});
