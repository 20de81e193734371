import type { ApiResponse, Attempt, History, LogRow, Sent, Values } from './history.ts';

/** The parts of a story that a test changes to break a rule. */
export type Story = {
  -readonly [Name in keyof History]: History[Name] extends readonly (infer Member)[]
    ? { -readonly [Key in keyof Member]: Member[Key] }[]
    : never;
};

const USER = 'user';
const KEY = 'key';
const SHARED = 'shared';
const GUEST = 'guest';
const BLANK: Values = { first_name: null, phone: null };

/** Returns a short handwritten history without violations, in which every rule has something to check. */
export function goodStory(): Story {
  const attempts: Attempt[] = [];
  const log: LogRow[] = [];
  let clock = 1000;
  const attempt = (requestId: string, sent: Partial<Sent>, response?: Partial<ApiResponse>) => {
    const [began, ended] = [clock, clock + 5];
    clock += 10;
    attempts.push({
      ...{ requestId, operation: attempts.length, client: 0, began, ended, calm: true },
      sent: { method: 'PUT', target: USER, keyId: KEY, ...sent },
      aborted: response === undefined,
      ...(response && {
        response: { status: 200, replayed: false, databaseRequests: 1, text: '', ...response },
      }),
    });
  };
  const change = (rows: LogRow[], requestId: string, changes: LogRow['changes']) =>
    rows.push({
      ...{ version: rows.length + 1, apiKeyId: KEY, requestId, changedAt: clock - 8 },
      changes,
    });
  const row = (requestId: string, field: string, before: unknown, after: unknown) =>
    change(log, requestId, { [field]: { before, after } });
  const good = (data: Values, meta: object = {}) => JSON.stringify({ message: '', meta, data });
  const problem = (request_id: string, code: string, more: object = {}) => ({
    code,
    text: JSON.stringify({ code, request_id, ...more }),
  });
  const once = { fields: { phone: '1' }, ifMatch: '"2"', idempotencyKey: 'once' };
  const at3 = good({ first_name: 'a', phone: '1' });
  log.push({ version: 1, apiKeyId: null, requestId: 'sql', changedAt: 0, changes: {} });

  attempt(
    'plain',
    { fields: { first_name: 'a' } },
    { version: 2, text: good({ first_name: 'a', phone: null }) },
  );
  row('plain', 'first_name', null, 'a');
  attempt('read', { method: 'GET' }, { version: 2, text: good({ first_name: 'a', phone: null }) });
  attempt('unmodified', { method: 'GET', ifNoneMatch: '"2"' }, { status: 304, version: 2 });
  attempt('first', once, { version: 3, text: at3 });
  row('first', 'phone', null, '1');
  attempt('replay', once, { version: 3, text: at3, replayed: true });
  attempt(
    'reused',
    { ...once, fields: { phone: '9' } },
    { status: 422, ...problem('reused', 'idempotency_key_reused') },
  );
  attempt(
    'merged',
    { fields: { first_name: 'b' }, baseVersion: '"2"' },
    { version: 4, text: good({ first_name: 'b', phone: '1' }, { merged_from: 2 }) },
  );
  row('merged', 'first_name', 'a', 'b');
  attempt(
    'too late',
    { fields: { phone: '2' }, ifMatch: '"3"' },
    { status: 412, version: 4, ...problem('too late', 'precondition_failed') },
  );
  const conflicts = [
    { pointer: '/first_name', base: 'a', sent: 'c', current: 'b', changed_by: 'prefix' },
  ];
  attempt(
    'conflict',
    { fields: { first_name: 'c' }, baseVersion: '"3"' },
    { status: 409, version: 4, ...problem('conflict', 'edit_conflict', { conflicts }) },
  );
  attempt(
    'refused',
    { fields: { phone: '3' } },
    { status: 503, outcome: 'not_applied', ...problem('refused', 'database_unavailable') },
  );
  attempt(
    'doubtful',
    { fields: { phone: '4' } },
    { status: 504, outcome: 'unknown', ...problem('doubtful', 'outcome_unknown') },
  );
  row('doubtful', 'phone', '1', '4');
  attempt(
    'overdue',
    { fields: { phone: '0' } },
    { status: 504, outcome: 'unknown', ...problem('overdue', 'outcome_unknown') },
  );
  const cutOff = { requestId: 'overdue', overdueAt: clock + 2000 };
  attempt('hung up', { fields: { phone: '5' }, ifNoneMatch: '"4"' });
  row('hung up', 'phone', '4', '5');
  attempt(
    'dry run',
    { fields: { phone: '6' }, prefer: 'validate-only' },
    { version: 6, text: good({ first_name: 'b', phone: '6' }, { validate_only: true }) },
  );
  attempt(
    'no change',
    { fields: { phone: '5' } },
    { version: 6, text: good({ first_name: 'b', phone: '5' }) },
  );
  const revoke = { keyId: SHARED, action: 'revoke' as const, began: clock, ended: clock + 5 };
  clock += 1000;
  attempt(
    'revoked key',
    { fields: { phone: '7' }, keyId: SHARED },
    { status: 401, ...problem('revoked key', 'revoked_api_key') },
  );
  clock += 1000;
  const restore = { keyId: SHARED, action: 'restore' as const, began: clock, ended: clock + 5 };
  clock += 1000;
  attempt(
    'restored key',
    { method: 'GET', keyId: SHARED },
    { version: 6, text: good({ first_name: 'b', phone: '5' }) },
  );
  const guestLog: LogRow[] = [];
  const guest = { target: GUEST };
  attempt(
    'created',
    { method: 'POST', action: 'create', target: '', fields: { phone: '1' } },
    { status: 201, version: 1, created: GUEST, text: good({ first_name: null, phone: '1' }) },
  );
  change(guestLog, 'created', { phone: { before: null, after: '1' } });
  attempt(
    'taken',
    { ...guest, method: 'POST', action: 'create', fields: { phone: '2' } },
    { status: 409, ...problem('taken', 'user_exists') },
  );
  clock += 1000;
  attempt('guest read', { ...guest, method: 'GET' }, { status: 304, version: 1 });
  Object.assign(attempts.at(-1)?.sent ?? {}, { ifNoneMatch: '"1"' });
  attempt(
    'guest changed',
    { ...guest, fields: { phone: '2' } },
    { version: 2, text: good({ first_name: null, phone: '2' }) },
  );
  change(guestLog, 'guest changed', { phone: { before: '1', after: '2' } });
  const revert = { ...guest, method: 'POST', action: 'revert' } as const;
  attempt(
    'reverted',
    { ...revert, revert: { version: 1 } },
    { version: 3, text: good({ first_name: null, phone: '1' }) },
  );
  change(guestLog, 'reverted', { phone: { before: '2', after: '1' } });
  attempt(
    'undone',
    { ...revert, revert: { undo: 3 } },
    { version: 4, text: good({ first_name: null, phone: '2' }) },
  );
  change(guestLog, 'undone', { phone: { before: '1', after: '2' } });
  attempt(
    'no version',
    { ...revert, revert: { version: 9 } },
    { status: 404, ...problem('no version', 'version_not_found') },
  );
  clock += 1000;
  attempt('erased', { ...guest, method: 'DELETE', action: 'erase' }, { status: 204 });
  const erasure = { apiKeyId: KEY, requestId: 'erased', changedAt: clock - 8 };
  clock += 1000;
  attempt(
    'gone',
    { ...guest, method: 'GET' },
    { status: 404, ...problem('gone', 'user_not_found') },
  );
  attempt(
    'created again',
    { ...guest, method: 'POST', action: 'create', fields: { phone: '2' } },
    { status: 409, ...problem('created again', 'user_erased') },
  );
  return {
    attempts,
    keyEvents: [revoke, restore],
    users: [
      {
        ...{ id: USER, blank: BLANK, log, leftIn: [] },
        final: { values: { first_name: 'b', phone: '5' }, version: 6 },
      },
      { id: GUEST, blank: BLANK, log: guestLog, erasure, leftIn: [] },
    ],
    keys: [
      { id: KEY, prefix: 'prefix', revocable: false, strict: false },
      { id: SHARED, prefix: 'shared', revocable: true, strict: false },
    ],
    records: [{ apiKeyId: KEY, key: 'once' }],
    cutOff: [cutOff],
    outages: [],
  };
}
