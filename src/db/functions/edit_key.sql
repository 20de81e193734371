-- Edits a key of the credential's owner, by its `id`: to new `values`. Its rights can only become fewer.
-- Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it
-- is refused, a `verdict`:
--   edited         `key`; also if nothing had to change
--   key_not_found
--   key_not_live   it is no longer active: see `state`
--   not_grantable  it would have more than it has: see `members`
CREATE OR REPLACE FUNCTION profile.edit_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _key api_keys;
  _edited api_keys;
  _wider text[];
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT * INTO _key FROM api_keys
  WHERE id = (_request ->> 'id')::uuid AND owner_id = _credential.owner FOR NO KEY UPDATE;
  _edited := jsonb_populate_record(_key, _request -> 'values');
  -- A role names a set of scopes, which it is no more.
  IF NOT _edited.scopes @> _key.scopes THEN
    _edited.role := NULL;
  END IF;
  _wider := wider_members(_edited, _key.scopes, _key.allowed_ips, _key.fields);

  IF _key.id IS NULL THEN
    _result := '{"verdict": "key_not_found"}';
  ELSIF key_state(_key) <> 'active' THEN
    _result := jsonb_build_object('verdict', 'key_not_live', 'state', key_state(_key));
  ELSIF _wider <> '{}' THEN
    _result := jsonb_build_object('verdict', 'not_grantable', 'members', _wider);
  ELSE
    IF _edited IS DISTINCT FROM _key THEN
      UPDATE api_keys SET
        name = _edited.name,
        description = _edited.description,
        role = _edited.role,
        scopes = _edited.scopes,
        allowed_ips = _edited.allowed_ips,
        fields = _edited.fields
      WHERE id = _key.id RETURNING * INTO _edited;
      PERFORM log_key_event(_edited, 'edited', _credential.key_id, _request);
    END IF;
    _result := jsonb_build_object('verdict', 'edited', 'key', shown_key(_edited));
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
