import { userChanges, users } from '../db/schema.ts';
import type { Conflict } from '../errors.ts';
import type { UserField, UserUpdate } from './fields.ts';
import type { PublicUser } from './user-row.ts';

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
      base: clash.base === null ? null : users[field].mapFromDriverValue(clash.base as never),
      sent: update[field],
      current: current[field],
      changed_at: userChanges.changed_at.mapFromDriverValue(clash.changed_at) as string,
      changed_by: clash.changed_by,
    };
  });
}
