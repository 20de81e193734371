-- Returns what was changed of a user since a version. `known`: how many versions (see user_changes_since).
-- `conflicts`: the fields of `_changed` that were changed too, each with its value then and its last change.
CREATE OR REPLACE FUNCTION profile.edit_conflicts(
  _user_id uuid, _base integer, _changed jsonb, _most integer, OUT known bigint, OUT conflicts jsonb
) LANGUAGE sql SET search_path = profile, pg_temp AS $$
  WITH since AS (SELECT * FROM user_changes_since(_user_id, _base, _most)),
  conflict AS (
    SELECT field, min(version) AS first, max(version) AS last
    FROM (SELECT version, jsonb_object_keys(changes) AS field FROM since) AS each
    WHERE _changed ? field
    GROUP BY field
  )
  SELECT (SELECT count(*) FROM since), (
    SELECT jsonb_agg(jsonb_build_object(
      'field', field, 'base', oldest.changes -> field -> 'before', 'changed_at', latest.changed_at,
      'changed_by', latest.api_key_prefix))
    FROM conflict
    JOIN since AS oldest ON oldest.version = first
    JOIN since AS latest ON latest.version = last
  )
$$;
