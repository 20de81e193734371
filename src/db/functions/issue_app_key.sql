-- Creates a short-lived key of a user, for an app, by a key that may manage keys and reaches that user. Returns
-- null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is
-- refused, a `verdict`:
--   issued                  `key`. A repeat under an Idempotency-Key gets the same key with a new secret
--   idempotency_key_reused  another request had this Idempotency-Key
--   key_already_used        so had this one, and the key that it created is in use or no longer active
--   user_not_found
--   not_grantable           the key would have more than the credential has: see `members`
--   too_many_keys           the user has `max_active_keys` of these
-- An attempt finds the key that an earlier one created by its `hash`, as issue_key does. It locks nothing of the
-- credential, so that a backend can create many at once: a key ends with its maker whenever that ends.
CREATE OR REPLACE FUNCTION profile.issue_app_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _hash bytea := _request ->> 'hash';
  _credential record;
  _lineage uuid;
  _key api_keys;
  _earlier api_keys;
  _wider text[];
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    PERFORM FROM users WHERE id = _user_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN _credential.facts || '{"verdict": "user_not_found"}';
    END IF;
  END IF;
  SELECT * INTO _key FROM api_keys WHERE hash = _hash AND owner_id = _user_id AND short_lived;
  IF _key.id IS NOT NULL THEN
    RETURN _credential.facts || '{"refusal": null}' || jsonb_build_object('verdict', 'issued', 'key', shown_key(_key));
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  IF _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;

  _key := jsonb_populate_record(_key, _request -> 'draft');
  -- Not its addresses, which are those of the backend: the app is elsewhere.
  _key.fields := coalesce(_key.fields, _credential.fields);
  -- The same for all keys of the user by one lineage, so that a change that is repeated with the next one is
  -- found (idempotency_records). Each of them acts for this user alone.
  _lineage := app_lineage(_user_id, _credential.lineage::text);
  SELECT * INTO _earlier FROM api_keys
  WHERE owner_id = _user_id AND short_lived AND lineage_id = _lineage
    AND idempotency_key = _request ->> 'idempotency_key'
    AND created_at > now() - (_request ->> 'remembered')::interval
  ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE;
  IF _earlier.fingerprint <> (_request ->> 'fingerprint')::bytea THEN
    RETURN _credential.facts || '{"verdict": "idempotency_key_reused"}';
  END IF;
  _wider := wider_members(CASE WHEN _earlier.id IS NULL THEN _key ELSE _earlier END,
    _credential.granted_scopes, NULL, _credential.fields);
  IF _wider <> '{}' THEN
    RETURN _credential.facts || jsonb_build_object('verdict', 'not_grantable', 'members', _wider);
  END IF;

  _key.expires_at := least(_credential.ends_at,
    clock_timestamp() + (_request ->> 'expires_in')::integer * interval '1 second');
  IF _earlier.id IS NOT NULL THEN
    IF _earlier.last_used_at IS NOT NULL OR key_state(_earlier) <> 'active' THEN
      RETURN _credential.facts || '{"verdict": "key_already_used"}';
    END IF;
    -- Made by the current key, which may be another of the lineage.
    UPDATE api_keys SET hash = _hash, prefix = _request ->> 'prefix', made_by = _credential.key_id,
      expires_at = least(expires_at, _credential.ends_at)
    WHERE id = _earlier.id RETURNING * INTO _key;
    PERFORM log_key_event(_key, 'renewed', _credential.key_id, _request);
  ELSE
    IF NOT has_room_for_app_key(_user_id, (_request ->> 'max_active_keys')::integer, NULL) THEN
      RETURN _credential.facts || '{"verdict": "too_many_keys"}';
    END IF;
    INSERT INTO api_keys (owner_id, name, role, scopes, hash, prefix, expires_at, fields,
      short_lived, made_by, lineage_id, idempotency_key, fingerprint)
    VALUES (_user_id, _key.name, _key.role, _key.scopes, _hash, _request ->> 'prefix', _key.expires_at,
      _key.fields, true, _credential.key_id, _lineage,
      _request ->> 'idempotency_key', (_request ->> 'fingerprint')::bytea)
    RETURNING * INTO _key;
    PERFORM log_key_event(_key, 'created', _credential.key_id, _request);
  END IF;
  RETURN _credential.facts || jsonb_build_object('verdict', 'issued', 'key', shown_key(_key));
END
$$;
