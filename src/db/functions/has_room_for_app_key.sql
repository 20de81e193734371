-- Whether a user, whose row is locked, has fewer than `_limit` active short-lived keys. `_id_token_hash`: that of
-- the key that is replaced, if one is.
CREATE OR REPLACE FUNCTION profile.has_room_for_app_key(
  _owner uuid, _limit integer, _id_token_hash bytea
) RETURNS boolean
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  -- In a variable, because no index is searched by a volatile function.
  _now timestamptz := clock_timestamp();
  _active integer;
BEGIN
  SELECT count(*) INTO _active FROM (
    SELECT FROM api_keys AS key
    WHERE owner_id = _owner AND short_lived AND revoked_at IS NULL
      AND coalesce(expires_at, 'infinity') > _now
      AND key_state(key) = 'active'
      AND (_id_token_hash IS NULL OR id_token_hash IS DISTINCT FROM _id_token_hash)
    LIMIT _limit
  ) AS others;
  -- Without a limit there is no room.
  RETURN coalesce(_active < _limit, false);
END
$$;
