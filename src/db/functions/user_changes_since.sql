-- What was changed of a user after a version, oldest first; at most 100 versions. A function,
-- because all parts of a statement read the snapshot in which it began, which lacks the versions that
-- were made while it waited for the row. A volatile function takes a new snapshot when it is called,
-- and it is called with the locked row.
CREATE OR REPLACE FUNCTION profile.user_changes_since(changed_user uuid, base integer) RETURNS SETOF profile.user_changes
LANGUAGE sql VOLATILE SET search_path = profile, pg_temp AS $$
  SELECT * FROM user_changes WHERE user_id = changed_user AND version > base
  ORDER BY version LIMIT 100
$$;
