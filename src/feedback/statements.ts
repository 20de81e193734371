import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { feedback } from '../db/schema.ts';

/** For how long an answer is kept, in days. */
export const FEEDBACK_DAYS = 365;

/** What a reader said of a page of the documentation. */
export interface Feedback {
  /** The path of the page. */
  page: string;
  helpful: boolean;
}

export const addFeedback = (db: Database, answer: Feedback) => db.insert(feedback).values(answer);

/** What the readers of a page said, of the pages with the most answers first. */
export const summariseFeedback = (db: Database) =>
  db
    .select({
      page: feedback.page,
      helpful: sql<number>`count(*) filter (where ${feedback.helpful})`.mapWith(Number),
      not_helpful: sql<number>`count(*) filter (where not ${feedback.helpful})`.mapWith(Number),
      last: sql<string>`max(${feedback.created_at})`.mapWith(feedback.created_at),
    })
    .from(feedback)
    .groupBy(feedback.page)
    .orderBy(sql`count(*) desc`, feedback.page);
