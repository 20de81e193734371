import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wranglerAsOperator } from '../wrangler.ts';
import {
  type Deployment,
  messageOfEnd,
  messageOfRamp,
  messageOfVersion,
  type State,
  stateOf,
  type Version,
} from './plan.ts';

/** What a command of wrangler printed, and the id of the version that it uploaded, if any. */
export interface Output {
  stdout: string;
  version?: string | undefined;
  /** The address of the alias of that version. */
  alias?: string | undefined;
}

/** Runs a command of wrangler to its end. Throws a CloudflareError if it fails. */
export type Run = (...words: string[]) => Promise<Output>;

/** Why a command of wrangler failed. */
export class CloudflareError extends Error {
  /** Cloudflare's own code, if its API has refused. */
  readonly code: number | undefined;

  constructor(command: string, message: string, code?: number) {
    super(`wrangler ${command} failed: ${message.trim().replace(/\.*$/, '.')}`);
    this.code = code;
  }
}

const NO_WORKER = 10007;
const QUEUE_EXISTS = 11009;
/** The newest version is not the deployed one, or the secret belongs to another. */
const SECRET_REFUSED = [10214, 10215];

/** The Worker at Cloudflare, in an environment of wrangler.toml. */
export class Cloudflare {
  readonly #run: Run;

  constructor(environment?: string, run: Run = runWrangler) {
    this.#run = environment ? (...words) => run(...words, '--env', environment) : run;
  }

  /** Returns how far the Worker is with its releases, and its versions, newest first. */
  async state(): Promise<{ state: State; versions: Version[]; deployments: Deployment[] }> {
    const [deployments, versions] = await Promise.all([this.#deployments(), this.#versions()]);
    return { state: stateOf(versions, deployments[0]), versions, deployments };
  }

  /** Creates a queue unless it exists. Returns whether it was created. */
  async createQueue(name: string): Promise<boolean> {
    return this.#run('queues', 'create', name).then(
      () => true,
      (error: CloudflareError) => {
        if (error.code === QUEUE_EXISTS) return false;
        throw error;
      },
    );
  }

  /** Uploads and deploys the first version of all, with its triggers. Returns its id. */
  async deployFirst(tag: string, secrets: string): Promise<string> {
    return versionOf(await this.#run('deploy', ...upload(tag, secrets)));
  }

  /** Uploads a version, which gets no requests yet. Returns its id. */
  async upload(tag: string, secrets: string): Promise<string> {
    return versionOf(await this.#run('versions', 'upload', ...upload(tag, secrets)));
  }

  /** Uploads a version that is reached at an address of its own only. Returns the address. */
  async preview(name: string, secrets: string): Promise<string> {
    const words = [...upload(name, secrets), '--preview-alias', name];
    const { alias } = await this.#run('versions', 'upload', ...words);
    if (!alias) throw new Error('The Worker has no preview URLs: deploy its staging once.');
    return alias;
  }

  /** Gives a version a share of the requests, and the previous version the rest. */
  async ramp(tag: string, version: string, previous: string, percent: number): Promise<void> {
    const shares = [`${version}@${percent}`];
    if (percent < 100) shares.push(`${previous}@${100 - percent}`);
    await this.#deploy(shares, messageOfRamp(tag, percent, previous));
  }

  /** Marks a release as finished, by a deployment of the same version. */
  async finish(tag: string, version: string, previous: string | undefined): Promise<void> {
    await this.#deploy([`${version}@100`], messageOfEnd(tag, previous));
  }

  /** Gives all requests to an earlier version. */
  async rollback(version: string, reason: string): Promise<void> {
    await this.#run('rollback', version, '--yes', '--message', reason.slice(0, 100));
  }

  async deployTriggers(): Promise<void> {
    await this.#run('triggers', 'deploy');
  }

  #deploy(shares: string[], message: string): Promise<Output> {
    return this.#run('versions', 'deploy', ...shares, '--yes', '--message', message);
  }

  async #deployments(): Promise<Deployment[]> {
    const listed = await this.#list<ListedDeployment>('deployments');
    return listed
      .map(({ created_on, annotations, versions }) => ({
        created: created_on,
        message: annotations?.['workers/message'],
        shares: new Map(versions.map(({ version_id, percentage }) => [version_id, percentage])),
      }))
      .sort(byCreation);
  }

  async #versions(): Promise<Version[]> {
    const listed = await this.#list<ListedVersion>('versions');
    return listed
      .map(({ id, metadata, annotations }) => ({
        id,
        tag: annotations?.['workers/tag'],
        message: annotations?.['workers/message'],
        created: metadata.created_on,
      }))
      .sort(byCreation);
  }

  /** Returns the newest ten, or nothing if there is no Worker. */
  async #list<T>(what: 'deployments' | 'versions'): Promise<T[]> {
    try {
      const { stdout } = await this.#run(what, 'list', '--json');
      return JSON.parse(stdout) as T[];
    } catch (error) {
      if (error instanceof CloudflareError && error.code === NO_WORKER) return [];
      throw error;
    }
  }
}

interface ListedDeployment {
  created_on: string;
  annotations?: Record<string, string>;
  versions: { version_id: string; percentage: number }[];
}

interface ListedVersion {
  id: string;
  metadata: { created_on: string };
  annotations?: Record<string, string>;
}

/** Newest first; wrangler has the newest last. */
const byCreation = (a: { created: string }, b: { created: string }): number =>
  Date.parse(b.created) - Date.parse(a.created);

/** Secrets go with the version: setting one alone is refused while the newest version is not deployed. */
const upload = (tag: string, secrets: string): string[] => [
  '--minify',
  ...['--tag', tag, '--message', messageOfVersion(tag), '--secrets-file', secrets],
];

function versionOf({ version }: Output): string {
  if (version === undefined) throw new Error('wrangler did not say which version it uploaded.');
  return version;
}

/** A line that wrangler writes to WRANGLER_OUTPUT_FILE_PATH. */
interface Line {
  type: string;
  version_id?: string;
  preview_alias_url?: string;
  code?: number;
  message?: string;
}

/** Runs wrangler with the operator's own account. */
async function runWrangler(...words: string[]): Promise<Output> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-profile-release-'));
  const file = join(folder, 'output');
  const [program, args, options] = wranglerAsOperator(...words);
  const env = { ...options.env, WRANGLER_OUTPUT_FILE_PATH: file };
  const named = words.slice(0, 2).join(' ');
  try {
    const { error, stdout, stderr } = await new Promise<Ended>((done) => {
      const ended = (error: Error | null, stdout: string, stderr: string) =>
        done({ error, stdout, stderr });
      execFile(program, args, { env, maxBuffer: 2 ** 26 }, ended).stdin?.end();
    });
    const lines = await readLines(file);
    const uploaded = lines.find((line) => line.version_id);
    if (!error)
      return { stdout, version: uploaded?.version_id, alias: uploaded?.preview_alias_url };
    const failure = lines.find(({ type }) => type === 'command-failed');
    throw new CloudflareError(named, reasonOf(failure, stderr), failure?.code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  error: Error | null;
  stdout: string;
  stderr: string;
}

const readLines = async (file: string): Promise<Line[]> =>
  (await readFile(file, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** Returns what wrangler says, without the account id in URLs; what the API says is only on stderr. */
function reasonOf(failure: Line | undefined, stderr: string): string {
  const ofApi = /^ +(.+ \[code: \d+\])$/m.exec(stderr)?.[1];
  const said = ofApi ?? failure?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  const advice = SECRET_REFUSED.includes(failure?.code ?? 0)
    ? ' Change the secrets file and run npm run release -- --again.'
    : '';
  return said.replace(/\(\/accounts\/\S+\) /, '') + advice;
}
