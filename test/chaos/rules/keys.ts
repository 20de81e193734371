import { CLOCKS_MS, type Rule, succeeded } from '../evidence.ts';
import type { KeyEvent } from '../history.ts';

/** A time span, in milliseconds since 1970. */
interface Span {
  from: number;
  to: number;
}

/** A revoked key changes nothing, and a key that was never revoked is not refused. */
export const revocations: Rule = function* ({ history, effects, keys }) {
  const revoked = new Map(
    [...Map.groupBy(history.keyEvents, ({ keyId }) => keyId)].map(([id, events]) => [
      id,
      revokedSpans(events),
    ]),
  );
  for (const attempt of history.attempts) {
    const { began, ended, sent } = attempt;
    if (succeeded(attempt) && spanAround(revoked.get(sent.keyId), began, ended))
      yield {
        rule: 'revoked-key-worked',
        says: 'the key was revoked before the request began',
        evidence: [attempt],
      };
    if (attempt.response?.status === 401 && !keys.get(sent.keyId)?.revocable)
      yield { rule: 'active-key-refused', says: 'the key was never revoked', evidence: [attempt] };
  }
  for (const { attempt, row } of effects) {
    const spans = revoked.get(row.apiKeyId ?? '');
    if (spanAround(spans, row.changedAt - CLOCKS_MS, row.changedAt + CLOCKS_MS))
      yield {
        rule: 'revoked-key-worked',
        says: 'the key was revoked when the change took effect',
        evidence: [attempt, row],
      };
  }
};

/**
 * Returns when a key was certainly revoked: from an acknowledged revocation without an overlapping
 * restoration to the next restoration.
 */
function revokedSpans(events: readonly KeyEvent[]): Span[] {
  const restorings = events
    .filter(({ action }) => action === 'restore')
    .sort((a, b) => a.began - b.began);
  let next = 0;
  let restoredUntil = Number.NEGATIVE_INFINITY;
  const spans: Span[] = [];
  for (const { began, ended } of events
    .filter(({ action }) => action === 'revoke')
    .sort((a, b) => a.ended - b.ended)) {
    for (let other = restorings[next]; other && other.began < ended; other = restorings[++next])
      restoredUntil = Math.max(restoredUntil, other.ended);
    const from = ended;
    if (restoredUntil < began)
      spans.push({ from, to: restorings[next]?.began ?? Number.POSITIVE_INFINITY });
  }
  return spans;
}

/** Returns the span that contains all of another, by binary search in the ordered spans. */
function spanAround(spans: readonly Span[] = [], began: number, ended: number): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.from ?? 0) <= began) low = middle + 1;
    else high = middle;
  }
  // Repeated revocations end with the same restoration, so the latest one is enough.
  const span = spans[low - 1];
  return span && ended <= span.to ? span : undefined;
}
