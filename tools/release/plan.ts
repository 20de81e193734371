// What Cloudflare knows about the Worker decides what is left to do; nothing is kept on this machine.

/** A version of the Worker, as `wrangler versions list` shows it. */
export interface Version {
  id: string;
  tag: string | undefined;
  message: string | undefined;
  /** RFC 3339. */
  created: string;
}

/** A deployment: which versions get which share of the requests, in percent. */
export interface Deployment {
  /** RFC 3339. */
  created: string;
  message: string | undefined;
  shares: ReadonlyMap<string, number>;
}

/** How far the Worker is with its releases. */
export type State =
  /** There is no Worker. */
  | { kind: 'none' }
  /** One version gets all requests, and nothing is left to do. */
  | { kind: 'settled'; version: string; previous: string | undefined; message: string | undefined }
  /** A release was begun and not finished. The first one has no previous version. */
  | {
      kind: 'underway';
      tag: string;
      version: string;
      previous: string | undefined;
      percent: number;
    }
  /** The requests were divided in another way, such as in the dashboard. */
  | { kind: 'divided'; shares: ReadonlyMap<string, number> };

/** A step of a release. A ramp that is already `set` only has to be watched. */
export type Step =
  | { name: Exclude<StepName, 'ramp'> }
  | { name: 'ramp'; percent: number; set?: true };

type StepName = keyof typeof DOES;

/** What each step does, for the plan of `--dry-run`. */
export const DOES = {
  settings: 'checks wrangler.toml, the secrets and the options',
  check: 'runs npm run check',
  backward: 'runs the bundles of earlier releases on the new tables',
  migrate: 'applies new migrations to the database at DATABASE_URL',
  queues: 'creates missing queues',
  deploy: 'uploads the first version, with its secrets and triggers',
  upload: 'uploads a version with its secrets; it gets no requests',
  stage: 'deploys it with 0 % of the requests',
  conform: 'runs the conformance command against the new version alone',
  ramp: 'gives it this share of the requests, waits, and compares its errors and times',
  triggers: 'applies crons, queue consumers and routes',
  finish: 'marks the release as finished',
} as const;

/** The message of an uploaded version, by which a first deployment is recognised. */
export const messageOfVersion = (tag: string): string => `Release ${tag}`;

/** The message of a deployment, from which the next run knows what it is a part of. */
export const messageOfRamp = (tag: string, percent: number, previous: string): string =>
  `Release ${tag}: ${percent} % (before: ${previous})`;

/** The message of the last deployment of a release. */
export const messageOfEnd = (tag: string, previous: string | undefined): string =>
  `Release ${tag}: finished${previous ? ` (before: ${previous})` : ''}`;

const RAMP = /^Release (?<tag>\S+): (?<percent>\d+) % \(before: (?<previous>[\da-f-]+)\)$/;
const END = /^Release \S+: finished(?: \(before: (?<previous>[\da-f-]+)\))?$/;
const FIRST = /^Release (?<tag>\S+)$/;

/** Returns how far the Worker is, from its versions and its newest deployment. */
export function stateOf(versions: readonly Version[], newest: Deployment | undefined): State {
  if (!newest) return { kind: 'none' };
  const { shares, message = '' } = newest;
  const ramp = RAMP.exec(message)?.groups;
  const [version, second] = [...shares.keys()].filter((id) => id !== ramp?.['previous']);
  if (ramp?.['tag'] && version && !second)
    return {
      kind: 'underway',
      tag: ramp['tag'],
      version,
      previous: ramp['previous'],
      percent: Number(ramp['percent']),
    };
  if (shares.size !== 1 || !version) return { kind: 'divided', shares };
  const { id = version, message: ofVersion = '' } = versions.find(({ id }) => id === version) ?? {};
  const first = FIRST.exec(ofVersion)?.groups?.['tag'];
  // wrangler deploy puts the message on the version. Every later deployment of ours has one of its own.
  if (first && (message === '' || message === ofVersion))
    return { kind: 'underway', tag: first, version: id, previous: undefined, percent: 100 };
  return { kind: 'settled', version, previous: END.exec(message)?.groups?.['previous'], message };
}

export interface Wish {
  tag: string;
  /** The shares of the new version, in percent, the last of which is 100. */
  ramp: readonly number[];
  /** Uploads a new version of a commit that was released or uploaded before. */
  again?: true | undefined;
}

/**
 * Returns the steps that are left of a release after its settings, none if it is finished. Throws a line for the operator if
 * another release is under way.
 */
export function plan(state: State, versions: readonly Version[], wish: Wish): Step[] {
  const before = steps('check', 'backward', 'migrate', 'queues');
  const end = steps('triggers', 'finish');
  const ramp = wish.ramp.map((percent): Step => ({ name: 'ramp', percent }));
  switch (state.kind) {
    case 'none':
      return [...before, ...steps('deploy', 'finish')];
    case 'divided':
      throw new Error(
        'The requests are divided between versions, and not by a release. Run npm run release -- rollback <version>.',
      );
    case 'settled': {
      const isDone = versions.some(({ id, tag }) => id === state.version && tag === wish.tag);
      if (isDone && !wish.again) return [];
      const isUploaded = !wish.again && newestWith(wish.tag, versions) !== undefined;
      const upload = isUploaded ? steps('stage') : steps('upload', 'stage');
      return [...before, ...upload, ...steps('conform'), ...ramp, ...end];
    }
    case 'underway':
      if (state.tag !== wish.tag)
        throw new Error(
          `Release ${state.tag} is under way, at ${state.percent} %. Run npm run release -- promote, or rollback.`,
        );
      return [...rest(state, wish), ...end];
  }
}

/** Returns the steps from the share that a release has reached to 100 %. */
function rest(state: Extract<State, { kind: 'underway' }>, { ramp }: Wish): Step[] {
  if (state.previous === undefined) return [];
  const later = ramp.filter((percent) => percent > state.percent);
  const now: Step[] =
    state.percent === 0
      ? steps('conform')
      : [{ name: 'ramp', percent: state.percent, set: true } as const];
  return [...now, ...later.map((percent): Step => ({ name: 'ramp', percent }))];
}

/** Returns the name of a step, as its line shows it. */
export const nameOf = (step: Step): string =>
  step.name === 'ramp' ? `ramp ${step.percent} %` : step.name;

/** Returns the newest version with a tag. */
export const newestWith = (tag: string, versions: readonly Version[]): Version | undefined =>
  versions
    .filter((version) => version.tag === tag)
    .toSorted((a, b) => Date.parse(b.created) - Date.parse(a.created))[0];

/** Returns the version to which a rollback leads by default. */
export function before(state: State): string | undefined {
  return state.kind === 'settled' || state.kind === 'underway' ? state.previous : undefined;
}

const steps = (...names: Exclude<StepName, 'ramp'>[]): Step[] => names.map((name) => ({ name }));
