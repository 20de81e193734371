import type { Answer } from './contract.ts';

/**
 * Asks until the answer is 429, and answers what was answered, in order. The limiter's windows follow
 * the wall clock: one can turn over in between, which grants the quota a second time.
 */
export async function askTooOften(quota: number, ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length <= 2 * quota && answers.at(-1)?.status !== 429) answers.push(await ask());
  return answers;
}
