-- A row of the record. `_request` has the `actor` and the `request_id`.
CREATE OR REPLACE FUNCTION profile.log_key_event(
  _key profile.api_keys, _action text, _actor_key_id uuid, _request jsonb
) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  INSERT INTO key_events (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  VALUES (_key.id, _key.owner_id, _action, _request ->> 'actor', _actor_key_id,
    CASE WHEN _request ->> 'actor' IN ('key', 'person') THEN _key.owner_id END,
    _request ->> 'request_id')
$$;
