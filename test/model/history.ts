import type { Field, Value } from './fields.ts';
import type { Conflict, User, UserRequest, World } from './world.ts';

interface BaseFacts {
  /** Whether the log is complete since the base. */
  comparable: boolean;
  moved: boolean;
  conflicts: Conflict[];
}

/** Returns how the current user relates to the version that a client has edited. */
export function baseFacts(
  world: World,
  user: User,
  { baseVersion, update }: UserRequest,
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
