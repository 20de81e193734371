import type { Report, Result } from './run.ts';

const MARKS: Record<Result['state'], string> = {
  passed: 'ok',
  failed: 'FAILED',
  skipped: 'skipped',
};

/** Returns the report as a table, with the reason below each case that did not pass. */
export function table({ whose, results, restored, stopped }: Report): string {
  const width = Math.max(...results.map(({ topic }) => topic.length));
  const rows = results.flatMap(({ state, topic, name, why }) => [
    `${MARKS[state].padEnd(7)}  ${topic.padEnd(width)}  ${name}`,
    ...(why === undefined ? [] : [`${' '.repeat(7 + 2 + width + 2)}  ${why}`]),
  ]);
  const count = (state: Result['state']) => results.filter((each) => each.state === state).length;
  return [
    ...rows,
    '',
    `${count('passed')} ok, ${count('failed')} failed, ${count('skipped')} skipped, compared with ${whose}.`,
    ...(stopped ? ['Stopped before the end.'] : []),
    restored.left.length === 0
      ? 'The user was restored; only the version and the change log differ.'
      : `THE USER COULD NOT BE RESTORED. Still different or unknown: ${restored.left.join(', ')}.`,
    ...restored.keys.map((id) => `THE KEY ${id} COULD NOT BE REVOKED; it expires within an hour.`),
    ...restored.users.map((id) => `THE CREATED USER ${id} COULD NOT BE ERASED.`),
  ].join('\n');
}

/** Whether nothing failed, nothing is left behind, and the run was complete. */
export const succeeded = ({ results, restored, stopped }: Report): boolean =>
  !stopped &&
  Object.values(restored).every(({ length }) => length === 0) &&
  results.every(({ state }) => state !== 'failed');
