import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsOf } from '../../tools/migration-rules.ts';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));

/** Returns the rules that a migration breaks, by the end of each line. */
function rulesBroken(name: string, sql: string): (string | undefined)[] {
  writeFileSync(join(folder, `${name}.sql`), sql);
  return faultsOf(folder, [name]).map((fault) => /\(([\w-]+)\)$/.exec(fault)?.[1]);
}

const USERS = 'alter table "profile"."users"';

test.each([
  ['a new column', `${USERS} add column "nickname" varchar(50);`],
  ['a new table', 'create table "profile"."notes" ("id" uuid primary key);'],
  ['an index', 'create index "n" on "profile"."users" ("phone");'],
  ['a function', 'create or replace function profile.f(_r jsonb) returns jsonb return _r;'],
])('%s expands', (_, sql) => {
  expect(rulesBroken('0001_something', sql)).toEqual([]);
});

test.each([
  ['ban-drop-column', `${USERS} drop column "phone";`],
  ['ban-drop-table', 'drop table "profile"."feedback";'],
  ['renaming-column', `${USERS} rename column "phone" to "mobile";`],
  ['renaming-table', `${USERS} rename to "people";`],
  ['changing-column-type', `${USERS} alter column "phone" type text;`],
  ['adding-required-field', `${USERS} add column "nickname" text not null;`],
  ['drop-function', 'DROP FUNCTION profile.read_user(jsonb);'],
])('%s: what a running Worker may use is removed by a contract, a release later', (rule, sql) => {
  expect(rulesBroken('0001_something', sql)).toEqual([rule]);
  expect(rulesBroken('0001_contract_something', sql)).toEqual([]);
});

test('a contract is checked too, for what it locks', () => {
  const constraint = `${USERS} add constraint "c" check (length(phone) < 40);`;
  for (const name of ['0001_something', '0001_contract_something'])
    expect(rulesBroken(name, constraint)).toEqual(['constraint-missing-not-valid']);
});

test('each fault says where it is and what to do', () => {
  writeFileSync(join(folder, '0002_x.sql'), `select 1;\n${USERS} drop column "phone";`);
  expect(faultsOf(folder, ['0002_x'])).toEqual([
    `${folder}/0002_x.sql:2: Dropping a column may break existing clients. The previous Worker may still use it: remove it a release later, in a migration whose name begins with contract_. (ban-drop-column)`,
  ]);
});
