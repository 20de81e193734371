import { type Evidence, isRecorded, type Rule, twinKey, type Violation } from '../evidence.ts';
import type { Attempt } from '../history.ts';

/** An Idempotency-Key takes effect once, and whoever sends the same again is told the same. */
export const once: Rule = function* (evidence) {
  for (const family of evidence.twins.values()) {
    yield* effect(evidence, family);
    yield* decision(family);
    yield* reuse(family);
  }
};

function* effect({ rows }: Evidence, family: readonly Attempt[]): Generator<Violation> {
  const own = family.flatMap(({ requestId }) => rows.get(requestId) ?? []);
  if (own.length > 1)
    yield {
      rule: 'idempotency-key-twice',
      says: 'one Idempotency-Key took effect several times',
      evidence: [...own, ...family],
    };
}

/** All that was answered for it, but by one attempt, is a replay of the same answer. */
function* decision(family: readonly Attempt[]): Generator<Violation> {
  const decided = family.filter(isRecorded);
  const [first, ...others] = decided.map(essence);
  if (others.some((other) => other !== first))
    yield {
      rule: 'replay-differs',
      says: 'the same Idempotency-Key was answered differently',
      evidence: decided,
    };
  const originals = decided.filter(({ response }) => !response?.replayed);
  if (originals.length > 1)
    yield {
      rule: 'decided-twice',
      says: 'several answers claim to be the first',
      evidence: originals,
    };
}

/** What a replay must repeat: status, version and body. The id of the request is its own in a problem. */
const essence = ({ response, requestId }: Attempt): string =>
  `${response?.status} ${response?.version} ${response?.text.replace(`"request_id":"${requestId}"`, '')}`;

/** Another request under the same key is refused, and only another one. */
function* reuse(family: readonly Attempt[]): Generator<Violation> {
  if (new Set(family.filter(isRecorded).map(request)).size > 1)
    yield {
      rule: 'key-reuse-accepted',
      says: 'two requests passed under one Idempotency-Key',
      evidence: family,
    };
  const refused = family.find(({ response }) => response?.code === 'idempotency_key_reused');
  if (refused && new Set(family.map(request)).size === 1)
    yield {
      rule: 'needless-reuse-error',
      says: 'it never stood for anything else',
      evidence: family,
    };
}

const request = ({ sent }: Attempt): string => {
  const { target, fields, ifMatch, ifNoneMatch, baseVersion } = sent;
  return JSON.stringify([target, fields, ifMatch, ifNoneMatch, baseVersion]);
};

/** Whatever was answered or took effect under an Idempotency-Key was recorded, in the same statement. */
export const records: Rule = function* ({ history, rows }) {
  const recorded = new Set(history.records.map(({ apiKeyId, key }) => `${apiKeyId} ${key}`));
  for (const attempt of history.attempts) {
    if (attempt.response?.replayed && attempt.sent.idempotencyKey === undefined)
      yield { rule: 'replay-without-key', says: 'it has no Idempotency-Key', evidence: [attempt] };
    if (attempt.sent.idempotencyKey === undefined || recorded.has(twinKey(attempt))) continue;
    const row = rows.get(attempt.requestId);
    if (row || isRecorded(attempt))
      yield {
        rule: 'record-missing',
        says: 'a repeat would take effect again',
        evidence: [attempt, row],
      };
  }
};
