import type { Problem } from './api.ts';
import { byId, type Child, make, show } from './dom.ts';
import { problemNotice } from './problem.ts';

/** The page shows exactly one of these. */
const SCREENS = ['loading', 'signed-out', 'failure', 'content'] as const;
type Screen = (typeof SCREENS)[number];

export const isShown = (screen: Screen): boolean => !byId(screen).hidden;

/** `hasAccount`: whether a user is signed in. */
export function showScreen(screen: Screen, hasAccount: boolean): void {
  for (const id of SCREENS) show(byId(id), id === screen);
  show(byId('account'), hasAccount && screen !== 'signed-out');
  if (screen === 'content') return;
  show(byId('create'), false);
  tell();
}

/** A list that may be wrong is not shown: the failure takes its place. */
export function showFailure(problem: Problem, hasAccount: boolean): void {
  byId('failure-message').replaceChildren(problemNotice(problem));
  showScreen('failure', hasAccount);
  if (hasAccount) byId('failure-title').focus();
}

/** `message`: why, if there is a reason; `hasEnded`: whether a user was signed in. */
export function showSignedOut(message: string | undefined, hasEnded: boolean): void {
  byId('email').replaceChildren();
  show(byId('sign-in-text'), !message);
  if (message)
    byId('sign-in-message').replaceChildren(
      make('div', { class: 'notice warn' }, make('p', {}, message)),
    );
  showScreen('signed-out', false);
  if (hasEnded) byId('signed-out-title').focus();
}

/** Says in a sentence what has been done, to eyes and to screen readers. */
export function tell(...sentence: Child[]): void {
  byId('status').replaceChildren(...sentence);
}
