import { collect, type Rule, type Violation } from './evidence.ts';
import type { History } from './history.ts';
import { overwrites, refusals } from './rules/conditions.ts';
import { finality, punctuality } from './rules/finality.ts';
import { once, records } from './rules/idempotency.ts';
import { revocations } from './rules/keys.ts';
import { chain, ends, origins } from './rules/log.ts';
import { cost, existence, realTime, truth } from './rules/responses.ts';

const rules: readonly Rule[] = [
  chain,
  origins,
  ends,
  truth,
  existence,
  realTime,
  cost,
  finality,
  punctuality,
  overwrites,
  refusals,
  once,
  records,
  revocations,
];

/** Returns everything in a history that must never happen, in about linear time. */
export function check(history: History): Violation[] {
  const evidence = collect(history);
  return rules.flatMap((rule) => [...rule(evidence)]);
}
