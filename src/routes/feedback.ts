import * as v from 'valibot';
import { readJson } from '../body.ts';
import { addFeedback } from '../db/feedback.ts';
import type { PublicRoute } from '../http.ts';
import { parseMembers } from '../validation.ts';
import { boolean } from '../values.ts';

/** What the body of a feedback holds. */
export const feedbackMembers = {
  page: v.pipe(
    v.string('must be a string with the path of a page'),
    v.maxCodePoints(100, 'must be at most 100 characters long'),
    v.regex(/^\/docs(\/[a-z0-9_-]+)*$/, 'must be the path of a page below /docs'),
  ),
  helpful: boolean,
};

/** Keeps what a reader of the documentation says of a page, and nothing of the reader. */
export const feedbackRoute: PublicRoute = {
  method: 'POST',
  path: '/api/v1/feedback',
  scopes: null,
  limited: true,
  async handler(request, { query }) {
    const answer = parseMembers(await readJson(request), feedbackMembers);
    await query((db) => addFeedback(db, answer));
    return new Response(null, { status: 204 });
  },
};
