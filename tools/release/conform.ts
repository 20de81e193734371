import { setTimeout } from 'node:timers/promises';
import { conform } from '../conform/run.ts';
import { succeeded, table } from '../conform/table.ts';
import { NotConforming } from './steps.ts';

/** Where and with what the conformance command runs. */
export interface Target {
  url: string;
  key: string;
  user: string;
}

/** How long Cloudflare may take until a deployment is known everywhere. */
const PATIENCE_MS = 60_000;
/** The header in which the Worker names its version. */
const VERSION = 'Worker-Version';

/**
 * Runs the conformance command against one version of a Worker, whatever its share of the requests is.
 * Returns a summary. Throws NotConforming, with what failed, if the version breaks the contract.
 */
export async function conformVersion(
  target: Target,
  worker: string,
  version: string,
  signal: AbortSignal,
): Promise<string> {
  const headers = { 'Cloudflare-Workers-Version-Overrides': `${worker}="${version}"` };
  await responds(target.url, headers, version, signal);
  const report = await conform({ ...target, headers }, signal);
  signal.throwIfAborted();
  const failed = report.results.filter(({ state }) => state === 'failed');
  const passed = report.results.filter(({ state }) => state === 'passed').length;
  if (succeeded(report)) return `${passed} cases passed`;
  if (failed.length === 0) throw new Error(table(report).split('\n').slice(-2).join(' '));
  const [first] = failed;
  throw new NotConforming(
    `${failed.length} of its conformance cases, such as ${first?.topic}: ${first?.name}: ${first?.why}`,
  );
}

/** Waits until this version responds. Throws if another one still does after a minute. */
async function responds(
  url: string,
  headers: Record<string, string>,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(`${url}/healthz`, { headers, signal });
    const named = response.headers.get(VERSION);
    if (named === null || named === version) return;
    if (Date.now() > deadline)
      throw new Error(`${url} still responds with version ${named}: is it this Worker?`);
    await setTimeout(1000, undefined, { signal });
  }
}
