import { expect, test } from 'vitest';
import { buffersIn } from '../../bench/explain.ts';

const node = (type: string, hit: number, read: number, more: object = {}) => ({
  'Node Type': type,
  'Shared Hit Blocks': hit,
  'Shared Read Blocks': read,
  ...more,
});

test('the buffers of a plan are those of its top, hit or read', () => {
  expect(buffersIn(node('Update', 5, 2, { Plans: [node('Index Scan', 3, 1)] }))).toBe(7);
});

test('a part of a WITH counts by itself only if nothing reads it', () => {
  const plan = node('Nested Loop', 10, 0, {
    Plans: [
      node('ModifyTable', 6, 0, { 'Subplan Name': 'CTE updated' }),
      node('ModifyTable', 4, 1, { 'Subplan Name': 'CTE logged' }),
      node('CTE Scan', 6, 0, { 'CTE Name': 'updated' }),
    ],
  });
  expect(buffersIn(plan)).toBe(15);
});
