-- At most 25 active keys a user; those that end with the first use of their successor do not count,
-- but there are at most 25 of them, too. The lock makes requests that run at once count one another.
CREATE OR REPLACE FUNCTION profile.api_keys_live_limit() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  counted bigint;
  superseded bigint;
  locked_at timestamptz;
BEGIN
  PERFORM FROM users WHERE id = NEW.owner_id FOR NO KEY UPDATE;
  -- By the clock, after the lock; in a variable, for no index is searched by a volatile function.
  locked_at := clock_timestamp();
  SELECT count(*) FILTER (WHERE NOT ends_on_use), count(*) FILTER (WHERE ends_on_use)
  INTO counted, superseded
  FROM (
    SELECT ends_on_use FROM api_keys
    WHERE owner_id = NEW.owner_id AND revoked_at IS NULL
      AND coalesce(expires_at, 'infinity') > locked_at
    -- The order of the index, so that those that have ended are not read.
    ORDER BY coalesce(expires_at, 'infinity') LIMIT 51
  ) AS active;
  IF counted > 25 OR superseded > 25 THEN
    RAISE EXCEPTION 'too many active keys'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'api_keys_live_limit', TABLE = 'api_keys';
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER api_keys_live_limit AFTER INSERT ON profile.api_keys
  FOR EACH ROW EXECUTE FUNCTION profile.api_keys_live_limit();
