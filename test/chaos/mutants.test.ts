import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProjectCopy } from '../support/project-copy.ts';
import { check } from './check.ts';
import { play } from './play.ts';

interface Mutant {
  name: string;
  file: string;
  /** Each text, which must be there once, and what takes its place. */
  edits: readonly (readonly [text: string, by: string])[];
  /** The rules that must find it. */
  rules: readonly string[];
}

const mutants: readonly Mutant[] = [
  {
    name: 'the version predicate is removed',
    file: 'src/db/verdict.ts',
    edits: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
      ["${ifMatch && sql`when not ${isOneOf(ifMatch)} then 'precondition_failed'`}", ''],
      ["when conflicts is not null then 'edit_conflict'", ''],
    ],
    rules: ['if-match-overwrote', 'merge-overwrote'],
  },
  {
    name: 'the record of an Idempotency-Key is written by a second statement',
    file: 'src/db/update-user.ts',
    edits: [
      ['idempotency && !validateOnly\n', 'idempotency && validateOnly && !validateOnly\n'],
      [
        '  return {\n',
        `  if (idempotency && version !== null && !replayed)
    await db.insert(idempotencyRecords).values({
      api_key_id: keyId ?? '', key: idempotency.key, fingerprint: idempotency.fingerprint, user_id: userId,
      error, details, merged: merged ?? false, profile: { ...user, version } as never,
    });
  return {\n`,
      ],
      [
        "import { users, type Verdict } from './schema.ts';",
        "import { idempotencyRecords, users, type Verdict } from './schema.ts';",
      ],
    ],
    rules: ['idempotency-key-twice'],
  },
  {
    name: 'a lost connection is taken for a refused one',
    file: 'src/db/faults.ts',
    edits: [
      [
        "'interrupted', 'unknown', 'connection lost'",
        "'unavailable', 'not_applied', 'connection lost'",
      ],
    ],
    rules: ['not-applied-but-applied'],
  },
];

/**
 * One user with two texts, so that somebody else has always changed the same before a statement is
 * repeated: only then a second effect differs from none.
 */
const SHAPE = { operations: 500, seed: 1, clients: 16, users: 1, texts: 2, harshness: 3 };

const PATIENCE_MS = 300_000;

/** Whatever its size, which is not in question here. */
const BUILD = `node --input-type=module -e "await (await import('./tools/build.ts')).build('dist')"`;

test.each(mutants)(
  'the checker finds it when $name',
  async ({ file, edits, rules }) => {
    const project = await ProjectCopy.make();
    try {
      const path = join(project.folder, file);
      let source = await readFile(path, 'utf8');
      for (const [text, by] of edits) {
        expect(source.split(text), `${file} has this once: ${text}`).toHaveLength(2);
        source = source.replace(text, () => by);
      }
      await writeFile(path, source);
      const built = await project.run(BUILD);
      expect(built.code, built.stderr).toBe(0);
      const bundle = join(project.folder, 'dist/index.js');
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const { history } = await play({ ...SHAPE, bundle, signal });
      const found = new Set(check(history).map(({ rule }) => rule));
      expect([...found]).toEqual(expect.arrayContaining([...rules]));
    } finally {
      await project.remove();
    }
  },
  PATIENCE_MS + 60_000,
);
