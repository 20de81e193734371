import type { FieldDef } from 'pg';
import { expect, test } from 'vitest';
import {
  type ArrayTypes,
  rawText,
  rowEncoder,
  typedValues,
} from '../../../tools/local-neon/output.ts';

const ARRAYS: ArrayTypes = new Map([
  [1007, { element: 23, delimiter: ',' }],
  [1009, { element: 25, delimiter: ',' }],
  [1020, { element: 603, delimiter: ';' }],
  [1022, { element: 701, delimiter: ',' }],
  [3807, { element: 3802, delimiter: ',' }],
]);

function field(name: string, dataTypeID: number): FieldDef {
  const rest = { tableID: 0, columnID: 0, dataTypeSize: -1, dataTypeModifier: -1, format: 'text' };
  return { name, dataTypeID, ...rest };
}

test.each([
  ['bool', 16, 't', 'true'],
  ['int4', 23, '-7', '-7'],
  ['int8', 20, '7', '"7"'],
  ['float8', 701, '1e+20', '1e+20'],
  ['float8 that is not a number', 701, '-Infinity', '"-Infinity"'],
  ['json', 114, '{"a" : 1.10}', '{"a" : 1.10}'],
  ['text', 25, 'a"b\n', '"a\\"b\\n"'],
  ['empty int4[]', 1007, '{}', '[]'],
  ['empty text[]', 1009, '{}', '[]'],
  ['text[] with an empty string', 1009, '{""}', '[""]'],
  ['text[]', 1009, '{a b,"c,d","q\\"\\\\",NULL,"NULL"}', '["a b","c,d","q\\"\\\\",null,"NULL"]'],
  ['int4[] with bounds', 1007, '[0:1][2:3]={{1,2},{3,NULL}}', '[[1,2],[3,null]]'],
  ['float8[]', 1022, '{1.5,NaN}', '[1.5,"NaN"]'],
  ['box[]', 1020, '{(1,1),(0,0);(2,2),(1,1)}', '["(1,1),(0,0)","(2,2),(1,1)"]'],
  ['jsonb[]', 3807, '{"{\\"k\\": [1, \\"}\\"]}"}', '[{"k": [1, "}"]}]'],
])('typed %s', (_type, oid, text, json) => {
  expect(rowEncoder([field('x', oid)], true, typedValues(ARRAYS))([text])).toBe(`[${json}]`);
});

test.each(['', '{', '{1', '{1,', '{"a', '{"a\\', '{1}}', '{{1}', '1,2'])(
  'refuses %j as an array',
  (text) => {
    const encode = rowEncoder([field('x', 1009)], true, typedValues(ARRAYS));
    expect(() => encode([text])).toThrow('could not parse postgres response');
  },
);

test('repeats the key of a duplicate column name', () => {
  const encode = rowEncoder([field('a', 23), field('a', 23)], false, rawText);
  expect(encode(['1', null])).toBe('{"a":"1","a":null}');
});
