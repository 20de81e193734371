import type { Deployment, State, Version } from './plan.ts';

/** Returns how far the Worker is, and what to do next, in lines for the operator. */
export function describe(
  state: State,
  versions: readonly Version[],
  newest: Deployment | undefined,
): string {
  const name = (id: string | undefined): string => {
    const tag = versions.find((version) => version.id === id)?.tag;
    return tag ? `${tag} (${id})` : `${id}`;
  };
  switch (state.kind) {
    case 'none':
      return 'There is no Worker yet. Run npm run release.';
    case 'divided':
      return [
        'The requests are divided between versions, and not by a release:',
        ...[...state.shares].map(([id, percent]) => `  ${percent} %  ${name(id)}`),
        'Run npm run release -- rollback <version>.',
      ].join('\n');
    case 'underway':
      return [
        `Release ${state.tag} is not finished: ${state.percent} % of the requests.`,
        `  new     ${name(state.version)}`,
        `  before  ${state.previous ? name(state.previous) : 'none, it is the first'}`,
        'Run npm run release again to go on, or npm run release -- rollback or promote.',
      ].join('\n');
    case 'settled':
      return [
        `All requests go to ${name(state.version)} since ${newest?.created}.`,
        `  ${state.message ?? 'It was deployed without npm run release.'}`,
        ...waiting(state.version, versions),
      ].join('\n');
  }
}

/** Says that a newer version than the deployed one was uploaded. */
function waiting(version: string, versions: readonly Version[]): string[] {
  const [newest] = versions;
  if (!newest || newest.id === version) return [];
  return [`  The newest version is ${newest.tag ?? 'untagged'} (${newest.id}), without requests.`];
}
