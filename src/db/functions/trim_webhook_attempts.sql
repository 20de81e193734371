-- Deletes all attempts to deliver to an endpoint but the latest, and the latest that led to a skip.
CREATE OR REPLACE FUNCTION profile.trim_webhook_attempts(_webhook_id uuid, _kept integer) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  DELETE FROM webhook_attempts WHERE number = ANY (ARRAY(
    SELECT number FROM webhook_attempts
    WHERE webhook_id = _webhook_id
      AND number NOT IN (SELECT number FROM webhook_attempts
        WHERE webhook_id = _webhook_id ORDER BY number DESC LIMIT _kept)
      AND number NOT IN (SELECT number FROM webhook_attempts
        WHERE webhook_id = _webhook_id AND skipped_at IS NOT NULL ORDER BY number DESC LIMIT _kept)
    -- An erasure may be deleting some of them.
    FOR UPDATE SKIP LOCKED))
$$;
