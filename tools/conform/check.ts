import { isDeepStrictEqual } from 'node:util';
import type { ApiResponse } from './contract.ts';

/** Why a case cannot run here. */
export class CaseSkipped extends Error {}

/** What a case found wrong. */
export class CaseFailure extends Error {}

/** Throws CaseFailure if a value is not the expected one. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new CaseFailure(`${what} is ${show(actual)}, not ${show(expected)}`);
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** Throws CaseFailure if a condition is false. */
export function expectTrue(what: string, condition: boolean): void {
  if (!condition) throw new CaseFailure(`${what} is false`);
}

/** Returns the response; throws CaseFailure if it has another status. */
export function expectStatus(response: ApiResponse, status: number): ApiResponse {
  if (response.status === status) return response;
  throw new CaseFailure(`${response.label} returned ${summary(response)}, not ${status}`);
}

/** Returns the response; throws CaseFailure if it is not this error. */
export function expectError(response: ApiResponse, status: number, code: string): ApiResponse {
  if (response.status === status && response.body?.code === code) return response;
  throw new CaseFailure(`${response.label} returned ${summary(response)}, not ${status} ${code}`);
}

/** Throws CaseFailure if the errors of a response do not have this code for this part of the request. */
export function expectErrorAt(
  response: ApiResponse,
  where: Record<string, string>,
  code: string,
): void {
  const errors: Record<string, unknown>[] = response.body?.errors ?? [];
  const found = errors.some(
    (error) =>
      error['code'] === code &&
      Object.entries(where).every(([name, value]) => error[name] === value),
  );
  if (!found)
    throw new CaseFailure(`errors are ${show(errors)}, without ${code} at ${show(where)}`);
}

const summary = ({ status, body }: ApiResponse): string =>
  [status, body?.code].filter(Boolean).join(' ');
