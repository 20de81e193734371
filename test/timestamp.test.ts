import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromPostgres, parseRfc3339 } from '../src/timestamp.ts';

describe('a date-time in a body', () => {
  test.each([
    ['2023-11-07T05:31:56Z', '2023-11-07T05:31:56Z'],
    ['2023-11-07t05:31:56z', '2023-11-07T05:31:56Z'],
    ['2023-11-07T05:31:56+02:00', '2023-11-07T03:31:56Z'],
    ['2023-11-07T05:31:56-00:30', '2023-11-07T06:01:56Z'],
    ['2023-11-07T05:31:56.000Z', '2023-11-07T05:31:56Z'],
    ['2023-11-07T05:31:56.120Z', '2023-11-07T05:31:56.12Z'],
    ['2023-11-07T05:31:56.123456789Z', '2023-11-07T05:31:56.123456Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2017-01-01T01:59:60+02:00', '2017-01-01T00:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.999999Z'],
  ])('%s is the instant %s', (text, utc) => expect(parseRfc3339(text)).toBe(utc));

  test.each([
    '2023-11-07',
    '2023-11-07T05:31:56',
    '2023-11-07T05:31Z',
    '2023-11-07 05:31:56Z',
    '2023-11-07T05:31:56.Z',
    '2023-11-07T24:00:00Z',
    '2023-11-07T05:60:00Z',
    '2023-11-07T05:31:60Z',
    '2023-13-07T05:31:56Z',
    '2023-02-29T05:31:56Z',
    '2023-04-31T05:31:56Z',
    '2023-11-00T05:31:56Z',
    '2023-11-07T05:31:56+24:00',
    '2023-11-07T05:31:56+0200',
    '0000-12-31T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+12023-11-07T05:31:56Z',
    '١٢٣٤-11-07T05:31:56Z',
    'infinity',
    '',
    ' 2023-11-07T05:31:56Z',
    '2023-11-07T05:31:56Z\n',
  ])('%j is refused', (text) => expect(parseRfc3339(text)).toBeUndefined());

  test('every instant that JavaScript can write comes back as it was', () => {
    const min = new Date('0001-01-01T00:00:00Z');
    const max = new Date('9999-12-31T23:59:59Z');
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
        const utc = parseRfc3339(date.toISOString());
        expect(new Date(utc ?? '').getTime()).toBe(date.getTime());
      }),
    );
  });
});

describe('a timestamptz from Postgres', () => {
  test.each([
    ['2023-11-07 05:31:56+00', '2023-11-07T05:31:56Z'],
    ['2023-11-07 05:31:56.123456+00', '2023-11-07T05:31:56.123456Z'],
    ['2023-11-07 11:01:56.5+05:30', '2023-11-07T05:31:56.5Z'],
    ['1883-11-18 12:03:57-04:56:02', '1883-11-18T16:59:59Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00Z'],
  ])('%s is answered as %s', (text, utc) => expect(fromPostgres(text)).toBe(utc));

  test.each(['infinity', '0044-03-15 00:00:00+00 BC', 'x'])('%s cannot be answered', (text) =>
    expect(() => fromPostgres(text)).toThrow(TypeError),
  );
});
