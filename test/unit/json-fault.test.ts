import { describe, expect, test } from 'vitest';
import { jsonFault } from '../../src/http/json-fault.ts';

const LITERALS = 'write true, false and null in lower case.';
const NO_VALUE = 'JSON has no NaN, Infinity, undefined or None; send null, or leave the field out.';
const NUMBER = 'this is not a JSON number; send one such as 12, -1 or 0.5.';
const QUOTES = 'put names and strings in double quotes, ".';
const NAME = 'expected a name in double quotes.';
const COMMENT = 'JSON has no comments; remove this one.';
const CONTROL = 'write control characters in a string as escapes, such as \\n.';
const ESCAPE = 'this is not a JSON escape; write \\ in a string as \\\\.';
const BRACKET = 'expected a comma or a closing bracket.';
const EARLY = 'the JSON ends too early; close every quote and bracket.';
const MORE = 'the JSON ends before this; send one object and nothing else.';
const VALUE = 'expected a string in double quotes, a number, true, false, null, { or [.';
const OBJECT = 'expected an object, which begins with {.';

describe('an error in JSON is reported with line, column and advice:', () => {
  test.each<[string, number, number, string]>([
    ['{"is_active":True}', 1, 14, LITERALS],
    ['{"is_active":tRUE}', 1, 14, LITERALS],
    ['{"a":{"b":[1, FALSE]}}', 1, 15, LITERALS],
    ['{\r\n  "a": 1,\r\n  "b": Null\r\n}', 3, 8, LITERALS],
    ['{"a":NaN}', 1, 6, NO_VALUE],
    ['{"a":-Infinity}', 1, 6, NO_VALUE],
    ['{"a":undefined}', 1, 6, NO_VALUE],
    ['{"a":None}', 1, 6, NO_VALUE],
    ['undefined', 1, 1, NO_VALUE],
    ["{'a':1}", 1, 2, QUOTES],
    [`{"a":'b'}`, 1, 6, QUOTES],
    ['{“a”:1}', 1, 2, QUOTES],
    ['{a:1}', 1, 2, NAME],
    ['{{name}}', 1, 2, NAME],
    ['{"a":Ada}', 1, 6, VALUE],
    ['{"a":nope}', 1, 6, VALUE],
    ['{"a":}', 1, 6, VALUE],
    ['{"a"::1}', 1, 6, VALUE],
    ['{"a":1,}', 1, 8, 'remove the comma before this.'],
    ['[1 , ]', 1, 6, 'remove the comma before this.'],
    ['{"a":1,,"b":2}', 1, 8, 'remove this comma.'],
    ['{,"a":1}', 1, 2, 'remove this comma.'],
    ['{"a" 1}', 1, 6, 'expected a colon.'],
    ['{"a":1 "b":2}', 1, 8, BRACKET],
    ['{"a":1;"b":2}', 1, 7, BRACKET],
    ['[1 2]', 1, 4, BRACKET],
    ['{"a":"b"c"}', 1, 9, `${BRACKET.slice(0, -1)}; write " in a string as \\".`],
    ['// c\n{}', 1, 1, COMMENT],
    ['{"a":1 /* c */}', 1, 8, COMMENT],
    ['# c\n{}', 1, 1, COMMENT],
    ['{"a":01}', 1, 6, NUMBER],
    ['{"a":+1}', 1, 6, NUMBER],
    ['{"a":.5}', 1, 6, NUMBER],
    ['{"a":1.}', 1, 6, NUMBER],
    ['{"a":0x10}', 1, 6, NUMBER],
    ['{"a":1_000}', 1, 6, NUMBER],
    ['{"a":"b\nc"}', 1, 8, CONTROL],
    ['{"a":"\\x"}', 1, 8, ESCAPE],
    ['{"a":"\\u12"}', 1, 11, ESCAPE],
    ['{\0"\0', 1, 2, 'remove U+0000; send UTF-8 without control characters.'],
    ['{', 1, 2, EARLY],
    ['{"a": "b', 1, 9, EARLY],
    ['{"a": tru', 1, 10, EARLY],
    ['{"a":1}{"b":2}', 1, 8, MORE],
    ['{"a":1}\n{"b":2}', 2, 1, MORE],
    ['{"a":1}}', 1, 8, MORE],
    ['first_name: Ada', 1, 1, OBJECT],
  ])('%j', (text, line, column, advice) => {
    expect(jsonFault(text)).toBe(`Line ${line}, column ${column}: ${advice}`);
  });

  test.each([
    ['', 'The body is empty; send a JSON object, or {}.'],
    [' \r\n', 'The body is empty; send a JSON object, or {}.'],
    ['first_name=Ada&last_name=L', 'The body looks like a form; send a JSON object.'],
    ['user[first_name]=Ada', 'The body looks like a form; send a JSON object.'],
    [
      '--x\r\nContent-Disposition: form-data',
      'The body looks like a multipart form; send a JSON object.',
    ],
    [' <?xml version="1.0"?>', 'The body looks like XML or HTML; send a JSON object.'],
    ['[object Object]', 'The body is an object that was not serialized; use JSON.stringify.'],
  ])('%j', (text, detail) => expect(jsonFault(text)).toBe(detail));
});

describe('the place is correct', () => {
  const far = `{"address": "${'Ada, '.repeat(5000)}",\n`;

  test.each([
    ['far into a body', `${far}"a": True}`, 2, 6],
    ['of the first of many equal errors', `${far}"a": [${'True, '.repeat(1000)}]}`, 2, 7],
    [
      'beside the words of V8 messages',
      '{"is not valid JSON": "at position 5 (line 1 column 6)", "a": True}',
      1,
      63,
    ],
    ['behind quotation marks', `${far}"a": "\\"", "b": True}`, 2, 17],
  ])('%s', (_, text, line, column) =>
    expect(jsonFault(text)).toBe(`Line ${line}, column ${column}: ${LITERALS}`),
  );

  test('in deep nesting, without a stack overflow', () => {
    expect(jsonFault(`${'['.repeat(60_000)}True`)).toBe(`Line 1, column 60001: ${LITERALS}`);
  });
});

test('nothing of the body is repeated', () => {
  const secret = 'private@example.com';
  for (const fault of ['True', 'x', "'y'", secret, `"${secret}" "${secret}"`, `"${secret}`])
    for (const before of ['', ' '.repeat(100)])
      for (const after of ['}', `, "b": "${secret}"}`, ''])
        expect(jsonFault(`${before}{"${secret}":${fault}${after}`)).not.toContain('private');
});
