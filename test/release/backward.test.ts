import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { filesOfEarlierReleases } from '../../site/kept.ts';
import { faultsOf } from '../../tools/migration-rules.ts';
import { checkBackward } from '../../tools/release/backward.ts';
import { type Kept, keep, keptReleases } from '../../tools/release/kept.ts';

vi.setConfig({ testTimeout: 180_000 });

test('the releases that are kept work with the migrations of today', async () => {
  expect(await checkBackward()).toMatch(
    /on the new tables$|^no migration since an earlier release$/,
  );
});

let folder: string;
let kept: Kept[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'releases-'));
  keep('0.9.0', join(folder, 'releases'));
  kept = keptReleases(join(folder, 'releases'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns a copy of the migrations with one more. */
async function migrationsWith(name: string, sql: string): Promise<string> {
  const copy = join(folder, name);
  await cp('migrations', copy, { recursive: true });
  const file = join(copy, 'meta/_journal.json');
  const { entries, ...head } = JSON.parse(await readFile(file, 'utf8'));
  const last = entries.at(-1);
  const next = { ...last, idx: last.idx + 1, when: last.when + 1, tag: name };
  await writeFile(file, JSON.stringify({ ...head, entries: [...entries, next] }));
  await writeFile(join(copy, `${name}.sql`), sql);
  return copy;
}

test('a migration that adds leaves the last release in order', async () => {
  const sql = 'alter table profile.users add column nickname varchar(50);';
  const migrations = await migrationsWith('9999_adds', sql);
  expect(await checkBackward(kept, migrations, ['Reading'])).toBe('0.9.0 on the new tables');
});

test('a function that requires what the last release does not send is noticed, though no rule sees it', async () => {
  const sql = `
alter function profile.read_user(jsonb) rename to read_user_now;
create function profile.read_user(_request jsonb) returns jsonb language plpgsql security definer
set search_path = profile, pg_temp as $$
begin
  if not _request ? 'locale' then
    raise exception 'locale is missing';
  end if;
  return profile.read_user_now(_request);
end $$;`;
  const migrations = await migrationsWith('9999_breaks', sql);
  expect(faultsOf(migrations, ['9999_breaks'])).toEqual([]);
  await expect(checkBackward(kept, migrations, ['Reading'])).rejects.toThrow(
    /^Release 0\.9\.0 does not work with the new migrations: Reading: a user: The key cannot read the user: 50/,
  );
});

test('the last two releases are kept', () => {
  const releases = join(folder, 'more');
  for (const version of ['0.9.0', '0.10.0', '0.11.0']) keep(version, releases);
  expect(keptReleases(releases).map(({ version }) => version)).toEqual(['0.11.0', '0.10.0']);
});

test('the scripts of open pages stay, and no page of theirs', async () => {
  const [last] = kept;
  const open = filesOfEarlierReleases([], kept).map(({ path }) => path);
  expect(open).toContainEqual(expect.stringMatching(/^\/settings\/main-[0-9a-f]{8}\.js$/));
  expect(open.filter((path) => !/-[0-9a-f]{8}\.\w+$/.test(path))).toEqual([]);
  const [same = '', ...others] = open;
  const now = [{ path: same, content: '' }];
  expect(filesOfEarlierReleases(now, kept).map(({ path }) => path)).toEqual(others);
  const [file] = filesOfEarlierReleases([], kept);
  expect(file?.content).toEqual(await readFile(join(last?.assets ?? '', file?.path ?? '')));
});
