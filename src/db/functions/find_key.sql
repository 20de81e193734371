-- Finds a key of the credential's owner by its `id`, or by `self` the key that the credential is. Returns
-- null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is
-- refused, a `verdict`:
--   found          `key`, and the `granted_scopes` that the credential has now
--   key_not_found
CREATE OR REPLACE FUNCTION profile.find_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _key api_keys;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT * INTO _key FROM api_keys
  WHERE owner_id = _credential.owner AND id = CASE _request ->> 'id'
    WHEN 'self' THEN _credential.key_id ELSE (_request ->> 'id')::uuid END;
  _result := CASE
    WHEN _key.id IS NULL THEN '{"verdict": "key_not_found"}'
    ELSE jsonb_build_object('verdict', 'found', 'key', shown_key(_key),
      'granted_scopes', _credential.granted_scopes)
  END;
  RETURN _credential.facts || _result;
END
$$;
