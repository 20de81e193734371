import { describe, expect, test } from 'vitest';
import openApi from '../../openapi.json' with { type: 'json' };
import type { Document } from '../../site/pages/document.ts';
import { readGuides } from '../../site/pages/guide-page.ts';
import { searchEntries } from '../../site/pages/search-entries.ts';
import { searcher } from '../../site/search.ts';

// Which page the search leads to. test/docs/browser.test.ts has the search as people use it.

const find = searcher(searchEntries(openApi as unknown as Document, await readGuides()));
const paths = (query: string): string[] => find(query).map(({ path }) => path);

describe('the search leads', () => {
  test.each([
    ['rotate', '/docs/reference/keys#rotateKey'],
    ['rotate a key', '/docs/reference/keys#rotateKey'],
    ['409', '/docs/errors/edit_conflict'],
    ['edit_conflict', '/docs/errors/edit_conflict'],
    ['If-Match', '/docs/updating-safely'],
    ['Idempotency-Key', '/docs/updating-safely'],
    ['birthdate', '/docs/reference/users#updateUser'],
    ['leaked', '/docs/reference/keys#reportKey'],
    ['rate limit', '/docs/rate-limits'],
    ['rollback', '/docs/operating'],
    ['authentification', '/docs/authentication'],
    ['Postman', '/docs/importing-openapi'],
    ['generator', '/docs/importing-openapi'],
    ['client', '/docs/client'],
    ['SDK', '/docs/client'],
    ['bulk', '/docs/nightly-sync'],
    ['Swift', '/docs/mobile-apps'],
    ['null', '/docs/mobile-apps'],
    ['create a user', '/docs/reference/users#createUser'],
    ['GDPR', '/docs/reference/users#eraseUser'],
    ['undo', '/docs/reference/history#revertUser'],
  ])('from %s to %s', (query, path) => {
    expect(paths(query).some((found) => found.startsWith(path))).toBe(true);
  });

  test.each(['key', 'version'])('from %s to a guide or an operation', (query) => {
    expect(paths(query).filter((path) => !path.startsWith('/docs/errors/'))).not.toEqual([]);
  });

  test('nowhere from a word that is in no page', () => {
    expect(paths('xylophone')).toEqual([]);
  });

  test('first to the title that is the query', () => {
    for (const title of ['Rate limits', 'Rotate a key', 'Conflicting edit'])
      expect(find(title)[0]?.title).toBe(title);
  });
});
