-- A user as of a version: what later versions changed, with the values from before. What the change log
-- does not keep, such as counts, is as it is now.
CREATE OR REPLACE FUNCTION profile.user_at(_user profile.users, _version integer) RETURNS profile.users
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_populate_record(_user, coalesce((
    SELECT jsonb_object_agg(field, change -> 'before')
    FROM (
      SELECT DISTINCT ON (field) field, change
      FROM user_changes, jsonb_each(changes) AS each (field, change)
      WHERE user_id = (_user).id AND version > _version
      ORDER BY field, version
    ) AS next_change
  ), '{}') || jsonb_build_object('version', _version, 'updated_at', coalesce((
    SELECT changed_at FROM user_changes WHERE user_id = (_user).id AND version = _version
  ), (_user).created_at)))
$$;
