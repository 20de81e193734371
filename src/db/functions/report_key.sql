-- Revokes the active key with this `hash`, by whomever it is reported. Returns whether one was `revoked`.
CREATE OR REPLACE FUNCTION profile.report_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _key api_keys;
BEGIN
  UPDATE api_keys SET revoked_at = now()
  WHERE hash = (_request ->> 'hash')::bytea AND revoked_at IS NULL
  RETURNING * INTO _key;
  IF _key.id IS NOT NULL THEN
    PERFORM log_key_event(_key, 'reported', NULL, _request);
  END IF;
  RETURN jsonb_build_object('revoked', _key.id IS NOT NULL);
END
$$;
