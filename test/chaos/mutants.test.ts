import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProjectCopy } from '../support/project-copy.ts';
import { check } from './check.ts';
import { play } from './play.ts';

interface Mutant {
  name: string;
  /** Each text, which must be there once in its file, and what takes its place. */
  edits: readonly (readonly [file: string, text: string, by: string])[];
  /** The rules that must find it. */
  rules: readonly string[];
  /** Where it shows; `contended` if left out. */
  scene?: keyof typeof scenes;
}

const FUNCTION = 'migrations/0000_profile.sql';

const mutants: readonly Mutant[] = [
  {
    name: 'the version predicate is removed',
    edits: [
      [FUNCTION, "WHEN NOT before.version <@ if_match THEN 'precondition_failed'", ''],
      [FUNCTION, "WHEN conflicts IS NOT NULL THEN 'edit_conflict'", ''],
    ],
    rules: ['if-match-overwrote', 'merge-overwrote'],
  },
  {
    name: 'the record of an Idempotency-Key is written by a second statement',
    edits: [
      [FUNCTION, 'IF idempotency_key IS NOT NULL AND NOT validate_only THEN', 'IF false THEN'],
      [
        'src/users/statements.ts',
        '  return {\n    ...credentialFacts(row),\n',
        `  const { idempotency } = change;
  if (idempotency && user && !replayed)
    await db.insert(idempotencyRecords).values({
      api_key_id: row.key_id ?? '', key: idempotency.key, fingerprint: idempotency.fingerprint,
      user_id: user.id as string, error, details, merged, profile: user,
    });
  return {\n    ...credentialFacts(row),\n`,
      ],
      [
        'src/users/statements.ts',
        "import { byteaText, type Verdict } from '../db/schema.ts';",
        "import { byteaText, idempotencyRecords, type Verdict } from '../db/schema.ts';",
      ],
    ],
    rules: ['idempotency-key-twice'],
  },
  {
    name: 'a lost connection is taken for a refused one',
    edits: [
      [
        'src/db/faults.ts',
        "'interrupted', 'unknown', 'connection lost'",
        "'unavailable', 'not_applied', 'connection lost'",
      ],
    ],
    rules: ['not-applied-but-applied'],
  },
];

const ONE_USER = { operations: 500, seed: 1, clients: 16, users: 1 };

const scenes = {
  /**
   * Two texts, so that somebody else has always changed the same before a statement is repeated: only
   * then a second effect differs from none.
   */
  contended: { ...ONE_USER, texts: 2, harshness: 3 },
  /** Flags only, so that a repeat often finds nothing to change, and the first, overtaken by it, does. */
  overtaken: {
    ...ONE_USER,
    ...{ texts: 0, flags: 100, conditions: 10, odds: { cutThenOvertaken: 100 } },
  },
  /** Changes that are lost with all their repeats, and would still take effect when they arrive. */
  overdue: { ...ONE_USER, conditions: 30, odds: { cutOffThenOverdue: 45 } },
};

const PATIENCE_MS = 300_000;

/** Whatever its size, which is not in question here. */
const BUILD = `node --input-type=module -e "await (await import('./tools/build.ts')).build('dist')"`;

test.each(mutants)(
  'the checker finds it when $name',
  async ({ edits, rules, scene = 'contended' }) => {
    const project = await ProjectCopy.make();
    try {
      for (const [file, text, by] of edits) {
        const path = join(project.folder, file);
        const source = await readFile(path, 'utf8');
        expect(source.split(text), `${file} has this once: ${text}`).toHaveLength(2);
        await writeFile(
          path,
          source.replace(text, () => by),
        );
      }
      const built = await project.run(BUILD);
      expect(built.code, built.stderr).toBe(0);
      const bundle = join(project.folder, 'dist/index.js');
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const migrations = join(project.folder, 'migrations');
      const { history } = await play({ ...scenes[scene], bundle, migrations, signal });
      const found = new Set(check(history).map(({ rule }) => rule));
      expect([...found]).toEqual(expect.arrayContaining([...rules]));
    } finally {
      await project.remove();
    }
  },
  PATIENCE_MS + 60_000,
);
