import { EXISTING_ID, FIELDS, type Field, type Fields } from './fields.ts';
import { type ModelResponse, problem, type World } from './world.ts';

// What the tables of the database refuse.

/** Returns the refusal of an e-mail address that another user has. */
export function takenAddress(world: World, id: string, email: unknown): ModelResponse | undefined {
  const isTaken = [...world.users.values()].some(
    (other) => other.id !== id && sameAddress(other.fields.email, email),
  );
  return isTaken ? problem(409, 'email_taken', ['/email taken']) : undefined;
}

export const sameAddress = (a: unknown, b: unknown): boolean =>
  String(a).toLowerCase() === String(b).toLowerCase();

/** Returns the refusal of references to missing records. */
export function missingReference(
  update: Partial<Fields>,
  changing: readonly Field[],
): ModelResponse | undefined {
  const missing = changing.filter(
    (name) =>
      ['role', 'plan'].includes(FIELDS[name][1]) &&
      ![EXISTING_ID, null].includes(update[name] as string),
  );
  if (missing.length === 0) return undefined;
  return problem(
    422,
    'reference_not_found',
    missing.map((name) => `/${name} not_found`),
  );
}
