import type { Contender } from './contenders.ts';
import type { OperationName } from './operations.ts';

/** A contender that does an operation, and how many requests to the database that takes. */
export interface Subject {
  contender: Contender;
  operation: OperationName;
  databaseRequests: number;
}

/** All that is measured. The first three do the same, and are what the targets compare. */
export const subjects: readonly Subject[] = [
  { contender: 'floor', operation: 'put', databaseRequests: 1 },
  { contender: 'ours', operation: 'put', databaseRequests: 1 },
  { contender: 'conventional', operation: 'put', databaseRequests: 4 },
  { contender: 'ours', operation: 'get', databaseRequests: 1 },
  { contender: 'ours', operation: 'putAll', databaseRequests: 1 },
  { contender: 'ours', operation: 'putNothing', databaseRequests: 1 },
  { contender: 'ours', operation: 'putSafely', databaseRequests: 1 },
  { contender: 'ours', operation: 'refusedByDatabase', databaseRequests: 1 },
  { contender: 'ours', operation: 'refusedAtEdge', databaseRequests: 0 },
];

/** The contenders that change a profile. */
export const rivals = ['floor', 'ours', 'conventional'] as const satisfies Contender[];
