import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { databaseOf, runScript } from '../support/run-script.ts';
import { useStack } from '../support/stack.ts';

// Each command is a process, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const stack = useStack();
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Runs the command on the database of the stack. */
const references = (...args: string[]) =>
  runScript('tools/references.ts', { args, env: databaseOf(stack) });

/** The JSON that the command prints. */
const read = async (...words: string[]) =>
  JSON.parse((await references(...words, '--json')).stdout);

const refused = (stderr: string) => ({ code: 1, stdout: '', stderr });

describe.each([
  ['role', 'role', 'roles', 'role_id'],
  ['plan', 'billing plan', 'billing_plans', 'next_billing_plan_id'],
])('references of kind %s', (kind, noun, table, field) => {
  const stored = (id: string) => stack.query(`select id, name from ${table} where id = $1`, [id]);

  test('are added under a given or a new id, and users can then have them', async () => {
    const id = randomUUID();
    const name = `n ${id}`;
    expect(await references('add', kind, '--name', name, '--id', id)).toEqual({
      code: 0,
      stdout: `Added the ${noun} ${name} with the id ${id}.\n`,
      stderr: '',
    });
    expect(await stored(id)).toEqual([{ id, name }]);
    const other = await read('add', kind, '--name', `other ${name}`);
    expect(await stored(other.id)).toEqual([{ id: other.id, name: `other ${name}` }]);

    const owner = await stack.user({ is_superuser: true });
    const { key } = await stack.key(owner);
    const { status, body } = await stack.put(owner, key, { [field]: id });
    expect([status, body.data[field]]).toEqual([200, id]);
  });

  test('are renamed', async () => {
    const { id } = await read('add', kind, '--name', `old ${randomUUID()}`);
    const name = `new ${id}`;
    expect(await references('rename', kind, id, '--name', name)).toEqual({
      code: 0,
      stdout: `Renamed the ${noun} ${id} to ${name}.\n`,
      stderr: '',
    });
    expect(await stored(id)).toEqual([{ id, name }]);
  });

  test('have names and ids of their own', async () => {
    const taken = await read('add', kind, '--name', `taken ${randomUUID()}`);
    const other = await read('add', kind, '--name', `other ${randomUUID()}`);
    const nameTaken = refused(`Use another name; a ${noun} has this one.\n`);
    expect(await references('add', kind, '--name', taken.name)).toEqual(nameTaken);
    expect(await references('rename', kind, other.id, '--name', taken.name)).toEqual(nameTaken);
    expect(await stored(other.id)).toEqual([{ id: other.id, name: other.name }]);
    expect(await references('add', kind, '--name', randomUUID(), '--id', taken.id)).toEqual(
      refused(`Use another id; a ${noun} has this one.\n`),
    );
  });

  test('are not renamed if there are none', async () => {
    expect(await references('rename', kind, NOBODY, '--name', 'x')).toEqual(
      refused(`No ${noun} has the id ${NOBODY}.\n`),
    );
  });

  test.each([
    ['', 'name must not be empty.'],
    ['x'.repeat(101), 'name must be at most 100 characters long.'],
    ['a\u202e', 'name must not contain U+202E, which is invisible or changes the text direction.'],
  ])('are not named %j', async (name, why) => {
    expect(await references('add', kind, '--name', name)).toEqual(refused(`${why}\n`));
  });
});

test('the list has roles, then billing plans, by name and in at most 100 columns', async () => {
  await stack.query('truncate roles, billing_plans cascade');
  const long = '長'.repeat(100);
  const plan = await read('add', 'plan', '--name', long);
  const roles = [];
  for (const name of ['b', 'a']) roles.unshift(await read('add', 'role', '--name', name));
  expect(await read('list')).toEqual([...roles, plan]);
  expect(plan).toEqual({ kind: 'plan', id: expect.any(String), name: long });
  const { stdout } = await references('list');
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['kind', 'id', 'name'],
    ['role', roles[0].id, 'a'],
    ['role', roles[1].id, 'b'],
    ['plan', plan.id, `${'長'.repeat(27)}…`],
    [''],
  ]);
});

test('a kind that there is not is refused in one line', async () => {
  const { code, stderr } = await references('add', 'team', '--name', 'x');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: .+ role, plan.+\n$/)]);
});
