import { expect, test } from 'vitest';
import { operationsOf, type Shape } from './plan.ts';

const shape: Shape = { seed: 7, operations: 2000, clients: 16, users: 8, sharedKeys: 5 };

const all = (of: Shape) =>
  Array.from({ length: of.clients }, (_, client) => [...operationsOf(client, of)]).flat();

test('a seed determines all operations, and another seed gives others', () => {
  expect(all(shape)).toEqual(all(shape));
  expect(all({ ...shape, seed: 8 })).not.toEqual(all(shape));
});

test('operations are numbered, and every kind occurs', () => {
  const operations = all(shape);
  expect(operations.map(([number]) => number).sort((a, b) => a - b)).toEqual([
    ...Array(2000).keys(),
  ]);
  const kinds = Map.groupBy(operations, ([, { kind }]) => kind);
  for (const kind of [
    ...(['write', 'read', 'repeat', 'reuse', 'revoke', 'restore'] as const),
    ...(['create', 'revert', 'erase'] as const),
  ])
    expect(kinds.get(kind)?.length, kind).toBeGreaterThan(50);
});

test('no two writes send the same text', () => {
  const texts = all(shape).flatMap(([, operation]) =>
    operation.kind === 'write' ? [operation.fields['first_name'] ?? []].flat() : [],
  );
  expect(new Set(texts).size).toBe(texts.length);
});
