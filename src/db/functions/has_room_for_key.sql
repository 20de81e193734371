-- Whether the owner of a new key, whose row is locked, has at most `_limit` active keys with it. `_old`: the
-- key that it replaces, `_old_ends_at`: when that ends then, or null if its first use ends it; `_unused`:
-- the key that is revoked for it. Keys that end with the first use of their successor do not count, but
-- there are at most `_limit` of them, too.
CREATE OR REPLACE FUNCTION profile.has_room_for_key(
  _owner uuid, _limit integer, _old uuid, _old_ends_at timestamptz, _unused uuid
) RETURNS boolean
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  -- In a variable, because no index is searched by a volatile function.
  _now timestamptz := clock_timestamp();
  _active integer;
  _superseded integer;
BEGIN
  SELECT count(*) FILTER (WHERE NOT until_first_use), count(*) FILTER (WHERE until_first_use)
  INTO _active, _superseded
  FROM (
    SELECT until_first_use FROM api_keys
    WHERE owner_id = _owner AND NOT short_lived AND revoked_at IS NULL AND coalesce(expires_at, 'infinity') > _now
      AND id IS DISTINCT FROM _old AND id IS DISTINCT FROM _unused
    -- The order of the index, so that those that have ended are not read.
    ORDER BY coalesce(expires_at, 'infinity') LIMIT 2 * _limit
  ) AS others;
  IF _old IS NOT NULL AND _old_ends_at IS NULL THEN
    _superseded := _superseded + 1;
  ELSIF _old_ends_at > _now THEN
    _active := _active + 1;
  END IF;
  -- Without a limit there is no room.
  RETURN coalesce(_active + 1 <= _limit AND _superseded <= _limit, false);
END
$$;
