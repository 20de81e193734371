import {
  type Evidence,
  isRecorded,
  type Rule,
  subjectOf,
  twinKey,
  type Violation,
} from '../evidence.ts';
import type { Attempt } from '../history.ts';

/** A request takes effect once under an Idempotency-Key, and a repeat receives the same response. */
export const once: Rule = function* (evidence) {
  for (const family of evidence.twins.values()) {
    yield* effect(evidence, family);
    yield* decision(family);
    yield* reuse(evidence, family);
  }
};

function* effect({ rows }: Evidence, family: readonly Attempt[]): Generator<Violation> {
  const own = family.flatMap(({ requestId }) => rows.get(requestId) ?? []);
  if (own.length > 1)
    yield {
      rule: 'idempotency-key-twice',
      says: 'requests with one Idempotency-Key took effect several times',
      evidence: [...own, ...family],
    };
}

/** All responses under a key are the same, and all except one are replays. */
function* decision(family: readonly Attempt[]): Generator<Violation> {
  const decided = family.filter(isRecorded);
  const [first, ...others] = decided.map(essence);
  if (others.some((other) => other !== first))
    yield {
      rule: 'replay-differs',
      says: 'requests with the same Idempotency-Key received different responses',
      evidence: decided,
    };
  const originals = decided.filter(({ response }) => !response?.replayed);
  if (originals.length > 1)
    yield {
      rule: 'decided-twice',
      says: 'several responses are not marked as replays',
      evidence: originals,
    };
}

/** Returns what a replay must repeat: status, version and body, without the request id of a problem. */
const essence = ({ response, requestId }: Attempt): string =>
  `${response?.status} ${response?.version} ${response?.text.replace(`"request_id":"${requestId}"`, '')}`;

/** Under a used key, only a different request is refused, or the creation of a user who was erased. */
function* reuse(evidence: Evidence, family: readonly Attempt[]): Generator<Violation> {
  if (new Set(family.filter(isRecorded).map(request)).size > 1)
    yield {
      rule: 'key-reuse-accepted',
      says: 'two different requests succeeded under one Idempotency-Key',
      evidence: family,
    };
  const refused = family.find(({ response }) => response?.code === 'idempotency_key_reused');
  const isErased = family.some((attempt) => subjectOf(evidence, attempt)?.user.erasure);
  if (refused && !isErased && new Set(family.map(request)).size === 1)
    yield {
      rule: 'needless-reuse-error',
      says: 'no other request used this key',
      evidence: family,
    };
}

const request = ({ sent }: Attempt): string => {
  const { action, target, fields, revert, ifMatch, ifNoneMatch, baseVersion } = sent;
  return JSON.stringify([action, target, fields, revert, ifMatch, ifNoneMatch, baseVersion]);
};

/**
 * Every result under an Idempotency-Key was recorded in the same statement. Records are deleted together
 * with the user whose data they have.
 */
export const records: Rule = function* (evidence) {
  const { history, rows } = evidence;
  const recorded = new Set(history.records.map(({ apiKeyId, key }) => `${apiKeyId} ${key}`));
  for (const attempt of history.attempts) {
    if (attempt.response?.replayed && attempt.sent.idempotencyKey === undefined)
      yield {
        rule: 'replay-without-key',
        says: 'no Idempotency-Key was sent',
        evidence: [attempt],
      };
    if (attempt.sent.idempotencyKey === undefined || recorded.has(twinKey(attempt))) continue;
    if (attempt.sent.action !== 'erase' && subjectOf(evidence, attempt)?.user.erasure) continue;
    const row = rows.get(attempt.requestId);
    if (row || isRecorded(attempt))
      yield {
        rule: 'record-missing',
        says: 'a repeat would take effect again',
        evidence: [attempt, row],
      };
  }
};
