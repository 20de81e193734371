-- Ends a key of the credential's owner, by its `id`, from the next request on. Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   revoked        `key`; a key that was revoked before stays as it was
--   key_not_found
CREATE OR REPLACE FUNCTION profile.revoke_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _key_id uuid := _request ->> 'id';
  _credential record;
  _key api_keys;
  _result jsonb := '{}';
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    UPDATE api_keys SET revoked_at = now()
    WHERE id = _key_id AND owner_id = _credential.owner AND revoked_at IS NULL
    RETURNING * INTO _key;
    IF _key.id IS NOT NULL THEN
      PERFORM log_key_event(_key, 'revoked', _credential.key_id, _request);
    ELSE
      SELECT * INTO _key FROM api_keys WHERE id = _key_id AND owner_id = _credential.owner;
    END IF;
    _result := CASE
      WHEN _key.id IS NULL THEN '{"verdict": "key_not_found"}'
      ELSE jsonb_build_object('verdict', 'revoked', 'key', shown_key(_key))
    END;
  END IF;
  -- To end a key is not to use it.
  IF _credential.is_use_due AND _credential.key_id IS DISTINCT FROM _key.id THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
