import { connect, useEndpoint } from '../src/db/client.ts';
import { summariseFeedback } from '../src/db/feedback.ts';
import { databaseSettings } from './local-stack.ts';

// Prints what readers said of the pages of the documentation, on the local stack or on Neon.

const { url, endpoint } = await databaseSettings();
if (endpoint) useEndpoint(endpoint);
const pages = await summariseFeedback(connect(url)).catch(() => {
  throw new Error('The database did not do it. Is it there, and is it migrated?');
});
if (process.argv.includes('--json')) console.log(JSON.stringify(pages, null, 2));
else console.table(pages);
