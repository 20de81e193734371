import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { Conflict, ModelResponse, UserRequest } from './world.ts';

/** The compared parts of a response, in the same form for the model and the Worker. */
interface View {
  status: number;
  etag: string | null;
  replayed: string | null;
  applied: string | null;
  message: unknown;
  data: unknown;
  meta: unknown;
  problem: unknown;
  places: string[] | null;
  conflicts: unknown[] | null;
}

/** Whether the Worker's response is one of those that the model expects. */
export const matches = (
  request: UserRequest,
  real: Real,
  expected: readonly ModelResponse[],
): boolean => expected.some((response) => isDeepStrictEqual(...views(request, real, response)));

/** Fails if the Worker returned none of the expected responses; shows the difference from the first. */
export function expectMatch(
  request: UserRequest,
  real: Real,
  expected: readonly ModelResponse[],
): void {
  if (matches(request, real, expected)) return;
  const [seen, wanted] = views(request, real, expected[0] as ModelResponse);
  expect(seen).toEqual(wanted);
}

function views(request: UserRequest, real: Real, response: ModelResponse): [View, View] {
  const seen = viewOfReal(real);
  return [seen, viewOfModel(request, response, seen)];
}

function viewOfReal({ status, headers, body }: Real): View {
  const { message, data, meta, errors, conflicts, detail, title, type, ...problem } = body ?? {};
  return {
    status,
    etag: headers.get('etag'),
    replayed: headers.get('idempotency-replayed'),
    applied: headers.get('preference-applied'),
    message: message ?? null,
    data: timeless(data) ?? null,
    meta: meta ?? null,
    problem: { ...problem, type: type && new URL(type).pathname, explained: !!detail && !!title },
    places: errors ? errors.map(placeOf).toSorted() : null,
    conflicts: conflicts ? byPointer(conflicts.map(withoutTime)) : null,
  };
}

const TIMES = ['changed_at', 'created_at', 'updated_at'];

/** Returns data without the server's times, and with only the ids of keys. */
function timeless(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(timeless);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => !TIMES.includes(name))
      .map(([name, value]) => [
        name,
        name === 'keys' ? value.map(({ id }: { id: string }) => id).toSorted() : timeless(value),
      ]),
  );
}

const placeOf = (error: Record<string, string>): string =>
  `${error['pointer'] ?? error['parameter'] ?? error['header']} ${error['code']}`;

/** Sorts conflicts, because their order is not specified. */
const byPointer = <T extends { pointer: string }>(conflicts: T[]): T[] =>
  conflicts.toSorted((a, b) => a.pointer.localeCompare(b.pointer));

/** Removes the time, which play.ts compares with the database. */
const withoutTime = ({ changed_at, ...rest }: { changed_at: unknown; pointer: string }) => rest;

function viewOfModel(request: UserRequest, response: ModelResponse, seen: View): View {
  const { status, code, version, data, meta, conflicts, replayed, applied } = response;
  const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
  const changed = request.action === 'create' ? 'created' : 'updated';
  const done = request.validateOnly ? 'validated' : changed;
  const verb = request.method === 'GET' ? 'retrieved' : done;
  const places = placesOf(response, seen.places);
  const isProblem = hasBody && code !== undefined;
  return {
    status,
    etag: version === undefined ? null : `"${version}"`,
    replayed: replayed ? 'true' : null,
    applied: applied ?? null,
    message: hasBody && !code ? `Data ${verb} successfully` : null,
    data: hasBody && data ? data : null,
    meta: hasBody && meta ? meta : null,
    problem: isProblem
      ? {
          type: `/docs/errors/${code}`,
          status,
          code,
          request_id: request.requestId,
          explained: true,
        }
      : { type: undefined, explained: false },
    places: isProblem && places.length > 0 ? places : null,
    conflicts: isProblem && conflicts ? byPointer(conflicts.map(shownConflict)) : null,
  };
}

/** Returns the expected places. Not all malformed headers and unknown references must be listed. */
function placesOf({ code, places = [] }: ModelResponse, seen: string[] | null): string[] {
  const some = seen?.length && seen.every((place) => places.includes(place)) ? seen : places;
  if (code === 'malformed_header') return some;
  return code === 'reference_not_found' && some.length === 1 ? some : places;
}

const shownConflict = ({ field, base, sent, current, changedBy }: Conflict) => ({
  pointer: `/${field}`,
  base,
  sent,
  current,
  changed_by: changedBy,
});
