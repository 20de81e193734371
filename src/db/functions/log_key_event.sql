-- A row of the record. `_request` has the `actor` and the `request_id`. A short-lived key may be created by a
-- key of another user.
CREATE OR REPLACE FUNCTION profile.log_key_event(
  _key profile.api_keys, _action text, _actor_key_id uuid, _request jsonb
) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  INSERT INTO key_events (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  VALUES (_key.id, _key.owner_id, _action, _request ->> 'actor', _actor_key_id,
    CASE _request ->> 'actor'
      WHEN 'key' THEN (SELECT owner_id FROM api_keys WHERE id = _actor_key_id)
      WHEN 'person' THEN _key.owner_id
    END,
    _request ->> 'request_id')
$$;
