import type { Statement } from '../support/database-endpoint.ts';

/** More than the difference of clocks that the database tolerates. */
const OVERDUE_MS = 3_600_000;

/** The members of a statement's argument that faults use. */
interface Change {
  change_id: string;
  request_id: string;
  not_after: string;
}

/** Returns the change that a statement makes; undefined if it makes none. */
export const changeOf = ({ params }: Statement): Change | undefined =>
  params.map(readChange).find((change) => change !== undefined);

function readChange(param: unknown): Change | undefined {
  if (typeof param !== 'string' || !param.startsWith('{"')) return undefined;
  const request = JSON.parse(param);
  return 'change_id' in request && 'not_after' in request ? request : undefined;
}

/** Returns a copy of a statement that looks to the database as if it arrived an hour later. */
export function agedByAnHour({ query, params }: Statement): Statement {
  const aged = (change: Change) => {
    const not_after = new Date(Date.parse(change.not_after) - OVERDUE_MS).toISOString();
    return JSON.stringify({ ...change, not_after });
  };
  return {
    query,
    params: params.map((param) => {
      const change = readChange(param);
      return change ? aged(change) : param;
    }),
  };
}
