import type { ErrorCode } from '../../src/errors.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../../src/http/page.ts';
import type { RequestHeader, ResponseHeader } from './headers.ts';
import { CURSOR, type Schema } from './schemas.ts';

/** A response without an error. */
export interface Success {
  status: number;
  description: string;
  /** Those that it always has, and those that it may have. */
  headers?: readonly ResponseHeader[];
  sometimes?: readonly ResponseHeader[];
  /** The schema of `data` in the envelope; absent: no envelope. */
  data?: Schema;
  meta?: Schema;
  /** A body without the envelope. */
  bare?: Schema;
  /** The schema of each line of the response to a request in lines. */
  line?: Schema;
  example?: unknown;
  /** What `message` of the envelope can be beside that of the example. */
  orMessages?: readonly string[];
}

/** What the document says of a route beside what its code says. */
export interface Operation {
  id: string;
  tag: 'Users' | 'History' | 'Feed' | 'Webhooks' | 'Keys' | 'Service';
  summary: string;
  description: string;
  headers?: readonly RequestHeader[];
  query?: readonly { name: string; description: string; schema: Schema; example: unknown }[];
  body?: {
    schema: string;
    examples: Record<string, unknown>;
    mediaTypes?: readonly string[];
    /** The schema of each line, if it may be sent in lines. */
    line?: string;
  };
  responses: readonly Success[];
  /** Nothing is written, so no lock is waited for and no outcome is unknown; that of a GET is known. */
  onlyReads?: true;
  /** The errors of this operation beside those that follow from its route. */
  errors?: readonly ErrorCode[];
}

/** Where the examples of problems come from. */
export const ORIGIN = 'https://api.example.com';

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const NO_META: Schema = { type: 'object', maxProperties: 0 };

/** A parameter of the query of an operation. */
type Parameter = NonNullable<Operation['query']>[number];

/** The parameters of each list. */
export const PAGE: readonly Parameter[] = [
  {
    name: 'limit',
    description: 'The maximum number of items per page.',
    schema: {
      type: 'integer',
      format: 'int32',
      minimum: 1,
      maximum: MAX_PAGE,
      default: DEFAULT_PAGE,
    },
    example: 20,
  },
  {
    name: 'cursor',
    description:
      'The `next_cursor` of the previous page. Use it with the same key and the same other parameters.',
    schema: { type: 'string', ...CURSOR },
    example: 'WyIzYzkwYzNjYy0wZDQ0LTRiNTAtODg4OC04ZGQyNTczNjA1MmEiXQ.mZ5yTz0qkXo0Q2aJ',
  },
];

/** The `meta` of a page of a list. */
export const pageMeta = (more: Schema = {}): Schema => ({
  type: 'object',
  properties: {
    next_cursor: {
      type: ['string', 'null'],
      ...CURSOR,
      description: 'The cursor of the next page; null if there is none.',
    },
    ...more,
  },
  required: ['next_cursor', ...Object.keys(more)],
});
