-- What was changed of a user after a version, oldest first; at most `_most` versions. A function,
-- because all parts of a statement read the snapshot in which it began, which lacks the versions that
-- were made while it waited for the row. A volatile function takes a new snapshot when it is called,
-- and it is called with the locked row.
CREATE OR REPLACE FUNCTION profile.user_changes_since(_user_id uuid, _base integer, _most integer)
RETURNS SETOF profile.user_changes
LANGUAGE sql VOLATILE SET search_path = profile, pg_temp AS $$
  SELECT * FROM user_changes WHERE user_id = _user_id AND version > _base
  ORDER BY version LIMIT _most
$$;
