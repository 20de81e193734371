import {
  baseOf,
  type Effect,
  type Evidence,
  names,
  type Rule,
  type Violation,
  wanted,
} from '../evidence.ts';
import type { Attempt } from '../history.ts';

/** Every change, acknowledged or not, was made to a version that the conditions of its request allow. */
export const overwrites: Rule = function* ({ effects, keys }) {
  for (const effect of effects) {
    const { row, attempt } = effect;
    const { ifMatch, ifNoneMatch, baseVersion, keyId, action } = attempt.sent;
    const base = baseOf(attempt);
    const replaced = row.version - 1;
    if (ifMatch !== undefined && !names(ifMatch, replaced))
      yield {
        rule: 'if-match-overwrote',
        says: `the request overwrote version ${replaced}, which If-Match does not name`,
        evidence: [attempt, row],
      };
    if (ifNoneMatch !== undefined && names(ifNoneMatch, replaced))
      yield {
        rule: 'if-none-match-overwrote',
        says: `the request overwrote version ${replaced}, which If-None-Match names`,
        evidence: [attempt, row],
      };
    if (base !== undefined) yield* merged(effect, base);
    const needs = keys.get(keyId)?.strict && action !== 'create';
    if (needs && (ifMatch ?? ifNoneMatch ?? baseVersion) === undefined)
      yield {
        rule: 'precondition-not-required',
        says: 'the key of the request requires a precondition',
        evidence: [attempt, row],
      };
  }
};

/** The fields of a merged write did not change between its base and the write. */
function* merged({ row, before, attempt }: Effect, base: number): Generator<Violation> {
  const touched = Object.keys(row.changes).filter((field) => (before.changedIn[field] ?? 1) > base);
  if (base >= row.version || touched.length > 0)
    yield {
      rule: 'merge-overwrote',
      says: `${touched} changed after version ${base}`,
      evidence: [attempt, row, before.row],
    };
}

/** No request was refused although its conditions matched, and reported conflicts are right. */
export const refusals: Rule = function* (evidence) {
  for (const attempt of evidence.history.attempts) {
    const { sent, response } = attempt;
    const version = response?.version;
    if (response?.status === 412 && version === undefined)
      yield {
        rule: 'etag-missing',
        says: 'a 412 must name the current version',
        evidence: [attempt],
      };
    if (version === undefined) continue;
    if (response?.status === 412 && holds(attempt, version))
      yield {
        rule: 'needless-412',
        says: `the conditions of the request match version ${version}`,
        evidence: [attempt],
      };
    if (response?.status === 304 && !names(sent.ifNoneMatch ?? '', version))
      yield {
        rule: 'needless-304',
        says: `If-None-Match does not name version ${version}`,
        evidence: [attempt],
      };
    if (response?.code === 'edit_conflict') yield* conflict(evidence, attempt, version);
  }
};

/** Whether all conditions match a version. A base is refused only if it is newer. */
const holds = (attempt: Attempt, version: number): boolean => {
  const { ifMatch, ifNoneMatch } = attempt.sent;
  return (
    (ifMatch === undefined || names(ifMatch, version)) &&
    (ifNoneMatch === undefined || !names(ifNoneMatch, version)) &&
    (baseOf(attempt) ?? version) <= version
  );
};

/**
 * The conflicts must be exactly the fields that changed since the base and would change again, with
 * their values.
 */
function* conflict(
  { timelines, keys }: Evidence,
  attempt: Attempt,
  version: number,
): Generator<Violation> {
  const timeline = timelines.get(attempt.sent.target);
  const states = timeline?.states;
  const from = baseOf(attempt) ?? 0;
  const base = states?.get(from);
  const current = states?.get(version);
  const expected = Object.entries(wanted(attempt, timeline))
    .filter(
      ([field, sent]) => current?.values[field] !== sent && (current?.changedIn[field] ?? 1) > from,
    )
    .map(([field, sent]) => {
      const by = states?.get(current?.changedIn[field] ?? 0)?.row?.apiKeyId;
      return JSON.stringify([
        `/${field}`,
        base?.values[field],
        sent,
        current?.values[field],
        keys.get(by ?? '')?.prefix ?? null,
      ]);
    });
  type Conflict = Record<'pointer' | 'base' | 'sent' | 'current' | 'changed_by', unknown>;
  const reported = (JSON.parse(attempt.response?.text ?? '{}').conflicts as Conflict[]).map((one) =>
    JSON.stringify([one.pointer, one.base, one.sent, one.current, one.changed_by]),
  );
  if (expected.length === 0 || `${expected.sort()}` !== `${reported.sort()}`)
    yield {
      rule: 'untrue-conflict',
      says: 'the conflicts should be those listed first',
      evidence: [expected, attempt],
    };
}
