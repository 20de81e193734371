import { setTimeout } from 'node:timers/promises';
import { type Budget, judge, type Logged, type Watch } from './budget.ts';
import type { Cloudflare } from './cloudflare.ts';
import { nameOf, type Step } from './plan.ts';

/** A release on its way: what was wished, and what the steps have found. */
export interface Release {
  tag: string;
  /** The file with the secrets of the Worker. */
  secrets: string;
  queues: readonly string[];
  budget: Budget;
  waitMs: number;
  /** The new version, once it is uploaded. */
  version: string | undefined;
  /** The version that gets the other requests, and all of them after a rollback. */
  previous: string | undefined;
}

/** What the steps act on. */
export interface Tools {
  cloudflare: Cloudflare;
  /** Each returns what it found, in a few words. They throw if the release may not go on. */
  settings(): Promise<string>;
  check(): Promise<string>;
  backward(): Promise<string>;
  migrate(): Promise<string>;
  /** Throws if the conformance command lacks a variable. */
  requireConformable(): void;
  /** Throws NotConforming if the version breaks the contract. */
  conform(version: string): Promise<string>;
  watch: Watch;
  print(line: string): void;
  /** Ends the release between two steps, or while it waits. */
  signal: AbortSignal;
}

/** The new version breaks the published contract. */
export class NotConforming extends Error {}

/** The new version was bad, and the previous one gets all requests. */
class RolledBack extends Error {}

/** Runs the steps in order, with a line for each. Throws if one fails; the next run goes on there. */
export async function runSteps(
  steps: readonly Step[],
  release: Release,
  tools: Tools,
): Promise<void> {
  const logged: Logged[] = [];
  for (const step of steps) {
    tools.signal.throwIfAborted();
    const began = Date.now();
    const line = (text: string) =>
      tools.print(`${nameOf(step).padEnd(11)}${seconds(Date.now() - began).padStart(8)}  ${text}`);
    try {
      line(await perform(step, release, tools, logged));
    } catch (error) {
      line(error instanceof RolledBack ? 'rolled back' : 'failed');
      throw error;
    }
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Runs a step. Returns what it did, in a few words. */
async function perform(
  step: Step,
  release: Release,
  tools: Tools,
  logged: Logged[],
): Promise<string> {
  const { cloudflare } = tools;
  const { tag, secrets } = release;
  switch (step.name) {
    case 'settings':
    case 'check':
    case 'backward':
    case 'migrate':
      return tools[step.name]();
    case 'queues':
      return createQueues(release.queues, cloudflare);
    case 'deploy':
      release.version = await cloudflare.deployFirst(tag, secrets);
      return `version ${release.version}`;
    case 'upload':
      release.version = await cloudflare.upload(tag, secrets);
      return `version ${release.version}`;
    case 'stage':
      await cloudflare.ramp(tag, versionIn(release), previousIn(release), 0);
      return `0 % beside ${release.previous}`;
    case 'conform':
      return conformOrRollBack(release, tools);
    case 'ramp':
      if (!step.set)
        await cloudflare.ramp(tag, versionIn(release), previousIn(release), step.percent);
      return watchOrRollBack(release, tools, logged);
    case 'triggers':
      await cloudflare.deployTriggers();
      return 'applied';
    case 'finish':
      await cloudflare.finish(tag, versionIn(release), release.previous);
      return `release ${tag} is finished`;
  }
}

async function createQueues(names: readonly string[], cloudflare: Cloudflare): Promise<string> {
  const said: string[] = [];
  for (const name of names)
    said.push(`${name} ${(await cloudflare.createQueue(name)) ? 'created' : 'exists'}`);
  return said.join(', ') || 'none';
}

async function conformOrRollBack(release: Release, tools: Tools): Promise<string> {
  try {
    return await tools.conform(versionIn(release));
  } catch (error) {
    if (!(error instanceof NotConforming)) throw error;
    return await rollBack(release, tools, error.message);
  }
}

/** Waits at a share, and compares both versions by all requests since the release began. */
async function watchOrRollBack(release: Release, tools: Tools, logged: Logged[]): Promise<string> {
  const version = versionIn(release);
  const wait = () => setTimeout(release.waitMs, undefined, { signal: tools.signal });
  logged.push(...(await tools.watch(wait, version)));
  const { verdict, text } = judge(logged, version, previousIn(release), release.budget);
  if (verdict === 'exceeded') return rollBack(release, tools, `the error budget: ${text}`);
  return verdict === 'few' ? `${text} (too few to compare times)` : text;
}

/** Gives all requests back to the previous version. Always throws. */
async function rollBack(release: Release, { cloudflare }: Tools, why: string): Promise<never> {
  try {
    await cloudflare.rollback(previousIn(release), `Rollback of ${release.tag}`);
  } catch (error) {
    throw new Error(
      `The new version failed (${why}), and so did the rollback: run npm run release -- rollback. ${(error as Error).message}`,
    );
  }
  throw new RolledBack(`The new version failed, and was rolled back: ${why}.`);
}

function versionIn({ version }: Release): string {
  if (version === undefined) throw new Error('No version was uploaded.');
  return version;
}

function previousIn({ previous }: Release): string {
  if (previous === undefined) throw new Error('There is no previous version.');
  return previous;
}
