import type { Problem } from './api.ts';
import { make } from './dom.ts';

/** What went wrong in the API's words, with the id by which its log can be searched. */
export function problemNotice(problem: Problem): HTMLElement {
  const notice = make('div', { class: 'notice bad' }, make('p', {}, problem.message));
  for (const { detail } of problem.errors) notice.append(make('p', {}, detail));
  if (problem.requestId)
    notice.append(
      make('p', { class: 'request-id' }, 'Request ', make('code', {}, problem.requestId)),
    );
  return notice;
}
