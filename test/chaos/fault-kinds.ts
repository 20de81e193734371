import type { Fault } from '../support/database-endpoint.ts';

/** A deck has a card for each of REQUESTS requests. This many have each fault; the others have none. */
const ODDS = {
  delay: 10,
  delayPastDeadline: 1,
  delayResponse: 8,
  cutBefore: 5,
  cutThenLate: 4,
  cutAfterCommit: 8,
  truncatedResponse: 5,
  status500: 2,
  status500AfterCommit: 2,
  computeUnreachable: 4,
  status429: 3,
  garbage: 2,
  garbageAfterCommit: 2,
  silence: 1,
  // These replace cards without a fault, so that the faults above stay the same for a seed.
  cutThenOvertaken: 6,
  delayPastRepeat: 4,
  cutOffThenOverdue: 3,
  cutOffAfterCommit: 1,
} as const;
const REQUESTS = 400;

/** Incidents that affect all requests at once. */
export type Incident = 'refuse' | 'killInMidStatement' | 'restartFast' | 'restartImmediate';

/** The incidents, each as often as it is likely. */
export const INCIDENTS: readonly Incident[] = [
  ...Array<Incident>(3).fill('refuse'),
  ...Array<Incident>(5).fill('killInMidStatement'),
  'restartFast',
  'restartImmediate',
];

/** A fault of a single request. */
export type RequestFault = keyof typeof ODDS;

export type FaultKind = RequestFault | Incident;

/** Whether the network loses all repeats of the request, too. */
export const isCuttingOff = (kind: RequestFault): boolean => kind.startsWith('cutOff');

/** Every kind of fault that a run injects. */
export const faultKinds = [...new Set([...Object.keys(ODDS), ...INCIDENTS])] as FaultKind[];

/** Numbers of cards that replace those of ODDS. */
export type Odds = { [Kind in RequestFault]?: number };

/** Returns the deck for the next requests, one card each. */
export function cards(harshness: number, odds: Odds): (RequestFault | 'nothing')[] {
  const faults = (Object.keys(ODDS) as RequestFault[]).flatMap((kind) =>
    Array<typeof kind>((odds[kind] ?? ODDS[kind]) * harshness).fill(kind),
  );
  return [...faults, ...Array<'nothing'>(REQUESTS - faults.length).fill('nothing')];
}

const GARBAGE = { status: 200, body: '{"fields":[' };
const BAD_GATEWAY = { status: 500, body: '<html>Internal Server Error</html>' };
const UNREACHABLE = {
  status: 500,
  body: JSON.stringify({ message: "Couldn't connect to compute node" }),
};
const TOO_MANY = { status: 429, body: JSON.stringify({ message: 'Too many requests' }) };

/** Returns a fault with its details for the endpoint. */
export function fault(kind: RequestFault, milliseconds: number, deadlineMs: number): Fault {
  const faults: Record<typeof kind, Fault> = {
    delay: { delay: milliseconds },
    delayPastDeadline: { delay: deadlineMs + milliseconds },
    delayResponse: { delayResponse: milliseconds },
    cutBefore: 'cut',
    cutThenLate: { late: milliseconds },
    cutAfterCommit: 'cutAfterCommit',
    truncatedResponse: 'cutResponse',
    status500: BAD_GATEWAY,
    status500AfterCommit: { afterCommit: BAD_GATEWAY },
    computeUnreachable: UNREACHABLE,
    status429: TOO_MANY,
    garbage: GARBAGE,
    garbageAfterCommit: { afterCommit: GARBAGE },
    silence: 'hang',
    cutThenOvertaken: { late: deadlineMs / 2 + milliseconds },
    delayPastRepeat: { delay: deadlineMs / 2 + milliseconds },
    cutOffThenOverdue: { late: 2 * deadlineMs + milliseconds },
    cutOffAfterCommit: 'cutAfterCommit',
  };
  return faults[kind];
}
