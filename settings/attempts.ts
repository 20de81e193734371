import type { WebhookAttempt } from './api.ts';
import { make, written } from './dom.ts';
import { fromNowElement } from './time.ts';

// Loaded when the latest deliveries are opened.

/** How many are shown; the API lists more. */
const SHOWN = 20;

/** Attempts to deliver events, the latest first. */
export function attemptList(attempts: readonly WebhookAttempt[]): HTMLElement {
  if (attempts.length === 0) return make('p', { class: 'muted' }, 'Nothing has been sent yet.');
  const items = attempts.slice(0, SHOWN).map((attempt) => make('li', {}, attemptElement(attempt)));
  return make('ul', { class: 'attempts' }, ...items);
}

/** An attempt: whether it succeeded, what was sent, and the beginning of the response. */
export function attemptElement(attempt: WebhookAttempt): HTMLElement {
  const { type, user_id, version, status, error, response } = attempt;
  const [style, word] = error === null ? ['active', 'Delivered'] : ['revoked', 'Failed'];
  const what = make('p', {}, make('span', { class: `badge ${style}` }, word), ' ');
  what.append(make('code', {}, type));
  if (user_id) what.append(`, version ${version} of `, make('code', {}, user_id));
  const how = make('p', { class: 'hint' }, fromNowElement(attempt.attempted_at));
  how.append(`, ${attempt.duration_ms} ms`);
  if (attempt.attempt > 1) how.append(`, attempt ${attempt.attempt}`);
  how.append(': ', written(error ?? `Status ${status}.`));
  if (attempt.skipped_at) how.append(' This event was skipped.');
  const element = make('div', {}, what, how);
  if (response) element.append(responseElement(response));
  return element;
}

/** The beginning of what the receiver said, in its own words. */
const responseElement = (text: string): HTMLElement =>
  make('details', {}, make('summary', {}, 'Response'), make('pre', {}, written(text)));
