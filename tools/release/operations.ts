import type { Cloudflare } from './cloudflare.ts';
import { before, newestWith, plan, type Wish } from './plan.ts';
import { describe } from './status.ts';
import { type Release, runSteps, type Tools } from './steps.ts';

/** What a release is to be, without what the steps find out. */
export type Settings = Wish & Omit<Release, 'version' | 'previous'>;

/** Releases, from where an interrupted release has stopped. */
export async function release(settings: Settings, tools: Tools): Promise<void> {
  const { tag } = settings;
  // What can be wrong on this machine is found before Cloudflare is asked.
  await runSteps(
    [{ name: 'settings' }],
    { ...settings, version: undefined, previous: undefined },
    tools,
  );
  const { state, versions } = await tools.cloudflare.state();
  const steps = plan(state, versions, settings);
  if (steps.length === 0) tools.print(`Release ${tag} is finished already.`);
  if (steps.some(({ name }) => name === 'conform')) tools.requireConformable();
  const version = state.kind === 'underway' ? state.version : newestWith(tag, versions)?.id;
  const previous = state.kind === 'settled' ? state.version : before(state);
  await runSteps(steps, { ...settings, version, previous }, tools);
}

/** Returns which version gets the requests, and what is left to do. */
export async function status(cloudflare: Cloudflare): Promise<string> {
  const { state, versions, deployments } = await cloudflare.state();
  return describe(state, versions, deployments[0]);
}

/** Gives all requests to a version, by its id or tag; by default to the previous one. */
export async function rollback(cloudflare: Cloudflare, named?: string): Promise<string> {
  const { state, versions } = await cloudflare.state();
  const target = named ? (newestWith(named, versions)?.id ?? named) : before(state);
  if (!target) throw new Error('No previous version is known. Name one of wrangler versions list.');
  await cloudflare.rollback(target, 'Rollback by an operator');
  return `All requests go to ${target}. The database stays as it is.`;
}

/** Finishes a release without waiting. */
export async function promote(cloudflare: Cloudflare): Promise<string> {
  const { state } = await cloudflare.state();
  if (state.kind !== 'underway') throw new Error('No release is under way.');
  const { tag, version, previous, percent } = state;
  if (previous && percent < 100) await cloudflare.ramp(tag, version, previous, 100);
  await cloudflare.deployTriggers();
  await cloudflare.finish(tag, version, previous);
  return `Release ${tag} is finished.`;
}
