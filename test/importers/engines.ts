import { spawnSync } from 'node:child_process';
import { RE2JS } from 're2js';

// Other engines of regular expressions than JavaScript's.

/** A pattern and texts that may match it. */
export interface Question {
  pattern: string;
  texts: readonly string[];
}

/** Returns for each question which of its texts match; throws if a pattern does not compile. */
export type Engine = (questions: readonly Question[]) => boolean[][];

const javaScript =
  (flags: string): Engine =>
  (questions) =>
    questions.map(({ pattern, texts }) => {
      const compiled = new RegExp(pattern, flags);
      return texts.map((text) => compiled.test(text));
    });

/** Returns an engine in a program that reads questions as JSON and writes results as JSON. */
const program =
  (command: string, script: readonly string[]): Engine =>
  (questions) => {
    const { status, stdout, stderr } = spawnSync(command, script, {
      input: JSON.stringify(questions),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout).map((matches: unknown[]) => matches.map(Boolean));
  };

const PYTHON = `
import json, re, sys
print(json.dumps([[bool(re.search(q["pattern"], text)) for text in q["texts"]] for q in json.load(sys.stdin)]))`;

const PERL = `
local $/; my $questions = decode_json(<STDIN>);
print encode_json([map { my $q = $_; my $p = qr/$q->{pattern}/; [map { /$p/ ? 1 : 0 } @{$q->{texts}}] } @$questions]);`;

const isThere = (command: string) => spawnSync(command, ['-v']).error === undefined;

export const engines: Readonly<Record<string, Engine>> = {
  // As in most generated code; it reads UTF-16 code units, like .NET.
  'JavaScript without flags': javaScript(''),
  RE2: (questions) =>
    questions.map(({ pattern, texts }) => {
      const compiled = RE2JS.compile(pattern);
      return texts.map((text) => compiled.matcher(text).find());
    }),
  ...(isThere('python3') && { Python: program('python3', ['-c', PYTHON]) }),
  ...(isThere('perl') && { Perl: program('perl', ['-MJSON::PP', '-e', PERL]) }),
};

/** As JSON Schema reads patterns. */
export const jsonSchema: Engine = javaScript('u');
