import { LATEST } from '../../src/changes/routes.ts';
import { changeTypes, FEED_DAYS } from '../../src/changes/statements.ts';
import { MAX_PAGE } from '../../src/http/page.ts';
import { allUsersScope } from '../../src/permissions.ts';
import { userFields } from '../../src/users/fields.ts';
import { type Operation, PAGE, ref } from './operation.ts';
import { CURSOR } from './schemas.ts';

const LIMIT = PAGE.filter(({ name }) => name === 'limit');
export const CURSOR_EXAMPLE =
  'WzEsIjc2MTIiLCIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiLDNd.mZ5yTz0qkXo0Q2aJ';

/** Names with commas between them. */
const namesPattern = (names: readonly string[]): string => {
  const one = `(${names.join('|').replaceAll('.', '[.]')})`;
  return `^${one}(,${one})*$`;
};

export const feedItemExample = {
  id: '019ac3f0-4c1e-7d3a-9f0b-5a2e6f1c8d34',
  type: 'user.updated',
  timestamp: '2026-11-23T17:05:31.25Z',
  data: {
    user_id: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
    version: 3,
    changed_by: 'in-4fQ9xZ',
    request_id: 'checkout-4711',
    reverts: null,
    changed_at: '2026-11-23T17:05:31.25Z',
    fields: { phone: { before: null, after: '+44 20 7946 0000' } },
  },
};

/** The operations on the feed of changes, by method and path. */
export const feedOperations: Readonly<Record<string, Operation>> = {
  'GET /api/v1/changes': {
    id: 'listFeed',
    tag: 'Feed',
    summary: 'Follow the changes of users',
    description: `Lists the changes of all users: of each user in the order of versions, and each change exactly once. Store \`next_cursor\` when you have applied a page, and send it as \`after\` the next time. A cursor is good for ${FEED_DAYS} days, also with another key and other filters. Without \`after\`, the list begins with the oldest change that is kept. Without the scope \`${allUsersScope}\` it has only the changes of the owner of the key. A page can have fewer changes than \`limit\`, even none, while \`has_more\` is true.`,
    query: [
      ...LIMIT,
      {
        name: 'after',
        description: `The \`next_cursor\` of the page before, or \`${LATEST}\` for a cursor from which only later changes follow.`,
        schema: {
          type: 'string',
          maxLength: CURSOR.maxLength,
          pattern: `^(${LATEST}|${CURSOR.pattern.slice(1, -1)})$`,
        },
        example: LATEST,
      },
      {
        name: 'user_id',
        description: 'Only changes of this user.',
        schema: { type: 'string', format: 'uuid', maxLength: 36 },
        example: feedItemExample.data.user_id,
      },
      {
        name: 'types',
        description: 'Only changes of these types, with commas between them.',
        schema: { type: 'string', maxLength: 255, pattern: namesPattern(changeTypes) },
        example: 'user.created,user.erased',
      },
      {
        name: 'fields',
        description:
          'Only changes of at least one of these fields, with commas between them, and erasures. A change is shown with all its fields.',
        schema: { type: 'string', maxLength: 1000, pattern: namesPattern(Object.keys(userFields)) },
        example: 'email,phone',
      },
    ],
    responses: [
      {
        status: 200,
        description: 'A page of changes.',
        sometimes: ['Sunset'],
        data: { type: 'array', items: ref('FeedChange'), maxItems: MAX_PAGE },
        meta: {
          type: 'object',
          properties: {
            next_cursor: {
              type: 'string',
              ...CURSOR,
              description: 'Where to go on. It moves on even if the page is empty.',
            },
            has_more: {
              type: 'boolean',
              description: 'Whether to get the next page at once; if false, later.',
            },
            lag_seconds: {
              type: 'number',
              minimum: 0,
              description:
                'For how long the oldest change has been stored that no page has yet. It rises while a transaction of the database stays open.',
            },
          },
          required: ['next_cursor', 'has_more', 'lag_seconds'],
        },
        example: {
          message: 'Data retrieved successfully',
          meta: { next_cursor: CURSOR_EXAMPLE, has_more: false, lag_seconds: 0 },
          data: [feedItemExample],
        },
      },
    ],
    errors: ['cursor_expired'],
  },
};
