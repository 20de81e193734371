import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delayLine } from '../../bench/delay-line.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('each item takes its delay, and waits for none before it', () => {
  const arrived: string[] = [];
  const put = delayLine<string>(
    (item) => arrived.push(item),
    () => 20,
  );
  put('a');
  vi.advanceTimersByTime(15);
  put('b');
  vi.advanceTimersByTime(4);
  expect(arrived).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(arrived).toEqual(['a']);
  vi.advanceTimersByTime(14);
  expect(arrived).toEqual(['a']);
  vi.advanceTimersByTime(1);
  expect(arrived).toEqual(['a', 'b']);
});

test('nothing overtakes when the delay becomes shorter', () => {
  const arrived: string[] = [];
  let delay = 40;
  const put = delayLine<string>(
    (item) => arrived.push(item),
    () => delay,
  );
  put('slow');
  delay = 5;
  put('fast');
  vi.advanceTimersByTime(39);
  expect(arrived).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(arrived).toEqual(['slow', 'fast']);
});
