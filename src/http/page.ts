import type { Violation } from '../errors.ts';
import {
  type Check,
  type Checked,
  checkMembers,
  throwIfAny,
  validationFailed,
} from './validation.ts';

// The pages of a list: the parameters of its query, and the cursor that leads from one to the next.

/** How many items a page has at most, and if the request does not say. */
export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 50;
/** Longer ones are none of ours. */
export const MAX_CURSOR_LENGTH = 300;

export const limitCheck: Check<number> = (value) =>
  /^[1-9]\d{0,2}$/.test(String(value)) && Number(value) <= MAX_PAGE
    ? { value: Number(value) }
    : {
        violations: [
          {
            pointer: '/limit',
            code: 'out_of_range',
            detail: `limit must be a whole number from 1 to ${MAX_PAGE}.`,
          },
        ],
      };

/** Any text: parsePage says whether it is a cursor of the list. */
export const cursorCheck: Check<string> = (value) => ({ value: String(value) });

/** A credential in the query is not a parameter of the list. */
const ignored = { api_key: (): Checked<never> => ({ violations: [] }) };

/** The parameters of a query that are there, by name. */
export type Query<Checks> = {
  readonly [Name in keyof Checks]?: Checks[Name] extends Check<infer Value> ? Value : never;
};

/** Checks the parameters of a query, all of which may be left out. Throws validation_failed. */
export function parseQuery<Checks extends Readonly<Record<string, Check>>>(
  request: Request,
  checks: Checks,
): Query<Checks> {
  const { searchParams } = new URL(request.url);
  const names = [...new Set(searchParams.keys())].filter((name) => name !== 'api_key');
  const parameters = Object.fromEntries(searchParams);
  const allChecks = { ...checks, ...ignored };
  const { values, violations } = checkMembers(parameters, allChecks, 'parameter');
  throwIfAny([
    ...violations.map(ofParameter),
    ...names.flatMap((name) => checkOnce(name, searchParams)),
  ]);
  return values as Query<Checks>;
}

/** The same violation, of a parameter of the query. */
function ofParameter(violation: Violation): Violation {
  if (!('pointer' in violation)) return violation;
  const { pointer, code, detail } = violation;
  const parameter = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return { parameter, code, detail };
}

const checkOnce = (name: string, query: URLSearchParams): Violation[] =>
  query.getAll(name).length === 1
    ? []
    : [{ parameter: name, code: 'invalid_format', detail: `Send ${name} only once.` }];

/** Where a page begins. */
export interface Page<Position> {
  readonly limit: number;
  /** The position of the last item of the page before. */
  readonly after: Position | undefined;
}

/** Whether a list can have this position: a client can write any into a cursor. */
export type IsPosition<Position> = (
  position: readonly unknown[],
) => position is Position & unknown[];

/**
 * Reads `limit` and `cursor`. `list`: what the cursor belongs to, such as the filters and the credential,
 * so that one of another list is refused. Throws validation_failed.
 */
export async function parsePage<Position>(
  { limit, cursor }: { readonly limit?: number; readonly cursor?: string },
  list: readonly unknown[],
  isPosition: IsPosition<Position>,
): Promise<Page<Position>> {
  if (cursor === undefined) return { limit: limit ?? DEFAULT_PAGE, after: undefined };
  const after = await readCursor(cursor, list, isPosition);
  if (after !== undefined) return { limit: limit ?? DEFAULT_PAGE, after };
  const detail =
    'cursor must be the next_cursor of the previous page, with the same key and the same other parameters.';
  throw validationFailed([{ parameter: 'cursor', code: 'invalid_format', detail }]);
}

/** The position that a cursor of a list has; undefined if it is none of that list. */
export async function readCursor<Position>(
  cursor: string,
  list: readonly unknown[],
  isPosition: IsPosition<Position>,
): Promise<Position | undefined> {
  const position = positionIn(cursor);
  if (!position || (await cursorOf(list, position)) !== cursor) return undefined;
  return isPosition(position) ? position : undefined;
}

/**
 * The cursor of the items after a position; null if there is none. It has a digest of position and list,
 * which distinguishes cursors and proves nothing.
 */
export async function cursorOf(
  list: readonly unknown[],
  position: readonly unknown[] | undefined,
): Promise<string | null> {
  if (position === undefined) return null;
  const bytes = new TextEncoder().encode(JSON.stringify([list, position]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 12);
  return `${base64Url(JSON.stringify(position))}.${base64Url(String.fromCharCode(...digest))}`;
}

/** The position in a cursor; undefined if there is none. */
function positionIn(cursor: string): readonly unknown[] | undefined {
  if (cursor.length > MAX_CURSOR_LENGTH) return undefined;
  try {
    const [text = ''] = cursor.split('.');
    const position: unknown = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')));
    return Array.isArray(position) ? position : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 4648, section 5, without padding; of characters up to U+00FF. */
const base64Url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
