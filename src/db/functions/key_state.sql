-- What a key is: `active` keys work, the others are kept for the record. A key is revoked with the one that made
-- it (has_maker). By the clock, not by now(): a
-- statement that waited for a lock began before the key ended.
CREATE OR REPLACE FUNCTION profile.key_state(_key profile.api_keys) RETURNS text
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT CASE
    WHEN _key.revoked_at IS NOT NULL OR NOT has_maker(_key) THEN 'revoked'
    WHEN _key.expires_at <= clock_timestamp() THEN 'expired'
    ELSE 'active'
  END
$$;
