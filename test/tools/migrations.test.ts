import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { migrate } from '../../tools/migrate.ts';
import { missingFunctions, missingMigrations, SCHEMA } from '../../tools/migrations.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

async function copyOfMigrations(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp('migrations', copy, { recursive: true });
  return copy;
}

test('the migrations create the whole schema', () => {
  expect(missingMigrations(SCHEMA, 'migrations')).toEqual([]);
});

test('a column without a migration is noticed, and only that', async () => {
  const schema = await readFile('src/db/schema.ts', 'utf8');
  const kit = await readFile(SCHEMA, 'utf8');
  // Beside the originals, so that their imports work.
  const tables = 'src/db/schema.changed-by-test.ts';
  const changed = 'tools/drizzle-schema.changed-by-test.ts';
  await writeFile(changed, kit.replaceAll('schema.ts', 'schema.changed-by-test.ts'));
  try {
    await writeFile(tables, schema);
    expect(missingMigrations(changed, 'migrations')).toEqual([]);
    await writeFile(
      tables,
      schema.replace('phone: varchar({ length: 50 })', 'phone: varchar({ length: 51 })'),
    );
    expect(missingMigrations(changed, 'migrations')).not.toEqual([]);
  } finally {
    await Promise.all([rm(tables), rm(changed)]);
  }
});

test('a migration does not let requests wait behind it for a locked table', async () => {
  const copy = await copyOfMigrations();
  const journal = join(copy, 'meta/_journal.json');
  const { entries, ...head } = JSON.parse(await readFile(journal, 'utf8'));
  const next = { ...entries.at(-1), idx: entries.length, tag: '9999_slow' };
  next.when += 1;
  await writeFile(journal, JSON.stringify({ ...head, entries: [...entries, next] }));
  const slow = 'alter table profile.users add column slow text; select pg_sleep(0)';
  await writeFile(join(copy, '9999_slow.sql'), slow);
  const reader = await stack.pool.connect();
  await reader.query('begin; select from users');
  await expect(migrate(stack.databaseUrl, copy)).rejects.toThrow(
    'A row or table is locked by someone else. Nothing was changed; try again.',
  );
  await reader.query('commit');
  reader.release();
  expect(await migrate(stack.databaseUrl, copy)).toBe(1);
  await stack.query('alter table users drop column slow');
  await stack.query('delete from profile_migrations.__drizzle_migrations where created_at = $1', [
    next.when,
  ]);
});

describe('the functions', () => {
  const FUNCTIONS = 'src/db/functions';
  const scratch: string[] = [];
  afterAll(() => Promise.all(scratch.map((folder) => rm(folder, { recursive: true }))));

  /** Returns the missing statements after a changed source. */
  async function missingAfter(change: (folder: string) => Promise<unknown>): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'functions-'));
    scratch.push(folder);
    await cp(FUNCTIONS, folder, { recursive: true });
    await change(folder);
    return await missingFunctions('migrations', folder);
  }

  const edit = (name: string, text: string, by: string) => async (folder: string) => {
    const file = join(folder, `${name}.sql`);
    const source = await readFile(file, 'utf8');
    expect(source).toContain(text);
    await writeFile(file, source.replace(text, by));
  };

  test('are as the migrations create them', async () => {
    expect(await missingFunctions('migrations', FUNCTIONS)).toEqual([]);
  });

  test('a changed function is the only content of the next migration', async () => {
    const missing = await missingAfter(edit('touch_key', "'minute'", "'hour'"));
    expect(missing).toEqual([expect.stringContaining("date_trunc('hour', now())")]);
    expect(missing[0]).toMatch(/^--.+CREATE OR REPLACE FUNCTION profile\.touch_key/s);
  });

  test('a function with other parameters replaces the old one, which would remain otherwise', async () => {
    const missing = await missingAfter(
      edit('touch_key', '_request jsonb)', '_request jsonb, _really boolean DEFAULT true)'),
    );
    expect(missing).toEqual([
      'DROP FUNCTION profile.touch_key(uuid,jsonb);',
      expect.stringContaining('_request jsonb, _really boolean DEFAULT true)'),
    ]);
  });

  test('a function without a source is dropped', async () => {
    expect(await missingAfter((folder) => rm(join(folder, 'text_array.sql')))).toEqual([
      'DROP FUNCTION profile.text_array(jsonb);',
    ]);
  });

  test('a function with a changed trigger goes into the next migration', async () => {
    const missing = await missingAfter(edit('end_sessions', 'OLD.is_active AND ', ''));
    expect(missing).toEqual([expect.stringContaining('CREATE OR REPLACE TRIGGER')]);
  });

  test('a file that creates a function of another name is refused', async () => {
    await expect(
      missingAfter((folder) => rename(join(folder, 'touch_key.sql'), join(folder, 'note_use.sql'))),
    ).rejects.toThrow('note_use.sql does not create profile.note_use.');
  });

  test('a migration that leaves two functions of one name is refused', async () => {
    const folder = await copyOfMigrations();
    await appendFile(
      join(folder, '0000_profile.sql'),
      '\n--> statement-breakpoint\nCREATE FUNCTION profile.user_at(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;',
    );
    await expect(missingFunctions(folder, FUNCTIONS)).rejects.toThrow(
      'The migrations leave two functions profile.user_at',
    );
  });

  test('each has a unique name, and all but two set their search_path', async () => {
    const functions = await stack.query<{ name: string; config: string[] | null }>(
      `select proname as name, proconfig as config from pg_proc
       where pronamespace = 'profile'::regnamespace order by 1`,
    );
    const sources = (await readdir(FUNCTIONS)).map((file) => file.replace('.sql', ''));
    expect(functions.map(({ name }) => name)).toEqual(sources.sort());
    const withoutPath = functions.filter(
      ({ config }) => !config?.includes('search_path=profile, pg_temp'),
    );
    // Only functions call them that have set theirs.
    expect(withoutPath.map(({ name }) => name)).toEqual(['change_user', 'is_too_late']);
  });

  test('each that the Worker calls to change rows has a lock timeout', async () => {
    const functions = await stack.query<{ name: string; source: string; config: string[] }>(
      `select proname as name, prosrc as source, proconfig as config from pg_proc
       where pronamespace = 'profile'::regnamespace and proargnames = '{_request}'`,
    );
    const waiting = functions.filter(
      ({ source }) => /\b(UPDATE|DELETE)\b/.test(source) && !source.includes('SKIP LOCKED'),
    );
    expect(waiting.length).toBeGreaterThan(4);
    for (const { name, source, config } of waiting)
      expect([
        name,
        /find_(credential|person)\(_request|set_config\('lock_timeout'/.test(source) ||
          config.includes('lock_timeout=3s'),
      ]).toEqual([name, true]);
  });
});

test('applying them again does nothing', async () => {
  expect(await migrate(stack.databaseUrl, 'migrations')).toBe(0);
});

test('a migration that was edited after it was applied is refused', async () => {
  const folder = await copyOfMigrations();
  await appendFile(join(folder, '0000_profile.sql'), '\n-- edited');
  await expect(migrate(stack.databaseUrl, folder)).rejects.toThrow(
    'Migration 0 was edited after it was applied',
  );
});

test('each function that the Worker calls takes one jsonb and returns one jsonb', async () => {
  const files = await readdir('src', { recursive: true });
  const sources = await Promise.all(
    files.filter((name) => name.endsWith('.ts')).map((name) => readFile(`src/${name}`, 'utf8')),
  );
  const called = sources.flatMap((text) => [...text.matchAll(/select profile\.(\w+)\(/g)]);
  const signatures = await stack.query<{ name: string; signature: string }>(
    `select proname as name,
       pg_get_function_arguments(oid) || ' -> ' || pg_get_function_result(oid) as signature
     from pg_proc where pronamespace = 'profile'::regnamespace`,
  );
  const signatureOf = new Map(signatures.map(({ name, signature }) => [name, signature]));
  expect(called.length).toBeGreaterThan(10);
  for (const [, name = ''] of called)
    expect([name, signatureOf.get(name)]).toEqual([name, '_request jsonb -> jsonb']);
});

test('no parameter of a function has the name of a column', async () => {
  const functions = await stack.query<{ name: string; parameters: string[] }>(
    `select proname as name, proargnames[:pronargs] as parameters from pg_proc
     where pronamespace = 'profile'::regnamespace and pronargs > 0`,
  );
  for (const { name, parameters } of functions)
    expect([name, parameters.filter((parameter) => !parameter.startsWith('_'))]).toEqual([
      name,
      [],
    ]);
});

test('every constraint and index has a descriptive name', async () => {
  const constraints = await stack.query<{ name: string }>(
    `select conname as name from pg_constraint join pg_namespace n on n.oid = connamespace
     where nspname = 'profile' and contype <> 'n'
     union select indexname from pg_indexes where schemaname = 'profile' order by name`,
  );
  expect(constraints.map(({ name }) => name)).toEqual([
    'api_keys_active_idx',
    'api_keys_ended_idx',
    'api_keys_hash_check',
    'api_keys_hash_key',
    'api_keys_id_token_hash_key',
    'api_keys_idempotency_key_idx',
    'api_keys_owner_id_fkey',
    'api_keys_page_idx',
    'api_keys_pkey',
    'billing_plans_name_key',
    'billing_plans_pkey',
    'erased_users_change_id_key',
    'erased_users_pkey',
    'erased_users_position_idx',
    'feed_is_only_check',
    'feed_pkey',
    'feedback_created_at_idx',
    'feedback_pkey',
    'idempotency_records_created_at_idx',
    'idempotency_records_pkey',
    'idempotency_records_user_id_fkey',
    'idempotency_records_user_id_idx',
    'identities_pkey',
    'identities_user_id_fkey',
    'identities_user_id_key',
    'key_events_key_id_idx',
    'key_events_owner_id_fkey',
    'key_events_owner_id_idx',
    'key_events_pkey',
    'roles_name_key',
    'roles_pkey',
    'sessions_expires_at_idx',
    'sessions_pkey',
    'sessions_user_id_fkey',
    'sessions_user_id_idx',
    'user_changes_change_id_key',
    'user_changes_changed_at_idx',
    'user_changes_pkey',
    'user_changes_position_idx',
    'user_changes_user_id_fkey',
    'users_active_billing_plan_id_fkey',
    'users_email_key',
    'users_next_billing_plan_id_fkey',
    'users_pkey',
    'users_role_id_fkey',
    'users_stripe_customer_id_idx',
    'users_superusers_idx',
    'users_version_check',
    'webhook_attempts_pkey',
    'webhook_attempts_user_id_idx',
    'webhook_attempts_webhook_id_fkey',
    'webhook_attempts_webhook_id_idx',
    'webhooks_active_idx',
    'webhooks_owner_id_fkey',
    'webhooks_owner_id_idx',
    'webhooks_pkey',
  ]);
});
