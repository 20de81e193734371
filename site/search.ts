import MiniSearch from 'minisearch';

/** What the search can find. */
export interface Entry {
  /** With the anchor, if it is a part of a page. */
  path: string;
  title: string;
  /** What it is part of, or what else it is called. */
  part: string;
  text: string;
}

const MAX_RESULTS = 10;

/** Returns a function that finds the entries for the words of a query, the best first. */
export function searcher(entries: readonly Entry[]): (query: string) => Entry[] {
  const index = new MiniSearch({
    fields: ['title', 'part', 'text'],
    searchOptions: {
      boost: { title: 4, part: 2 },
      prefix: true,
      // Numbers and short words have too many neighbours.
      fuzzy: (word) => word.length > 4 && 0.2,
    },
  });
  index.addAll(entries.map((entry, id) => ({ id, ...entry })));
  return (query) =>
    index
      .search(query)
      .slice(0, MAX_RESULTS)
      .flatMap(({ id }) => entries[id as number] ?? []);
}
