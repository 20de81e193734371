-- Returns whether a user had a version from which the log leads to the current one in at most `_most` changes.
-- A request must not read an endless log.
CREATE OR REPLACE FUNCTION profile.is_version_kept(
  _user profile.users, _version integer, _most integer
) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _version BETWEEN greatest(1, (_user).version - _most) AND (_user).version AND (
    SELECT count(*) FROM user_changes WHERE user_id = (_user).id AND version > _version
  ) = (_user).version - _version
$$;
