-- At most 25 live keys a user. A trigger, because a statement that counts for itself reads the
-- snapshot in which it began, and two at once would both find room; this function takes a new
-- snapshot after it has the lock, and looks at the clock then.
CREATE FUNCTION api_keys_live_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE id = NEW.owner_id FOR NO KEY UPDATE;
  IF (
    SELECT count(*) > 25 FROM api_keys
    WHERE owner_id = NEW.owner_id AND revoked_at IS NULL AND coalesce(expires_at > clock_timestamp(), true)
  ) THEN
    RAISE EXCEPTION 'too many live keys'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'api_keys_live_limit', TABLE = 'api_keys';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_live_limit AFTER INSERT ON api_keys
  FOR EACH ROW EXECUTE FUNCTION api_keys_live_limit();
