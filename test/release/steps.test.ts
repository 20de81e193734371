import { describe, expect, test } from 'vitest';
import { promote, rollback, status } from '../../tools/release/operations.ts';
import { NotConforming } from '../../tools/release/steps.ts';
import type { Action } from '../support/cloudflare-account.ts';
import { World } from './world.ts';

// The steps on an account without wrangler. `command.test.ts` has the same with wrangler.

const BEFORE = ['check', 'backward', 'migrate', 'queues'];
const RAMP = ['ramp 5 %', 'ramp 25 %', 'ramp 100 %'];
const END = ['triggers', 'finish'];

/** Returns a world in which release `one` is finished. */
async function released(): Promise<World> {
  const world = await World.make();
  expect(await world.release('one')).toBeUndefined();
  world.steps();
  world.changes();
  world.local.splice(0);
  return world;
}

test('the first release of all creates the queue, then deploys at once', async () => {
  const world = await World.make();
  expect(await status(world.cloudflare)).toBe('There is no Worker yet. Run npm run release.');
  expect(await world.release('one')).toBeUndefined();
  expect(world.steps()).toEqual(['settings', ...BEFORE, 'deploy', 'finish']);
  expect(world.changes()).toEqual([
    'queue edge-profile-webhooks',
    'upload one',
    'deploy one@100',
    ...['schedules', 'consumer edge-profile'],
    'deploy one@100',
  ]);
  expect(await status(world.cloudflare)).toMatch(
    /^All requests go to one \(\S+\) since \S+\.\n {2}Release one: finished$/,
  );
});

test('a release stages a version, tries it, ramps it up, and attaches the triggers last', async () => {
  const world = await released();
  world.logged = { one: { requests: 2000 }, two: { requests: 200 } };
  expect(await world.release('two')).toBeUndefined();
  expect(world.lines.map((line) => line.replace(/ +\d+\.\d s +/, ' … '))).toEqual([
    'settings … fine',
    'check … passed',
    'backward … 0.9.0 on the new tables',
    'migrate … applied 1',
    'queues … edge-profile-webhooks exists',
    `upload … version ${world.account.id('two')}`,
    `stage … 0 % beside ${world.account.id('one')}`,
    'conform … 9 cases passed',
    'ramp 5 % … 200 requests, 0.0 % 5xx, p99 20 ms; before: 2000 requests, 0.0 % 5xx, p99 20 ms',
    'ramp 25 % … 400 requests, 0.0 % 5xx, p99 20 ms; before: 4000 requests, 0.0 % 5xx, p99 20 ms',
    'ramp 100 % … 600 requests, 0.0 % 5xx, p99 20 ms; before: 6000 requests, 0.0 % 5xx, p99 20 ms',
    'triggers … applied',
    'finish … release two is finished',
  ]);
  expect(world.changes()).toEqual([
    'upload two',
    'deploy two@0 one@100',
    'deploy two@5 one@95',
    'deploy two@25 one@75',
    'deploy two@100',
    ...['schedules', 'consumer edge-profile'],
    'deploy two@100',
  ]);
  expect(world.local).toEqual(['settings', 'check', 'backward', 'migrate', 'conform']);
});

test('a finished release is not repeated, unless it shall be', async () => {
  const world = await released();
  expect(await world.release('one')).toBeUndefined();
  expect(world.lines.slice(1)).toEqual(['Release one is finished already.']);
  expect(world.changes()).toEqual([]);
  expect(await world.release('one', { again: true, ramp: [100] })).toBeUndefined();
  expect(world.changes().slice(0, 3)).toEqual([
    'upload one',
    'deploy one@0 one@100',
    'deploy one@100',
  ]);
  expect(new Set(world.account.versions.map(({ id }) => id)).size).toBe(2);
});

describe('a release that fails is completed by the next run', () => {
  /** At which action the release fails, what `status` then says, and the steps of the next run. */
  const failures: [Action, number, RegExp, string[]][] = [
    ['upload', 0, /^All requests go to one /, [...BEFORE, 'upload', 'stage', 'conform', ...RAMP]],
    // The version is there, without requests.
    [
      'deploy',
      0,
      /The newest version is two \(\S+\), without/,
      [...BEFORE, 'stage', 'conform', ...RAMP],
    ],
    ['deploy', 1, /two is not finished: 0 %/, ['conform', ...RAMP]],
    ['deploy', 2, /two is not finished: 5 %/, [...RAMP]],
    ['deploy', 3, /two is not finished: 25 %/, [...RAMP.slice(1)]],
    ['schedules', 0, /two is not finished: 100 %/, [...RAMP.slice(2)]],
    ['consumers', 0, /two is not finished: 100 %/, [...RAMP.slice(2)]],
    ['deploy', 4, /two is not finished: 100 %/, [...RAMP.slice(2)]],
  ];

  test.each(failures)('at %s after %i others', async (action, others, shown, left) => {
    const world = await released();
    world.account.fail(action, others);
    expect(await world.release('two')).toMatch(`the test lets ${action} fail.`);
    expect(world.lines.at(-1)).toMatch(/ failed$/);
    expect(await status(world.cloudflare)).toMatch(shown);
    world.steps();
    expect(await world.release('two')).toBeUndefined();
    expect(world.steps()).toEqual(['settings', ...left, ...END]);
    expect(world.account.versions).toHaveLength(2);
    expect(world.account.message).toBe(
      `Release two: finished (before: ${world.account.id('one')})`,
    );
  });

  const first: [Action, number, RegExp, string[]][] = [
    ['create queue', 0, /^There is no Worker yet/, [...BEFORE, 'deploy', 'finish']],
    ['upload', 0, /^There is no Worker yet/, [...BEFORE, 'deploy', 'finish']],
    ['schedules', 0, /one is not finished: 100 %[\s\S]*before {2}none, it is the first/, [...END]],
    ['consumers', 0, /one is not finished: 100 %/, [...END]],
    ['deploy', 1, /one is not finished: 100 %/, [...END]],
  ];

  test.each(first)(
    'the first of all, at %s after %i others',
    async (action, others, shown, left) => {
      const world = await World.make();
      world.account.fail(action, others);
      expect(await world.release('one')).toMatch(`the test lets ${action} fail.`);
      expect(await status(world.cloudflare)).toMatch(shown);
      world.steps();
      expect(await world.release('one')).toBeUndefined();
      expect(world.steps()).toEqual(['settings', ...left]);
      expect(world.account.crons).toHaveLength(2);
      expect(world.account.message).toBe('Release one: finished');
    },
  );

  test.each(['check', 'migrate'] as const)('at %s, before anything at Cloudflare', async (name) => {
    const world = await released();
    world.own[name] = () => Promise.reject(new Error('not today'));
    expect(await world.release('two')).toBe('not today');
    expect(world.changes()).toEqual([]);
  });

  test('without the variables of the conformance command, before anything is uploaded', async () => {
    const world = await released();
    world.own.requireConformable = () => {
      throw new Error('Set CONFORM_URL');
    };
    expect(await world.release('two')).toBe('Set CONFORM_URL');
    expect([world.steps(), world.changes()]).toEqual([['settings'], []]);
    expect(await (await World.make()).release('one')).toBeUndefined();
  });

  test('at the log, which leaves the shares as they are', async () => {
    const world = await released();
    world.own.watch = () => Promise.reject(new Error('no log'));
    expect(await world.release('two')).toBe('no log');
    expect(world.account.shares).toEqual({ two: 5, one: 95 });
  });

  test('when it is stopped', async () => {
    const world = await released();
    world.own.watch = async (wait) => {
      world.stop.abort(new Error('stopped'));
      await wait();
      return [];
    };
    expect(await world.release('two', { waitMs: 60_000 })).toMatch(/abort/i);
    expect(world.account.shares).toEqual({ two: 5, one: 95 });
  });
});

describe('a version that is worse is rolled back by itself', () => {
  test.each([
    ['errors', { requests: 50, errors: 3 }, '50 requests, 6.0 % 5xx, p99 20 ms'],
    ['times', { requests: 100, ms: 200 }, '100 requests, 0.0 % 5xx, p99 200 ms'],
  ])('for its %s', async (_, two, text) => {
    const world = await released();
    world.logged = { one: { requests: 1000, errors: 10 }, two };
    expect(await world.release('two')).toBe(
      `The new version failed, and was rolled back: the error budget: ${text}; before: 1000 requests, 1.0 % 5xx, p99 20 ms.`,
    );
    expect(world.lines.at(-1)).toMatch(/^ramp 5 % .* rolled back$/);
    expect(world.account.shares).toEqual({ one: 100 });
    expect(await status(world.cloudflare)).toMatch(
      /^All requests go to one [\s\S]*Rollback of two\n {2}The newest version is two /,
    );
  });

  test('when it breaks the contract, before it gets requests', async () => {
    const world = await released();
    world.own.conform = () => Promise.reject(new NotConforming('2 of its conformance cases'));
    expect(await world.release('two')).toMatch('rolled back: 2 of its conformance cases.');
    expect(world.changes()).toEqual(['upload two', 'deploy two@0 one@100', 'deploy one@100']);
  });

  test('but not when the contract could not be tested', async () => {
    const world = await released();
    world.own.conform = () => Promise.reject(new Error('no network'));
    expect(await world.release('two')).toBe('no network');
    expect(world.account.shares).toEqual({ two: 0, one: 100 });
  });

  test('and says so if the rollback fails', async () => {
    const world = await released();
    world.logged = { two: { requests: 9, errors: 9 } };
    world.account.fail('deploy', 2);
    expect(await world.release('two')).toMatch(
      /so did the rollback: run npm run release -- rollback\./,
    );
    expect(await status(world.cloudflare)).toMatch(/two is not finished: 5 %/);
    expect(await rollback(world.cloudflare)).toMatch(world.account.id('one'));
    expect(world.account.shares).toEqual({ one: 100 });
  });
});

describe('the operator', () => {
  test('takes a finished release back, and names another version by its tag', async () => {
    const world = await released();
    await world.release('two', { ramp: [100] });
    await rollback(world.cloudflare);
    expect(world.account.shares).toEqual({ one: 100 });
    await rollback(world.cloudflare, 'two');
    expect(world.account.shares).toEqual({ two: 100 });
    await expect(rollback(world.cloudflare)).rejects.toThrow('No previous version is known.');
    await expect(rollback(world.cloudflare, 'three')).rejects.toThrow(
      'Version three was not found',
    );
  });

  test('promotes a release that is under way', async () => {
    const world = await released();
    await expect(promote(world.cloudflare)).rejects.toThrow('No release is under way.');
    world.account.fail('deploy', 2);
    await world.release('two');
    world.changes();
    expect(await promote(world.cloudflare)).toBe('Release two is finished.');
    expect(world.changes()).toEqual([
      'deploy two@100',
      ...['schedules', 'consumer edge-profile'],
      'deploy two@100',
    ]);
  });

  test('finishes one release before the next', async () => {
    const world = await released();
    world.account.fail('deploy', 2);
    await world.release('two');
    expect(await world.release('three')).toBe(
      'Release two is under way, at 5 %. Run npm run release -- promote, or rollback.',
    );
  });

  test('sees shares that no release has made', async () => {
    const world = await released();
    world.account.fail('deploy', 1);
    await world.release('two');
    const ids = ['one', 'two'].map((tag) => ({
      version_id: world.account.id(tag),
      percentage: 50,
    }));
    world.account.deploy(ids);
    expect(await status(world.cloudflare)).toMatch(
      /divided [\s\S]* 50 % {2}one [\s\S]* 50 % {2}two /,
    );
    expect(await world.release('two')).toMatch(/^The requests are divided/);
  });
});
