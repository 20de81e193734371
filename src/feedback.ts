import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import { resultOf } from './db/client.ts';
import { readJson } from './http/body.ts';
import { parseMembers } from './http/validation.ts';
import { boolean } from './http/values.ts';
import type { PublicRoute } from './route.ts';

/** For how long feedback is kept, in days. */
export const FEEDBACK_DAYS = 365;

/** The members of a body with feedback. */
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
    const feedback = JSON.stringify(parseMembers(await readJson(request), feedbackMembers));
    await query((db) => resultOf(db, sql`select profile.add_feedback(${feedback}) as result`));
    return new Response(null, { status: 204 });
  },
};
