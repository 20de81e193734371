-- Returns the part of issue_key's result about a key that it has issued: the `key`, and in `replaced` the
-- state of the one that it replaces.
CREATE OR REPLACE FUNCTION profile.issued_key(_key profile.api_keys) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_object('verdict', 'issued', 'key', shown_key(_key), 'replaced', (
    SELECT jsonb_build_object(
      'id', id, 'expires_at', expires_at, 'until_first_use', until_first_use)
    FROM api_keys WHERE id = _key.replaces))
$$;
