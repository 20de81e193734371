-- Creates a key for the owner of a credential: from a draft, or, if it `replaces` a key, with the rights of
-- that one, which then ends. Returns null if there is no such credential, else `key_id`, `ends_at` and
-- `refusal` of it and, unless it is refused, a `verdict`:
--   issued                  `key`, and in `replaced` the state of the old one (issued_key). A repeat under
--                           an Idempotency-Key gets the key that the first created, with a new secret
--   idempotency_key_reused  another request had this Idempotency-Key
--   key_already_used        so had this one, and the key that it created is in use or no longer active
--   key_not_found           there is no key to replace
--   short_lived             the key to replace is one, and is not rotated
--   key_not_live            the key to replace is no longer active: see `state`
--   not_grantable           the key would have more than the credential has: see `members`
--   too_many_keys           the owner has `max_active_keys`
-- Each request has a secret of its own, so a key with its `hash` was created by an earlier attempt. A repeat
-- returns that key, even if the attempt has revoked the credential.
CREATE OR REPLACE FUNCTION profile.issue_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _hash bytea := _request ->> 'hash';
  _grace interval := (_request ->> 'grace')::integer * interval '1 second';
  _credential record;
  _earlier api_keys;
  _old api_keys;
  _unused api_keys;
  _issued api_keys;
  _original_expires_at timestamptz;
  _is_self boolean := false;
  _wider text[];
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO _issued FROM api_keys WHERE hash = _hash AND owner_id = _credential.owner;
  IF _issued.id IS NOT NULL THEN
    RETURN _credential.facts || '{"refusal": null}' || issued_key(_issued);
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  IF _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;

  -- The owner's row is locked, so of two equal requests the second finds what the first created. `self`
  -- names another key in each request, so a key that rotates itself finds only its own successor.
  SELECT * INTO _earlier FROM api_keys
  WHERE owner_id = _credential.owner AND NOT short_lived
    AND idempotency_key = _request ->> 'idempotency_key'
    AND created_at > now() - (_request ->> 'remembered')::interval
    AND (_request ->> 'replaces' IS DISTINCT FROM 'self' OR replaces = _credential.key_id)
  ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE;
  IF _earlier.fingerprint <> (_request ->> 'fingerprint')::bytea THEN
    RETURN _credential.facts || '{"verdict": "idempotency_key_reused"}';
  END IF;

  IF _request ? 'replaces' THEN
    SELECT * INTO _old FROM api_keys
    WHERE owner_id = _credential.owner AND id = CASE _request ->> 'replaces'
      WHEN 'self' THEN _credential.key_id ELSE (_request ->> 'replaces')::uuid END
    FOR NO KEY UPDATE;
    IF _old.id IS NULL THEN
      RETURN _credential.facts || '{"verdict": "key_not_found"}';
    ELSIF _old.short_lived THEN
      RETURN _credential.facts || '{"verdict": "short_lived"}';
    END IF;
    _is_self := _old.id IS NOT DISTINCT FROM _credential.key_id;
    _issued := _old;
    -- The expiry of a key that is being replaced is that of the rotation; its successors get the original.
    IF _old.replaced_by IS NOT NULL THEN
      _issued.expires_at := _old.original_expires_at;
    END IF;
    IF _is_self THEN
      _credential.ends_at := _issued.expires_at;
    END IF;
    _original_expires_at := _issued.expires_at;
  END IF;
  _issued := jsonb_populate_record(_issued, _request -> 'draft');
  -- A new key has the bounds of the one that creates it, unless it gets narrower ones.
  IF _old.id IS NULL THEN
    _issued.allowed_ips := coalesce(_issued.allowed_ips, _credential.allowed_ips);
    _issued.fields := coalesce(_issued.fields, _credential.fields);
  END IF;
  -- A repeat may have another key than the first request. It must not get more than that key has.
  _wider := wider_members(
    CASE WHEN _earlier.id IS NULL THEN _issued ELSE _earlier END,
    CASE WHEN _is_self THEN _issued.scopes ELSE _credential.granted_scopes END,
    _credential.allowed_ips, _credential.fields);
  IF _wider <> '{}' THEN
    RETURN _credential.facts || jsonb_build_object('verdict', 'not_grantable', 'members', _wider);
  END IF;

  IF _earlier.id IS NOT NULL THEN
    IF _earlier.last_used_at IS NOT NULL OR key_state(_earlier) <> 'active' THEN
      RETURN _credential.facts || '{"verdict": "key_already_used"}';
    END IF;
    -- The caller's key may be another one than created it, and end sooner.
    UPDATE api_keys SET hash = _hash, prefix = _request ->> 'prefix',
      expires_at = least(expires_at, _credential.ends_at)
    WHERE id = _earlier.id RETURNING * INTO _issued;
    PERFORM log_key_event(_issued, 'renewed', _credential.key_id, _request);
    RETURN _credential.facts || issued_key(_issued);
  END IF;

  IF _old.id IS NOT NULL AND key_state(_old) <> 'active' THEN
    RETURN _credential.facts || jsonb_build_object('verdict', 'key_not_live', 'state', key_state(_old));
  END IF;
  -- Rotated again before its successor was used, whose secret may be lost: one successor at a time.
  SELECT * INTO _unused FROM api_keys
  WHERE id = _old.replaced_by AND _old.until_first_use AND last_used_at IS NULL AND revoked_at IS NULL
  FOR NO KEY UPDATE;
  IF NOT has_room_for_key(_credential.owner, (_request ->> 'max_active_keys')::integer, _old.id,
    least(_old.expires_at, now() + _grace), _unused.id) THEN
    RETURN _credential.facts || '{"verdict": "too_many_keys"}';
  END IF;

  IF _unused.id IS NOT NULL THEN
    UPDATE api_keys SET revoked_at = now() WHERE id = _unused.id RETURNING * INTO _unused;
    PERFORM log_key_event(_unused, 'revoked', _credential.key_id, _request);
  END IF;
  _issued.id := gen_random_uuid();
  UPDATE api_keys SET
    expires_at = least(expires_at, now() + coalesce(_grace, (_request ->> 'first_use_within')::interval, '0')),
    original_expires_at = _original_expires_at,
    replaced_by = _issued.id,
    until_first_use = _grace IS NULL
  WHERE id = _old.id RETURNING * INTO _old;
  INSERT INTO api_keys (id, owner_id, name, description, role, scopes, hash, prefix, expires_at,
    require_precondition, allowed_ips, fields, lineage_id, replaces, idempotency_key, fingerprint)
  VALUES (_issued.id, _credential.owner, _issued.name, _issued.description, _issued.role, _issued.scopes,
    _hash, _request ->> 'prefix', least(_issued.expires_at, _credential.ends_at),
    _issued.require_precondition, _issued.allowed_ips, _issued.fields, coalesce(_old.lineage_id, _issued.id), _old.id,
    _request ->> 'idempotency_key', (_request ->> 'fingerprint')::bytea)
  RETURNING * INTO _issued;
  PERFORM log_key_event(_issued, 'created', _credential.key_id, _request);
  IF _old.id IS NOT NULL THEN
    PERFORM log_key_event(_old, 'rotated', _credential.key_id, _request);
  END IF;
  RETURN _credential.facts || issued_key(_issued);
END
$$;
