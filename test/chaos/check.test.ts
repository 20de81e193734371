import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { ApiResponse, Attempt, LogRow, Sent } from './history.ts';
import { goodStory, type Story } from './story.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Returns the parts of a story, which a test can change. */
const partsOf = (story: Story) => {
  const attempt = (requestId: string) => {
    const found = story.attempts.find((one) => one.requestId === requestId);
    if (!found) throw new Error(`No attempt ${requestId}.`);
    return found as Writable<Attempt> & { sent: Writable<Sent>; response: Writable<ApiResponse> };
  };
  const [user, guest] = story.users as [Story['users'][number], Story['users'][number]];
  const log = user.log as Writable<LogRow>[];
  const guestLog = guest.log as Writable<LogRow>[];
  const row = (requestId: string) =>
    [...log, ...guestLog].find((one) => one.requestId === requestId) as LogRow;
  const edit = (requestId: string, from: string, to: string) => {
    const { response } = attempt(requestId);
    expect(response.text).toContain(from);
    response.text = response.text.replace(from, to);
  };
  return { story, attempt, user, guest, log, guestLog, row, edit };
};

/** For each rule, the ways to break it in a correct story. A change may break other rules too. */
const breaches: Record<string, ((of: ReturnType<typeof partsOf>) => unknown)[]> = {
  'version-gap': [
    ({ log }) => log.splice(2, 1),
    ({ log, row }) => log.splice(2, 0, { ...row('merged') }),
    ({ user }) => (user.final = { values: {}, ...user.final, version: 7 }),
    // The first row is the creation.
    ({ log }) => log.shift(),
    // Created a second time, under the same id.
    ({ guestLog, row }) => guestLog.splice(1, 0, { ...row('created') }),
  ],
  'final-row-differs': [
    ({ user }) => (user.final = { values: { ...user.final?.values, phone: '9' }, version: 6 }),
  ],
  'broken-chain': [
    ({ row }) => Object.assign(row('merged').changes, { first_name: { before: 'z', after: 'b' } }),
    ({ row }) => Object.assign(row('merged').changes, { phone: { before: '1', after: '1' } }),
  ],
  'stray-row': [
    ({ row }) => Object.assign(row('plain'), { requestId: 'never sent' }),
    ({ row }) => Object.assign(row('plain'), { apiKeyId: 'another' }),
    ({ row }) => Object.assign(row('hung up'), { requestId: 'dry run' }),
    ({ log }) => Object.assign(log[0] ?? {}, { requestId: 'plain' }),
    ({ row, attempt }) => {
      Object.assign(row('guest changed'), { requestId: 'taken' });
      attempt('guest changed').sent.target = 'user';
    },
    ({ guest }) => Object.assign(guest.erasure ?? {}, { requestId: 'gone' }),
  ],
  'user-lost': [({ guest }) => delete guest.erasure, ({ user }) => delete user.final],
  'erased-but-left': [
    ({ guest, user }) => Object.assign(guest, { final: user.final }),
    ({ guest }) => (guest.leftIn = ['idempotency_records']),
  ],
  'creation-not-made': [
    ({ attempt }) => (attempt('created').response.created = 'another'),
    ({ attempt }) => {
      Object.assign(attempt('taken'), { response: { ...attempt('created').response } });
    },
  ],
  'erasure-not-made': [
    ({ attempt, guest }) => {
      Object.assign(attempt('no version').sent, { method: 'DELETE', action: 'erase' });
      Object.assign(attempt('no version').response, { status: 204, text: '' });
      expect(guest.erasure?.requestId).toBe('erased');
    },
  ],
  'needless-404': [
    ({ attempt }) =>
      Object.assign(attempt('gone'), {
        began: attempt('guest changed').began,
        ended: attempt('guest changed').ended,
      }),
    ({ attempt }) => (attempt('gone').sent.target = 'user'),
  ],
  'success-after-erasure': [
    ({ attempt }) => (attempt('gone').response = { ...attempt('guest changed').response }),
  ],
  'untrue-user-exists': [({ attempt }) => (attempt('taken').sent.target = 'nobody')],
  'untrue-user-erased': [
    ({ attempt }) => (attempt('created again').sent.target = 'user'),
    ({ attempt }) => (attempt('taken').response.code = 'user_erased'),
  ],
  'needless-version-404': [({ attempt }) => (attempt('no version').sent.revert = { version: 1 })],
  'applied-twice': [({ row }) => Object.assign(row('hung up'), { requestId: 'doubtful' })],
  'row-differs-from-request': [
    ({ attempt }) => (attempt('hung up').sent.fields = { phone: '5', first_name: 'q' }),
    ({ attempt }) => (attempt('hung up').sent.fields = { phone: 'q' }),
    ({ row }) => Object.assign(row('hung up'), { requestId: 'read' }),
    ({ attempt }) => (attempt('reverted').sent.revert = { version: 2 }),
    ({ attempt }) => (attempt('undone').sent.revert = { undo: 2 }),
    ({ attempt }) => (attempt('created').sent.fields = { phone: '2' }),
    ({ row }) =>
      Object.assign(row('created').changes, { first_name: { before: null, after: 'a' } }),
  ],
  'refused-but-applied': [({ row }) => Object.assign(row('hung up'), { requestId: 'too late' })],
  'not-applied-but-applied': [
    ({ row }) => Object.assign(row('doubtful'), { requestId: 'refused' }),
  ],
  'response-lost': [({ attempt }) => (attempt('hung up').aborted = false)],
  undocumented: [
    ({ attempt }) => (attempt('refused').response.undocumented = 'the header x is not documented'),
  ],
  'unexpected-response': [
    ({ attempt }) => (attempt('refused').response.code = 'internal_error'),
    ({ edit }) => edit('refused', 'refused', 'another'),
  ],
  'outcome-missing': [
    ({ attempt }) => (attempt('refused').response.outcome = 'perhaps'),
    ({ attempt }) => (attempt('doubtful').sent.method = 'GET'),
  ],
  'etag-differs': [
    ({ attempt }) => (attempt('reverted').response.version = 2),
    ({ attempt }) => (attempt('merged').response.version = 3),
    // The current user, in all parts of the response.
    ({ attempt }) =>
      Object.assign(attempt('plain').response, {
        version: 6,
        text: attempt('no change').response.text,
      }),
    ({ attempt }) =>
      Object.assign(attempt('plain').response, { status: 204, version: 4, text: '' }),
  ],
  'unknown-version': [({ attempt }) => (attempt('read').response.version = 9)],
  'acknowledged-but-lost': [
    ({ attempt }) => (attempt('no change').sent.fields = { phone: '8' }),
    ({ log }) => log.splice(0),
  ],
  'body-differs': [
    ({ edit }) => edit('read', '"a"', '"z"'),
    ({ edit }) => edit('dry run', '"6"', '"5"'),
    ({ attempt }) => (attempt('plain').response.text = attempt('no change').response.text),
  ],
  'merge-not-reported': [
    ({ edit }) => edit('merged', '"merged_from":2', ''),
    ({ edit }) => edit('plain', '"meta":{}', '"meta":{"merged_from":1}'),
  ],
  'stale-response': [
    ({ attempt }) => Object.assign(attempt('restored key').response, { status: 304, version: 5 }),
  ],
  'timing-missing': [
    ({ attempt }) => delete (attempt('read').response as Partial<ApiResponse>).databaseRequests,
  ],
  'extra-database-request': [
    ({ attempt }) => (attempt('read').response.databaseRequests = 2),
    ({ attempt }) => (attempt('read').response.databaseRequests = 0),
    ({ attempt }) => (attempt('replay').response.databaseRequests = 4),
    ({ attempt }) => {
      attempt('read').calm = false;
      attempt('read').response.databaseRequests = 4;
    },
  ],
  'applied-after-response': [
    ({ row, attempt }) => Object.assign(row('plain'), { changedAt: attempt('plain').ended + 101 }),
    // The repeat changed nothing or was refused, and then the first attempt arrived.
    ({ row, attempt }) => {
      Object.assign(attempt('plain').response, { version: 1 });
      Object.assign(row('plain'), { changedAt: attempt('plain').ended });
    },
    ({ row }) => Object.assign(row('hung up'), { requestId: 'too late' }),
    ({ row, attempt }) =>
      Object.assign(row('hung up'), {
        requestId: 'refused',
        changedAt: attempt('refused').ended + 101,
      }),
    // Refused under its Idempotency-Key.
    ({ attempt }) => {
      attempt('too late').sent.idempotencyKey = 'for good';
      attempt('hung up').sent.idempotencyKey = 'for good';
    },
  ],
  'applied-overdue': [
    ({ row, story }) =>
      Object.assign(row('hung up'), {
        requestId: 'overdue',
        changedAt: story.cutOff[0]?.overdueAt,
      }),
  ],
  'if-match-overwrote': [({ attempt }) => (attempt('first').sent.ifMatch = '"1", "3"')],
  'if-none-match-overwrote': [
    ({ attempt }) => (attempt('hung up').sent.ifNoneMatch = '"5"'),
    ({ attempt }) => (attempt('hung up').sent.ifNoneMatch = '*'),
  ],
  'merge-overwrote': [
    ({ attempt }) => (attempt('undone').sent.revert = { undo: 2 }),
    ({ attempt }) => (attempt('merged').sent.baseVersion = '"1"'),
    ({ attempt }) => (attempt('merged').sent.baseVersion = '"4"'),
  ],
  'precondition-not-required': [
    ({ story }) => Object.assign(story.keys[0] ?? {}, { strict: true }),
  ],
  'etag-missing': [
    ({ attempt }) => delete (attempt('too late').response as Partial<ApiResponse>).version,
  ],
  'needless-412': [({ attempt }) => (attempt('too late').sent.ifMatch = '"4"')],
  'needless-304': [({ attempt }) => (attempt('unmodified').sent.ifNoneMatch = '"1"')],
  'untrue-conflict': [
    ({ edit }) => edit('conflict', '"current":"b"', '"current":"a"'),
    ({ edit }) => edit('conflict', '"prefix"', 'null'),
    ({ attempt }) => (attempt('conflict').sent.baseVersion = '"4"'),
  ],
  'idempotency-key-twice': [
    ({ row }) => Object.assign(row('hung up'), { requestId: 'replay' }),
    ({ attempt }) => (attempt('plain').sent.idempotencyKey = 'once'),
  ],
  'replay-differs': [
    ({ edit }) => edit('replay', '"1"', '"2"'),
    ({ attempt }) => (attempt('replay').response.status = 204),
  ],
  'decided-twice': [({ attempt }) => (attempt('replay').response.replayed = false)],
  'key-reuse-accepted': [({ attempt }) => (attempt('replay').sent.fields = { phone: '8' })],
  'needless-reuse-error': [({ attempt }) => (attempt('reused').sent.fields = { phone: '1' })],
  'replay-without-key': [({ attempt }) => (attempt('plain').response.replayed = true)],
  'record-missing': [({ story }) => story.records.pop()],
  'revoked-key-worked': [
    ({ attempt }) => Object.assign(attempt('revoked key').response, { status: 204 }),
    ({ row, attempt }) =>
      Object.assign(row('hung up'), {
        apiKeyId: 'shared',
        changedAt: attempt('revoked key').began,
      }),
  ],
  'active-key-refused': [({ story }) => Object.assign(story.keys[1] ?? {}, { revocable: false })],
};

test('a correct history has no violations', () => {
  expect(check(goodStory())).toEqual([]);
});

describe.each(Object.entries(breaches))('%s', (rule, ways) => {
  test.each(ways.map((breach, i) => [i + 1, breach] as const))(
    'breach %i is found',
    (_, breach) => {
      const story = goodStory();
      breach(partsOf(story));
      expect(check(story).map((violation) => violation.rule)).toContain(rule);
    },
  );
});

describe('is no violation:', () => {
  const harmless: Record<string, (of: ReturnType<typeof partsOf>) => unknown> = {
    'an uncertain write that did not take effect': ({ log, user, attempt }) => {
      log.splice(4);
      Object.assign(user, { final: { values: { first_name: 'b', phone: '1' }, version: 4 } });
      const later = ['dry run', 'no change', 'restored key'].map(attempt);
      for (const one of later) Object.assign(one, { response: undefined, aborted: true });
    },
    'a change whose first statement arrived too late, but whose repeat was in time': ({ story }) =>
      story.cutOff.push({ requestId: 'merged', overdueAt: 9000 }),
    'an old version in a response that overlaps the change': ({ attempt }) => {
      attempt('unmodified').ended = attempt('merged').began + 1;
    },
    'a replay of an old version': ({ attempt }) => (attempt('replay').began += 5000),
    'two database requests for a request with a twin': ({ attempt }) =>
      (attempt('replay').response.databaseRequests = 2),
    'two database requests when a fault was injected': ({ attempt }) => {
      attempt('read').calm = false;
      attempt('read').response.databaseRequests = 2;
    },
    'a success with a key that was being revoked': ({ attempt, story }) => {
      Object.assign(attempt('revoked key').response, {
        status: 200,
        version: 6,
        text: attempt('no change').response.text,
      });
      attempt('revoked key').sent.fields = { phone: '5' };
      attempt('revoked key').began = (story.keyEvents[0]?.began ?? 0) - 1;
    },
    'a success with a key that is being restored': ({ attempt, story }) => {
      Object.assign(attempt('revoked key').response, {
        status: 200,
        version: 6,
        text: attempt('no change').response.text,
      });
      attempt('revoked key').sent.fields = { phone: '5' };
      Object.assign(story.keyEvents[1] ?? {}, { began: attempt('revoked key').began });
    },
    'a list of versions, one of which matches': ({ attempt }) => {
      for (const name of ['first', 'replay', 'reused']) attempt(name).sent.ifMatch = '"1", "2"';
    },
    'a repeated revocation': ({ story }) =>
      story.keyEvents.splice(1, 0, { keyId: 'shared', action: 'revoke', began: 1200, ended: 1300 }),
  };
  test.each(Object.entries(harmless))('%s', (_, change) => {
    const story = goodStory();
    change(partsOf(story));
    expect(check(story)).toEqual([]);
  });
});

test('checking a hundred thousand attempts takes less than 20 seconds', () => {
  const story = goodStory();
  const blank = story.attempts.find(({ requestId }) => requestId === 'restored key') as Attempt;
  for (let i = 0; i < 100_000; i++)
    story.attempts.push({
      ...blank,
      requestId: `more ${i}`,
      began: blank.began + i,
      ended: blank.ended + i,
    });
  expect(check(story)).toEqual([]);
}, 20_000);
