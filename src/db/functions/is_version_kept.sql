-- Whether a user had a version from which the log leads to the one that they have now.
CREATE OR REPLACE FUNCTION profile.is_version_kept(_user profile.users, _version integer) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _version BETWEEN 1 AND (_user).version AND (
    SELECT count(*) FROM user_changes WHERE user_id = (_user).id AND version > _version
  ) = (_user).version - _version
$$;
