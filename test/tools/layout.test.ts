import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const LONGEST = 250;

/** The source files of a folder, with their numbers of lines. */
const filesIn = (folder: string): [file: string, lines: number][] =>
  execFileSync('git', ['ls-files', folder], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.(ts|js|sql)$/.test(file))
    .map((file) => [file, readFileSync(file, 'utf8').split('\n').length - 1]);

const linesOf = (folder: string): number =>
  filesIn(folder).reduce((sum, [, lines]) => sum + lines, 0);

test(`no file of src has more than ${LONGEST} lines, except the tables`, () => {
  const long = filesIn('src').filter(([, lines]) => lines > LONGEST);
  expect(long.map(([file]) => file)).toEqual(['src/db/schema.ts']);
});

test('the benchmark is smaller than what it measures', () => {
  expect(linesOf('bench')).toBeLessThan(linesOf('src'));
});
