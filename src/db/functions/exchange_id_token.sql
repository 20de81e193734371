-- Creates a short-lived key, for an app, of the user that an ID token is about (find_person). Returns a `verdict`:
--   issued         `key`. With an ID token that has one already: that key with a new secret
--   token_revoked  that one was revoked
--   unknown_user
--   inactive_user
--   too_many_keys  the user has `max_active_keys` of these
-- The scopes and the lifetime of the key are at most those of a key for an app, whatever `draft` has. With the
-- Worker's password alone, nobody can create a key that can do more.
-- `id_token_hash`: of the signed part of the ID token, because a signature can be written in several ways.
CREATE OR REPLACE FUNCTION profile.exchange_id_token(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _hash bytea := _request ->> 'hash';
  _id_token_hash bytea := _request ->> 'id_token_hash';
  _person users := find_person(_request);
  _key api_keys := jsonb_populate_record(NULL::api_keys, _request -> 'draft');
  _id uuid := gen_random_uuid();
  _lifetime interval := least((_request ->> 'expires_in')::integer, 3600) * interval '1 second';
BEGIN
  IF _person.id IS NULL THEN
    RETURN '{"verdict": "unknown_user"}';
  ELSIF NOT _person.is_active THEN
    RETURN '{"verdict": "inactive_user"}';
  ELSIF NOT has_room_for_app_key(_person.id, (_request ->> 'max_active_keys')::integer, _id_token_hash) THEN
    RETURN '{"verdict": "too_many_keys"}';
  END IF;
  -- One lineage for all keys of the user by one app, so that a change that is repeated with the next is found.
  INSERT INTO api_keys (id, owner_id, name, description, role, scopes, hash, prefix, expires_at, short_lived,
    lineage_id, id_token_hash)
  VALUES (_id, _person.id, _key.name, _key.description, _key.role,
    ARRAY(SELECT scope FROM unnest(_key.scopes) AS scope WHERE scope IN ('user:read', 'user:write')),
    _hash, _request ->> 'prefix', clock_timestamp() + _lifetime, true,
    app_lineage(_person.id, concat('app ', _request ->> 'client_id')), _id_token_hash)
  ON CONFLICT (id_token_hash) WHERE id_token_hash IS NOT NULL DO UPDATE
  SET role = excluded.role, scopes = excluded.scopes, hash = excluded.hash, prefix = excluded.prefix,
    expires_at = excluded.expires_at
  WHERE api_keys.revoked_at IS NULL AND api_keys.owner_id = excluded.owner_id
  RETURNING * INTO _key;
  IF NOT FOUND THEN
    RETURN '{"verdict": "token_revoked"}';
  END IF;
  PERFORM log_key_event(_key, CASE _key.id WHEN _id THEN 'created' ELSE 'renewed' END, NULL,
    _request || '{"actor": "person"}');
  RETURN jsonb_build_object('verdict', 'issued', 'key', shown_key(_key));
END
$$;
