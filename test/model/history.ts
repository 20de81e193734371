import { type Field, type Fields, fieldNames, type Value } from './fields.ts';
import type { Change, Conflict, Revert, User, World } from './world.ts';

interface BaseFacts {
  /** Whether the log is complete since the base. */
  comparable: boolean;
  moved: boolean;
  conflicts: Conflict[];
}

/** Returns what changed since the version that a client edited, and the conflicts of its update. */
export function baseFacts(
  world: World,
  user: User,
  baseVersion: number | undefined,
  update: Partial<Fields>,
  changing: Field[],
): BaseFacts {
  if (baseVersion === undefined || baseVersion === user.version)
    return { comparable: true, moved: false, conflicts: [] };
  const since = world.log.filter((row) => row.user === user.id && row.version > baseVersion);
  if (since.length !== user.version - baseVersion)
    return { comparable: false, moved: false, conflicts: [] };
  const conflicts = changing.flatMap((field) => {
    const touching = since.filter((row) => field in row.changes);
    const first = touching.at(0);
    const last = touching.at(-1);
    if (!first || !last) return [];
    return {
      field,
      base: first.changes[field]?.before as Value,
      sent: update[field] as Value,
      current: user.fields[field],
      changedIn: last.version,
      changedBy: last.keyPrefix,
    };
  });
  return { comparable: true, moved: true, conflicts };
}

/** Returns the log row of a creation, which has all fields that are not null. */
export const creationOf = ({
  id,
  fields,
}: User): Pick<Change, 'user' | 'version' | 'changes' | 'reverts'> => ({
  user: id,
  version: 1,
  reverts: null,
  changes: Object.fromEntries(
    fieldNames
      .filter((name) => fields[name] !== null)
      .map((name) => [name, { before: null, after: fields[name] }]),
  ),
});

/** Returns the fields of a user at a version; undefined if the log does not go back so far. */
export function fieldsAt(world: World, user: User, version: number): Fields | undefined {
  const later = world.log.filter((row) => row.user === user.id && row.version > version);
  if (version < 1 || version > user.version || later.length !== user.version - version)
    return undefined;
  const before = (row: Change) =>
    Object.fromEntries(Object.entries(row.changes).map(([name, change]) => [name, change.before]));
  return Object.assign({ ...user.fields }, ...later.reverse().map(before));
}

/** Returns the update that a revert makes; undefined if the log lacks the version. */
export function updateOf(world: World, user: User, revert: Revert): Partial<Fields> | undefined {
  if ('version' in revert) return fieldsAt(world, user, revert.version);
  const undone = world.log.find((row) => row.user === user.id && row.version === revert.undo);
  if (!undone || revert.undo < 2) return undefined;
  return Object.fromEntries(
    Object.entries(undone.changes).map(([name, { before }]) => [name, before]),
  );
}
