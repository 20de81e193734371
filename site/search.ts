import MiniSearch from 'minisearch';

/** What the search can find. */
export interface Entry {
  /** The path of the page, with an anchor if the entry is a part of it. */
  path: string;
  title: string;
  /** Where it belongs: its guide, its method and path, or its status and code. */
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
      // Too many words are similar to a number or a short word.
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
