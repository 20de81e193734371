import { type SQL, sql } from 'drizzle-orm';
import type { Conditions, Versions } from '../conditions.ts';
import { apiKeys } from './schema.ts';

/**
 * `verdict`: whether the update may be made, decided on the locked row: `error` is
 * the code of the error that it is answered with, or null; `details` what that concerns; `merged`
 * whether it goes on top of a later version than the one that it was made from; `changes` whether
 * anything changes at all.
 */
export const verdictOn = ({ ifMatch, ifNoneMatch, baseVersion }: Conditions): SQL => sql`
  select case
    when refused is not null then 'field_not_writable'
    ${ifMatch && sql`when not ${isOneOf(ifMatch)} then 'precondition_failed'`}
    ${ifNoneMatch && sql`when ${isOneOf(ifNoneMatch)} then 'precondition_failed'`}
    ${
      baseVersion &&
      sql`when (select count(*) from since) <> version - ${baseVersion} then 'precondition_failed'
    when conflicts is not null then 'edit_conflict'`
    }
    end as error,
    ${baseVersion ? sql`coalesce(refused, conflicts)` : sql`refused`} as details,
    ${baseVersion ? sql`version > ${baseVersion}` : sql`false`} as merged,
    changes, false as replayed
  from target, (
    select jsonb_agg(field) filter (where refused) as refused, count(*) > 0 as changes from changed
  ) as all_changes ${baseVersion && sql`, (${CONFLICTS}) as all_conflicts`}`;

/** Whether `version` is one of these. */
export const isOneOf = (versions: Versions): SQL =>
  versions === '*'
    ? sql`true`
    : sql`version = any (string_to_array(${versions.join(' ')}, ' ')::int[])`;

/** The step that reads the changes since a version; whatever concerns the row has to come from `target`. */
export const changesSince = (baseVersion: number): SQL => sql`
  select since.* from target, user_changes_since(target.id, ${baseVersion}) as since`;

/** The fields of the update that would change and were changed since, with the last change of each. */
const CONFLICTS = sql`
  select jsonb_agg(jsonb_build_object(
    'field', field, 'base', oldest.changes -> field -> 'before', 'changed_at', latest.changed_at,
    'changed_by', (select prefix from ${apiKeys} where id = latest.api_key_id))) as conflicts
  from (
    select field, min(version) as first, max(version) as last
    from (select version, jsonb_object_keys(changes) as field from since) as each
    where field in (select field from changed)
    group by field
  ) as conflict
  join since as oldest on oldest.version = first
  join since as latest on latest.version = last`;
