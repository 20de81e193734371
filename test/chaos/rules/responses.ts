import {
  CLOCKS_MS,
  type Evidence,
  isDry,
  type Rule,
  same,
  subjectOf,
  succeeded,
  type Timeline,
  twinKey,
  type Violation,
  wanted,
  writes,
} from '../evidence.ts';
import { type Attempt, DEADLINE_MS, type LogRow } from '../history.ts';

/** Every response agrees with the change log. */
export const truth: Rule = function* (evidence) {
  for (const attempt of evidence.history.attempts) {
    yield* form(attempt);
    const row = evidence.rows.get(attempt.requestId)?.[0];
    const { response, sent } = attempt;
    if (response && response.status >= 400 && response.status < 500 && row)
      yield {
        rule: 'refused-but-applied',
        says: 'a refused request left a row',
        evidence: [attempt, row],
      };
    if (response?.outcome === 'not_applied' && row)
      yield {
        rule: 'not-applied-but-applied',
        says: 'the outcome is not_applied, but the request left a row',
        evidence: [attempt, row],
      };
    if (succeeded(attempt)) {
      if (sent.action === 'erase') yield* erased(evidence, attempt);
      else if (sent.action === 'create') yield* created(evidence, attempt);
      if (sent.method !== 'DELETE' && !(sent.action === 'create' && isDry(attempt)))
        yield* success(evidence, attempt);
    }
  }
};

/** The codes that these requests can receive. Others, such as internal_error, are faults of the Worker. */
const CODES = new Set([
  'revoked_api_key',
  'insufficient_scope',
  'user_not_found',
  'user_exists',
  'user_erased',
  'version_not_found',
  'field_not_writable',
  'email_taken',
  'edit_conflict',
  'precondition_failed',
  'precondition_required',
  'idempotency_key_reused',
  'database_unavailable',
  'database_busy',
  'outcome_unknown',
]);

/** Checks a response by itself. */
function* form(attempt: Attempt): Generator<Violation> {
  const { response, aborted, requestId, sent } = attempt;
  if (!response) {
    if (!aborted)
      yield { rule: 'response-lost', says: 'the Worker sent no response', evidence: [attempt] };
    return;
  }
  const { status, code, outcome, undocumented, text } = response;
  if (undocumented) yield { rule: 'undocumented', says: undocumented, evidence: [attempt] };
  if (status < 400) return;
  if (code === undefined || !CODES.has(code) || !text.includes(`"request_id":"${requestId}"`))
    yield { rule: 'unexpected-response', says: `${status} ${code}`, evidence: [attempt] };
  const outcomes: readonly unknown[] =
    status < 500
      ? [undefined]
      : sent.method === 'GET'
        ? ['not_applied']
        : ['not_applied', 'unknown'];
  if (!outcomes.includes(outcome))
    yield {
      rule: 'outcome-missing',
      says: `${status} with the outcome ${outcome}`,
      evidence: [attempt],
    };
}

/** Returns the row of a successful attempt: its own, or that of the request that it replays. */
function rowOf({ rows, twins }: Evidence, attempt: Attempt): LogRow | undefined {
  const family =
    attempt.sent.idempotencyKey === undefined ? [attempt] : (twins.get(twinKey(attempt)) ?? []);
  for (const { requestId } of family) {
    const row = rows.get(requestId)?.[0];
    if (row) return row;
  }
  return undefined;
}

function* success(evidence: Evidence, attempt: Attempt): Generator<Violation> {
  const { sent, response } = attempt;
  const version = response?.version ?? 0;
  const timeline = subjectOf(evidence, attempt);
  const state = timeline?.states.get(version);
  const isWritten = writes(attempt) && !isDry(attempt);
  const row = isWritten ? rowOf(evidence, attempt) : undefined;
  if (row && row.version !== version)
    yield {
      rule: 'etag-differs',
      says: `the row of the request has version ${row.version}`,
      evidence: [attempt, row],
    };
  if (!state) {
    const rule = writes(attempt) ? 'acknowledged-but-lost' : 'unknown-version';
    yield { rule, says: `the log has no version ${version}`, evidence: [attempt] };
    return;
  }
  const expected = { ...state.values, ...wanted(attempt, timeline) };
  if (!row && !isDry(attempt) && !same(expected, state.values))
    yield {
      rule: 'acknowledged-but-lost',
      says: `version ${version} lacks the change`,
      evidence: [attempt, state],
    };
  if (response?.status === 204) return;
  const { data, meta } = JSON.parse(response?.text ?? '');
  if (!same(data, isDry(attempt) ? expected : state.values))
    yield {
      rule: 'body-differs',
      says: `the body differs from version ${version}`,
      evidence: [attempt, state],
    };
  const base = Number(sent.baseVersion?.slice(1, -1) ?? version);
  const merged = (row ? version - 1 : version) > base ? base : undefined;
  if (meta.merged_from !== merged)
    yield {
      rule: 'merge-not-reported',
      says: `merged_from should be ${merged}`,
      evidence: [attempt],
    };
}

/** A user was created by the request, or by one that it repeats, under the id in the response. */
function* created(evidence: Evidence, attempt: Attempt): Generator<Violation> {
  const row = isDry(attempt) ? undefined : rowOf(evidence, attempt);
  const own = row && evidence.subjects.get(row.requestId)?.user.id;
  if (own !== attempt.response?.created)
    yield {
      rule: 'creation-not-made',
      says: `the user that was created is ${own}`,
      evidence: [attempt, row],
    };
}

/** A user was erased by the request, or by one that it repeats. */
function* erased(evidence: Evidence, attempt: Attempt): Generator<Violation> {
  if (!isDry(attempt) && !rowOf(evidence, attempt))
    yield {
      rule: 'erasure-not-made',
      says: 'no user was erased',
      evidence: [attempt, subjectOf(evidence, attempt)?.rows.at(-1)],
    };
}

/** For every request, a user exists from the creation to the erasure, and not before or after. */
export const existence: Rule = function* (evidence) {
  for (const attempt of evidence.history.attempts) {
    const { began, ended, response, sent } = attempt;
    if (!response || response.replayed || sent.action === 'revoke') continue;
    const timeline = subjectOf(evidence, attempt);
    const from = timeline?.rows[0]?.changedAt ?? Number.POSITIVE_INFINITY;
    const to = timeline?.user.erasure?.changedAt ?? Number.POSITIVE_INFINITY;
    const facts = [attempt, timeline?.rows[0], timeline?.user.erasure];
    const isThere = from < began - CLOCKS_MS && to > ended + CLOCKS_MS;
    if (response.code === 'user_not_found' && isThere)
      yield { rule: 'needless-404', says: 'the user existed', evidence: facts };
    if (succeeded(attempt) && to < began - CLOCKS_MS)
      yield { rule: 'success-after-erasure', says: 'the user had been erased', evidence: facts };
    if (response.code === 'user_exists' && from > ended + CLOCKS_MS)
      yield { rule: 'untrue-user-exists', says: 'no user had this id', evidence: facts };
    if (response.code === 'user_erased' && to > ended + CLOCKS_MS)
      yield { rule: 'untrue-user-erased', says: 'the user was not erased', evidence: facts };
    if (response.code === 'version_not_found' && isVersionThere(attempt, timeline))
      yield { rule: 'needless-version-404', says: 'the log had this version', evidence: facts };
  }
};

/** Whether the version of a revert existed when the request began. */
function isVersionThere({ sent, began }: Attempt, timeline: Timeline | undefined): boolean {
  const version = sent.revert && Object.values(sent.revert)[0];
  const row = timeline?.states.get(version ?? 0)?.row;
  return row !== undefined && row.changedAt < began - CLOCKS_MS;
}

/** A request that begins after a response sees at least the version of that response. */
export const realTime: Rule = function* ({ history, timelines }) {
  const byUser = Map.groupBy(
    history.attempts.filter(
      ({ response }) => response?.version !== undefined && !response.replayed,
    ),
    ({ sent }) => sent.target,
  );
  for (const [user, attempts] of byUser) {
    if (!timelines.has(user)) continue;
    const byEnd = attempts.toSorted((a, b) => a.ended - b.ended);
    let next = 0;
    let latest: Attempt | undefined;
    for (const attempt of attempts.toSorted((a, b) => a.began - b.began)) {
      for (let other = byEnd[next]; other && other.ended < attempt.began; other = byEnd[++next])
        if (!latest || versionOf(other) > versionOf(latest)) latest = other;
      if (latest && versionOf(attempt) < versionOf(latest))
        yield {
          rule: 'stale-response',
          says: `version ${versionOf(latest)} had been returned before`,
          evidence: [latest, attempt],
        };
    }
  }
};

const versionOf = ({ response }: Attempt): number => response?.version ?? 0;

/**
 * Without a fault, a request makes one database request. If twins meet, or two users swap e-mail
 * addresses, it may need a second one. After a fault, the Worker repeats the statement, and under an
 * Idempotency-Key once more if the repeat meets the statement that it repeats.
 */
export const cost: Rule = function* ({ history, twins }) {
  for (const attempt of history.attempts) {
    const { response, calm, sent } = attempt;
    if (!response) continue;
    const { databaseRequests: count, status } = response;
    if (count === undefined) {
      yield { rule: 'timing-missing', says: 'no Server-Timing', evidence: [attempt] };
      continue;
    }
    const keyed = sent.idempotencyKey !== undefined;
    const swaps = 'email' in (sent.fields ?? {}) || sent.action === 'revert';
    // On a slow machine, a statement may run out of time and be repeated without an injected fault.
    const isQuick = attempt.ended - attempt.began < DEADLINE_MS / 3;
    const quiet =
      calm && isQuick && !swaps && (!keyed || twins.get(twinKey(attempt))?.length === 1);
    const most = quiet ? 1 : 3;
    if (count > most || (count === 0 && status < 400))
      yield {
        rule: 'extra-database-request',
        says: `${count} database requests instead of at most ${most}`,
        evidence: [attempt],
      };
  }
};
