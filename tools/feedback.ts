import { sql } from 'drizzle-orm';
import type { Database } from '../src/db/client.ts';
import { feedback } from '../src/db/schema.ts';
import { command, runCommand } from './command.ts';
import { withDatabase } from './database.ts';

/** Returns the feedback per page, pages with the most feedback first. */
const summarise = (db: Database) =>
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

await runCommand(
  command(
    'npm run feedback --',
    'Prints page feedback from the documentation, on the local stack or on Neon.',
  )
    .option('--json', 'print JSON, for scripts')
    .action(async ({ json }: { json?: true }) => {
      const pages = await withDatabase(summarise);
      if (json) console.log(JSON.stringify(pages, null, 2));
      else console.table(pages);
    }),
);
