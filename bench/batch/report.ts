import { number, table } from '../markdown.ts';
import { median, medianRatio } from '../statistics.ts';
import type { BatchData } from './run.ts';

/** What the report says of a batch. */
export const batchText = ({ plan, puts, batch }: BatchData): string => `## Many users in one request

${plan.users} updates of the 8 fields of the profile with one key: by a PUT each, 16 at a time, and by one PATCH. Medians of ${plan.rounds} rounds.

${table(
  ['', 'PUTs', 'one PATCH', 'ratio', 'target'],
  (
    [
      ['elapsed ms', 'elapsedMs', ''],
      ['Worker CPU ms', 'workerCpuMs', 'at most 0.2'],
      ['CPU ms of all of Postgres', 'postgresCpuMs', 'at most 0.5'],
    ] as const
  ).map(([title, measure, target]) => [
    title,
    number(median(puts[measure])),
    number(median(batch[measure])),
    number(medianRatio(batch[measure], puts[measure])),
    target,
  ]),
)}`;
