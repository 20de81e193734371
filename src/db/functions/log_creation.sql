-- Writes the first row of a user's log, their creation. The request id is `sql`, as if an operator had created
-- them; create_user writes its own into the row.
CREATE OR REPLACE FUNCTION profile.log_creation() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
BEGIN
  INSERT INTO user_changes (user_id, version, request_id, changed_at, is_creation, changes)
  SELECT id, version, 'sql', clock_timestamp(), true, (
    SELECT coalesce(jsonb_object_agg(field, jsonb_build_object('before', null, 'after', value)), '{}')
    FROM jsonb_each(to_jsonb(created)
      - '{id,follower_count,following_count,version,created_at,updated_at}'::text[]) AS each (field, value)
    WHERE value <> 'null'
  )
  FROM created;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER users_log_creation AFTER INSERT ON profile.users
  REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION profile.log_creation();
