import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProjectCopy } from '../support/project-copy.ts';
import { check } from './check.ts';
import { play } from './play.ts';

interface Mutant {
  name: string;
  /** Each text, which must occur once in its file, and its replacement. */
  edits: readonly (readonly [file: string, text: string, by: string])[];
  /** The rules that must find the fault. */
  rules: readonly string[];
  /** The shape of the run that shows the fault. Default: `contended`. */
  scene?: keyof typeof scenes;
}

const FUNCTION = 'migrations/0000_profile.sql';

/** Comes after the tables, before the functions. */
const BODIES = 'SET LOCAL check_function_bodies = off;';

/** The end of the statement that calls update_user. */
const CALL = ') as result`,\n  );';

const mutants: readonly Mutant[] = [
  {
    name: 'the version predicate is removed',
    edits: [
      [
        FUNCTION,
        "WHEN NOT _before.version <@ (_request ->> 'if_match')::int4multirange THEN 'precondition_failed'",
        '',
      ],
      [FUNCTION, "WHEN _conflicts IS NOT NULL THEN 'edit_conflict'", ''],
    ],
    rules: ['if-match-overwrote', 'merge-overwrote'],
  },
  {
    name: 'the record of an Idempotency-Key is written by a second statement',
    edits: [
      [FUNCTION, 'IF _is_recorded AND NOT _validate_only AND', 'IF false AND'],
      [
        FUNCTION,
        BODIES,
        `${BODIES}\nGRANT SELECT, INSERT ON profile.api_keys, profile.idempotency_records TO edge_profile_worker;`,
      ],
      [
        'src/users/statements.ts',
        CALL,
        `${CALL.slice(0, -1)}.then(async (result) => {
    const { key, fingerprint } = change.idempotency ?? {};
    if (key && result?.refusal === null && !result.replayed)
      await db.execute(sql\`insert into profile.idempotency_records (lineage_id, key, fingerprint, user_id, result)
        select lineage_id, \${key}, \${byteaText(fingerprint)}::bytea, \${access.userId}::uuid, \${JSON.stringify(result)}::jsonb
        from profile.api_keys where id = \${result.key_id}\`);
    return result;
  });`,
      ],
    ],
    rules: ['idempotency-key-twice'],
  },
  {
    name: 'a lost connection is treated as a refused one',
    edits: [
      [
        'src/db/faults.ts',
        "'interrupted', 'unknown', 'connection lost'",
        "'unavailable', 'not_applied', 'connection lost'",
      ],
    ],
    rules: ['not-applied-but-applied'],
  },
  {
    name: 'a repeat does not look for the change of an earlier attempt',
    edits: [
      [
        FUNCTION,
        'FROM user_changes WHERE change_id = _change_id)',
        'FROM user_changes WHERE false)',
      ],
      [FUNCTION, ',\n\tCONSTRAINT "user_changes_change_id_key" UNIQUE("change_id")', ''],
    ],
    rules: ['applied-twice'],
  },
  {
    name: 'a repeat returns the current user',
    edits: [[FUNCTION, 'to_jsonb(user_at(_before, _made_version))', 'to_jsonb(_before)']],
    rules: ['etag-differs'],
  },
  {
    name: 'a repeat that changes nothing leaves no record',
    edits: [
      [
        FUNCTION,
        "_is_recorded boolean := coalesce((_request ->> 'repeat')::boolean, true) OR ",
        '_is_recorded boolean := ',
      ],
    ],
    rules: ['applied-after-response'],
    scene: 'overtaken',
  },
  {
    name: 'a statement that arrives after its time is applied',
    edits: [
      [
        FUNCTION,
        "SELECT coalesce(clock_timestamp() > (_request ->> 'not_after')",
        "SELECT false AND coalesce(clock_timestamp() > (_request ->> 'not_after')",
      ],
    ],
    rules: ['applied-overdue'],
    scene: 'overdue',
  },
  {
    name: 'a repeated creation does not look for the user of an earlier attempt',
    edits: [
      [
        FUNCTION,
        "JOIN user_changes ON user_id = id\n    WHERE change_id = (_request ->> 'change_id')::uuid",
        'JOIN user_changes ON false',
      ],
    ],
    rules: ['refused-but-applied'],
    scene: 'lives',
  },
  {
    name: 'an erasure frees the Idempotency-Key of the creation',
    edits: [
      [FUNCTION, "AND fingerprint IS NOT NULL AND result ->> 'verdict' = 'created'", 'AND false'],
    ],
    rules: ['idempotency-key-twice'],
    scene: 'lives',
  },
  {
    name: 'undoing a change overwrites later ones',
    edits: [
      [FUNCTION, "_base := coalesce((_request -> 'revert' ->> 'undo')::integer, _base);", ''],
    ],
    rules: ['merge-overwrote'],
    scene: 'lives',
  },
];

const ONE_USER = { operations: 250, clients: 16, users: 1, lives: 0 };

const scenes = {
  /**
   * Two texts, so that another client has changed the same field before a statement is repeated. Only
   * then can a second effect be seen.
   */
  contended: { ...ONE_USER, texts: 2, harshness: 3 },
  /** Flags only, so that a repeat often changes nothing, but the first attempt, arriving later, would. */
  overtaken: {
    ...ONE_USER,
    ...{ texts: 0, flags: 100, conditions: 10, odds: { cutThenOvertaken: 100 } },
  },
  /** Changes whose repeats are all lost, and which would take effect although they arrive too late. */
  overdue: { ...ONE_USER, conditions: 30, odds: { cutOffThenOverdue: 45 } },
  /** Users who are created, reverted and erased, and Idempotency-Keys that are used again after that. */
  lives: { ...ONE_USER, operations: 800, lives: 50, texts: 2, harshness: 2 },
};

const PATIENCE_MS = 300_000;

/** Requests meet faults in another order in each run, so that one run can miss what the next one shows. */
const SEEDS = [1, 2, 3, 4];

/** Builds without the size limit, which does not matter here. */
const BUILD = `node --input-type=module -e "await (await import('./tools/build.ts')).build('dist')"`;

async function build(project: ProjectCopy): Promise<string> {
  const built = await project.run(BUILD);
  expect(built.code, built.stderr).toBe(0);
  return join(project.folder, 'dist/index.js');
}

test.each(mutants)(
  'the checker notices when $name',
  async ({ edits, rules, scene = 'contended' }) => {
    const project = await ProjectCopy.make();
    try {
      for (const [file, text, by] of edits) {
        const path = join(project.folder, file);
        const source = await readFile(path, 'utf8');
        expect(source.split(text), `${file} does not have this exactly once: ${text}`).toHaveLength(
          2,
        );
        await writeFile(
          path,
          source.replace(text, () => by),
        );
      }
      const bundle = edits.some(([file]) => file.startsWith('src/'))
        ? await build(project)
        : 'dist/index.js';
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const migrations = join(project.folder, 'migrations');
      const found = new Set<string>();
      for (const seed of SEEDS) {
        const { history } = await play({ ...scenes[scene], seed, bundle, migrations, signal });
        for (const { rule } of check(history)) found.add(rule);
        if (rules.every((rule) => found.has(rule))) break;
      }
      expect([...found]).toEqual(expect.arrayContaining([...rules]));
    } finally {
      await project.remove();
    }
  },
  PATIENCE_MS + 60_000,
);
