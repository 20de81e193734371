import { wireCopying } from './copy.ts';
import { wireFeedback } from './feedback.ts';
import { wireLanguages } from './languages.ts';
import { wireMenu } from './menu.ts';
import { fillOrigin, wireOwnValues } from './own-values.ts';
import { wireSearch } from './search.ts';
import { wireTryIt } from './try-it.ts';

// The pages work without this script. It adds the search, the reader's own values, copying, the forms that
// send requests, and feedback.

fillOrigin();
wireMenu();
wireSearch();
wireCopying();
wireLanguages();
wireOwnValues();
wireTryIt();
wireFeedback();
