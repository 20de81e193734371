import { Api } from './api.ts';
import { type Case, reasonToSkip, type Topic } from './case.ts';
import { limits } from './cases/limits.ts';
import { NOT_MET, topics } from './cases.ts';
import { CaseFailure, CaseSkipped } from './check.ts';
import { Contract, RULES, type Rule } from './contract.ts';
import { findDocument } from './document.ts';
import { type Pause, type Restored, restore } from './restore.ts';
import { type Options, Subject } from './subject.ts';

/** The result of a case; `why` it failed or was skipped. */
export interface Result {
  topic: string;
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  why?: string;
}

export interface Report {
  /** The document that the responses were compared with. */
  whose: string;
  results: Result[];
  restored: Restored;
  /** Whether the run was stopped before the end. */
  stopped: boolean;
}

/**
 * Tests the whole contract on a base URL, restores the user and returns a report. Throws only if the
 * run could not begin; then nothing was changed.
 */
export async function conform(options: Options, stop: AbortSignal, pause?: Pause): Promise<Report> {
  const { document, whose } = await findDocument(options.url, options.headers);
  const contract = new Contract(document);
  const subject = await Subject.load(options, contract, stop);
  const results: Result[] = [];
  let restored: Restored;
  try {
    const wanted = topics.filter(({ name }) => options.only?.includes(name) ?? true);
    results.push(...(await runTopics(wanted, subject, stop)));
  } finally {
    restored = await restore(subject, new Api(options, contract), pause);
  }
  // These cases are last, because they block the key for a minute.
  const why = 'needs --limits, which blocks the key and this address for a minute';
  if (options.limits) results.push(...(await runTopics([limits], subject, stop)));
  else results.push(...limits.cases.map(({ name }) => skipped(limits.name, name, why)));
  results.push(...responseResults(contract), ...errorResults(contract));
  return { whose, results, restored, stopped: stop.aborted };
}

async function runTopics(all: readonly Topic[], subject: Subject, stop: AbortSignal) {
  const results: Result[] = [];
  for (const topic of all)
    for (const each of topic.cases) {
      const why = stop.aborted
        ? 'stopped before this case'
        : reasonToSkip([...(topic.needs ?? []), ...(each.needs ?? [])], subject);
      results.push(
        why === undefined
          ? await runCase(topic.name, each, subject, stop)
          : skipped(topic.name, each.name, why),
      );
    }
  return results;
}

async function runCase(topic: string, { name, run }: Case, subject: Subject, stop: AbortSignal) {
  try {
    await run(subject);
    return { topic, name, state: 'passed' } as const;
  } catch (error) {
    if (error instanceof CaseSkipped) return skipped(topic, name, error.message);
    if (stop.aborted) return skipped(topic, name, 'stopped during this case');
    // No response: the connection broke, or the time ran out.
    const why = error instanceof CaseFailure ? error.message : `no response: ${String(error)}`;
    return { topic, name, state: 'failed', why } as const;
  }
}

const skipped = (topic: string, name: string, why: string): Result => ({
  ...{ topic, name, why },
  state: 'skipped',
});

/** Returns a result for each rule that all responses were checked against. */
const responseResults = ({ found }: Contract): Result[] =>
  Object.entries(RULES).map(([rule, name]) => {
    const [first, ...more] = found[rule as Rule];
    const topic = 'Every response';
    if (first === undefined) return { topic, name, state: 'passed' };
    return {
      topic,
      name,
      state: 'failed',
      why: more.length ? `${first} (and ${more.length} more)` : first,
    };
  });

/** Returns a result for each documented error, so that gaps are visible: passed if a case received it. */
const errorResults = ({ document, codes }: Contract): Result[] => {
  const problem = document.components.schemas['Problem']?.['properties'] as
    | { code?: { enum?: string[] } }
    | undefined;
  return (problem?.code?.enum ?? []).map((name) =>
    codes.has(name)
      ? { topic: 'Every error', name, state: 'passed' }
      : skipped('Every error', name, NOT_MET[name] ?? 'no case of this run received it'),
  );
};
