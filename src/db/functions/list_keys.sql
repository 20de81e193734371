-- Lists the keys of the credential's owner, the newest first; of the short-lived those that are active. Returns
-- null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, at
-- most `limit` `keys`. `after`: the id of the last key of the page before. `state`: only those in this state.
CREATE OR REPLACE FUNCTION profile.list_keys(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  -- Later than every key.
  _after_time timestamptz := 'infinity';
  _after_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  _keys jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF _request ? 'after' THEN
    -- Null if it is not a key of the owner: then nothing comes after it.
    SELECT created_at, id INTO _after_time, _after_id FROM api_keys
    WHERE id = (_request ->> 'after')::uuid AND owner_id = _credential.owner;
  END IF;
  SELECT coalesce(jsonb_agg(shown_key(key) ORDER BY (key).created_at DESC, (key).id DESC), '[]')
  INTO _keys
  FROM (
    SELECT api_keys AS key FROM api_keys
    WHERE owner_id = _credential.owner AND (created_at, id) < (_after_time, _after_id)
      AND (NOT short_lived OR key_state(api_keys) = 'active')
      AND coalesce(key_state(api_keys) = _request ->> 'state', true)
    ORDER BY created_at DESC, id DESC LIMIT (_request ->> 'limit')::integer
  ) AS page;
  RETURN _credential.facts || jsonb_build_object('keys', _keys);
END
$$;
