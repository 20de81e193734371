/** A part of a list, and the cursor of the next one; null: there is none. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The query of a request for a page of any list. */
interface PageQuery {
  limit: number;
  cursor?: string;
}

/** Returns the entries of all pages, one by one. Calls `read` when the next page is needed; throws what it throws. */
export async function* allPages<Item>(
  limit: number | undefined,
  read: (query: PageQuery) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<Item> = await read({ limit: limit ?? 100, ...(cursor && { cursor }) });
    yield* page.items;
    cursor = page.nextCursor;
  }
}
