-- Notes the use of a key in this minute. At most one request per minute takes this lock; the others skip
-- it. The request names where it came from by `client_country` and `client_network`, if that is known. The
-- first use of a key ends the one that it replaced, unless the rotation had a `grace`.
CREATE OR REPLACE FUNCTION profile.touch_key(_key_id uuid, _request jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _predecessor uuid;
BEGIN
  UPDATE api_keys SET
    last_used_at = date_trunc('minute', now()),
    last_used_country = _request ->> 'client_country',
    last_used_network = _request ->> 'client_network'
  WHERE id = (
    SELECT id FROM api_keys
    WHERE id = _key_id AND coalesce(last_used_at < date_trunc('minute', now()), true)
    FOR NO KEY UPDATE SKIP LOCKED
  )
  RETURNING replaces INTO _predecessor;
  IF _predecessor IS NOT NULL THEN
    UPDATE api_keys SET expires_at = now()
    WHERE id = (
      SELECT id FROM api_keys
      WHERE id = _predecessor AND replaced_by = _key_id AND until_first_use AND expires_at > now()
      FOR NO KEY UPDATE SKIP LOCKED
    );
  END IF;
END
$$;
