import * as v from 'valibot';
import type { PublicUser } from './db/read-user.ts';
import type { Conflict } from './errors.ts';
import { parseRfc3339 } from './timestamp.ts';
import { type UserField, type UserUpdate, userFields } from './user-fields.ts';

/** What the statement tells of a field that was changed since the version that the update was made from. */
interface Clash {
  field: UserField;
  /** As JSON of Postgres, whose date-times have another form. */
  base: unknown;
  changed_at: string;
  changed_by: string | null;
}

/** The conflicts in the order of the body, each with all that an app needs to offer a choice. */
export function conflictsOf(clashes: unknown, update: UserUpdate, current: PublicUser): Conflict[] {
  const byField = new Map((clashes as Clash[]).map((clash) => [clash.field, clash]));
  return (Object.keys(update) as UserField[]).flatMap((field) => {
    const clash = byField.get(field);
    if (!clash) return [];
    return {
      pointer: `/${field}`,
      base: shown(field, clash.base),
      sent: update[field],
      current: current[field],
      changed_at: parseRfc3339(clash.changed_at) ?? clash.changed_at,
      changed_by: clash.changed_by,
    };
  });
}

/** In the form in which the API answers it: the schema of a field brings date-times into it. */
function shown(field: UserField, value: unknown): unknown {
  const parsed = v.safeParse(userFields[field].schema, value);
  return parsed.success ? parsed.output : value;
}
