import { number, table } from '../markdown.ts';
import { median, medianRatio } from '../statistics.ts';
import type { BatchData } from './run.ts';

/** What the report says about a batch. */
export const batchText = ({ plan, puts, batch }: BatchData): string => `## Many users in one request

${plan.users} users are updated with one key, 8 fields of the profile each: by a PUT for each user, 16 at a time, and by one PATCH. Medians of ${plan.rounds} rounds.

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
