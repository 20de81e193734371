import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { ApiResponse as Real } from '../support/contract.ts';
import type { ApiResponse, Conflict, UserRequest } from './world.ts';

/** An answer as far as it is compared, the model's and the Worker's in the same shape. */
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

/** Whether the Worker answered what the model says; the first of several is what is meant most. */
export const matches = (
  request: UserRequest,
  real: Real,
  expected: readonly ApiResponse[],
): boolean => expected.some((response) => isDeepStrictEqual(...views(request, real, response)));

/** Fails with the difference if the Worker answered nothing of what the model says. */
export function demand(request: UserRequest, real: Real, expected: readonly ApiResponse[]): void {
  if (matches(request, real, expected)) return;
  const [seen, wanted] = views(request, real, expected[0] as ApiResponse);
  expect(seen).toEqual(wanted);
}

function views(request: UserRequest, real: Real, response: ApiResponse): [View, View] {
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
    data: data ?? null,
    meta: meta ?? null,
    problem: { ...problem, type: type && new URL(type).pathname, explained: !!detail && !!title },
    places: errors ? errors.map(placeOf).toSorted() : null,
    conflicts: conflicts ? byPointer(conflicts.map(withoutTime)) : null,
  };
}

const placeOf = (error: Record<string, string>): string =>
  `${error['pointer'] ?? error['parameter'] ?? error['header']} ${error['code']}`;

/** Their order is nobody's promise. */
const byPointer = <T extends { pointer: string }>(conflicts: T[]): T[] =>
  conflicts.toSorted((a, b) => a.pointer.localeCompare(b.pointer));

/** The time is compared with the database's, where it is. */
const withoutTime = ({ changed_at, ...rest }: { changed_at: unknown; pointer: string }) => rest;

function viewOfModel(request: UserRequest, response: ApiResponse, seen: View): View {
  const { status, code, version, data, meta, conflicts, replayed, applied } = response;
  const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
  const changed = request.validateOnly ? 'validated' : 'updated';
  const verb = request.method === 'GET' ? 'retrieved' : changed;
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

/** Of malformed headers and lost references not all need to be named. */
function placesOf({ code, places = [] }: ApiResponse, seen: string[] | null): string[] {
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
