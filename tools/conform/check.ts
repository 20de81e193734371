import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './contract.ts';

/** Why a case cannot be tried here. */
export class Skip extends Error {}

/** What a case found to be wrong. */
export class Broken extends Error {}

/** Demands that a value is what it must be. */
export function same(what: string, got: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(got, wanted))
    throw new Broken(`${what} is ${show(got)}, not ${show(wanted)}`);
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

export function holds(what: string, condition: boolean): void {
  if (!condition) throw new Broken(`${what} does not hold`);
}

/** Demands a status. */
export function answered(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  throw new Broken(`${answer.label} answered ${inShort(answer)}, not ${status}`);
}

/** Demands a refusal with this code. */
export function refused(answer: Answer, status: number, code: string): Answer {
  if (answer.status === status && answer.body?.code === code) return answer;
  throw new Broken(`${answer.label} answered ${inShort(answer)}, not ${status} ${code}`);
}

/** Demands a refusal that names this part of the request, with this code. */
export function names(answer: Answer, where: Record<string, string>, code: string): void {
  const errors: Record<string, unknown>[] = answer.body?.errors ?? [];
  const found = errors.some(
    (error) =>
      error['code'] === code &&
      Object.entries(where).every(([name, value]) => error[name] === value),
  );
  if (!found) throw new Broken(`errors are ${show(errors)}, without ${code} at ${show(where)}`);
}

const inShort = ({ status, body }: Answer): string =>
  [status, body?.code].filter(Boolean).join(' ');
