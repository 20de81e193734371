-- Returns the update that restores a `version` of a user, or that takes the change to `undo` back, in the fields
-- that it changed. Null if the log does not have it. The fields that a request can change are those of its
-- `scope_by_field`.
CREATE OR REPLACE FUNCTION profile.reverted_values(_user profile.users, _request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _version integer := _request -> 'revert' ->> 'version';
  _undo integer := _request -> 'revert' ->> 'undo';
  _most integer := coalesce((_request ->> 'mergeable_versions')::integer, 0);
BEGIN
  IF _undo IS NOT NULL THEN
    RETURN (
      SELECT jsonb_object_agg(field, change -> 'before')
      FROM user_changes, jsonb_each(changes) AS each (field, change)
      WHERE user_id = _user.id AND version = _undo AND version > greatest(1, _user.version - _most)
    );
  ELSIF is_version_kept(_user, _version, _most) THEN
    RETURN (
      SELECT jsonb_object_agg(field, value)
      FROM jsonb_each(to_jsonb(user_at(_user, _version))) AS each (field, value)
      WHERE _request -> 'scope_by_field' ? field
    );
  END IF;
  RETURN NULL;
END
$$;
