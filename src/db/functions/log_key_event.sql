-- A row of the record. `request` has who asks (`actor`) and the request's id.
CREATE OR REPLACE FUNCTION profile.log_key_event(key profile.api_keys, action text, actor_key uuid, request jsonb) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  INSERT INTO key_events (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  VALUES (key.id, key.owner_id, action, request ->> 'actor', actor_key,
    CASE WHEN request ->> 'actor' <> 'operator' THEN key.owner_id END, request ->> 'request_id')
$$;
