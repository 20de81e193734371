import { errorCatalogue } from '../../src/errors.ts';
import { errorPages } from '../errors.ts';
import type { Entry } from '../search.ts';
import { type Document, type Operation, operationsOf, pathOf } from './document.ts';
import { errorCodes } from './error-page.ts';
import { membersOf } from './fields.ts';
import type { Guide } from './guide-page.ts';
import { plain, sectionsOf } from './markdown.ts';

/** Everything that the search finds: the sections of the guides, the operations and the errors. */
export const searchEntries = (document: Document, guides: readonly Guide[]): Entry[] => [
  ...guides.flatMap(entriesOfGuide),
  ...operationsOf(document).map((operation) => entryOfOperation(document, operation)),
  ...errorCodes.map(entryOfError),
];

const entriesOfGuide = ({ name, title, text }: Guide): Entry[] =>
  sectionsOf(text).map((section) => ({
    path: section.level === 1 ? `/docs/${name}` : `/docs/${name}#${section.id}`,
    title: section.title,
    part: section.level === 1 ? 'Guide' : title,
    text: section.text,
  }));

const entryOfOperation = (document: Document, operation: Operation): Entry => {
  const { method, path, summary, description, parameters, body } = operation;
  const fields = [...parameters, ...(body ? membersOf(document, body.schema) : [])];
  return {
    path: pathOf(operation),
    title: summary,
    part: `${method} ${path}`,
    text: `${plain(description)} ${fields.map(({ name }) => name).join(', ')}`,
  };
};

const entryOfError = (code: (typeof errorCodes)[number]): Entry => {
  const { status, title } = errorCatalogue[code];
  const { meaning, causes, fix } = errorPages[code];
  return {
    path: `/docs/errors/${code}`,
    title,
    part: `${status} ${code}`,
    text: plain([meaning, ...causes, fix].join(' ')),
  };
};
