import { Api } from './api.ts';
import { type Case, missing, type Topic } from './case.ts';
import { limits } from './cases/limits.ts';
import { NOT_MET, topics } from './cases.ts';
import { Broken, Skip } from './check.ts';
import { Contract, RULES, type Rule } from './contract.ts';
import { findDocument } from './document.ts';
import { type Pause, type Restored, restore } from './restore.ts';
import { type Options, Subject } from './subject.ts';

/** What came of a case; `why` it failed or was skipped. */
export interface Result {
  topic: string;
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  why?: string;
}

export interface Report {
  /** Which document the answers were held against. */
  whose: string;
  results: Result[];
  restored: Restored;
  /** Whether it was stopped before the end. */
  stopped: boolean;
}

/**
 * Tries the whole contract on a base URL, puts the user back, and reports. Throws only if it could not
 * begin; then nothing was changed.
 */
export async function conform(options: Options, stop: AbortSignal, pause?: Pause): Promise<Report> {
  const { document, whose } = await findDocument(options.url);
  const contract = new Contract(document);
  const subject = await Subject.meet(options, contract, stop);
  const results: Result[] = [];
  let restored: Restored;
  try {
    const wanted = topics.filter(({ name }) => options.only?.includes(name) ?? true);
    results.push(...(await runTopics(wanted, subject, stop)));
  } finally {
    restored = await restore(subject, new Api(options.url, options.key, contract), pause);
  }
  // Last, for after it the key can do nothing for a minute.
  const why = 'needs --limits, which locks the key and this address out for a minute';
  if (options.limits) results.push(...(await runTopics([limits], subject, stop)));
  else results.push(...limits.cases.map(({ name }) => skipped(limits.name, name, why)));
  results.push(...everyAnswer(contract), ...everyError(contract));
  return { whose, results, restored, stopped: stop.aborted };
}

async function runTopics(all: readonly Topic[], subject: Subject, stop: AbortSignal) {
  const results: Result[] = [];
  for (const topic of all)
    for (const each of topic.cases) {
      const why = stop.aborted
        ? 'stopped before'
        : missing([...(topic.needs ?? []), ...(each.needs ?? [])], subject);
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
    if (error instanceof Skip) return skipped(topic, name, error.message);
    if (stop.aborted) return skipped(topic, name, 'stopped in the middle');
    // Not an answer at all: the connection broke, or none came in time.
    const why = error instanceof Broken ? error.message : `no response: ${String(error)}`;
    return { topic, name, state: 'failed', why } as const;
  }
}

const skipped = (topic: string, name: string, why: string): Result => ({
  ...{ topic, name, why },
  state: 'skipped',
});

/** What was noticed of all the answers on the way. */
const everyAnswer = ({ found }: Contract): Result[] =>
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

/** Which errors of the document were met, so that nobody takes silence for success. */
const everyError = ({ document, codes }: Contract): Result[] => {
  const problem = document.components.schemas['Problem']?.['properties'] as
    | { code?: { enum?: string[] } }
    | undefined;
  return (problem?.code?.enum ?? []).map((name) =>
    codes.has(name)
      ? { topic: 'Every error', name, state: 'passed' }
      : skipped('Every error', name, NOT_MET[name] ?? 'no case of this run met it'),
  );
};
