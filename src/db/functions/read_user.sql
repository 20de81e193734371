-- Authenticates, authorises and reads, and answers what it found; null if there is no such key.
CREATE OR REPLACE FUNCTION profile.read_user(
  key_hash bytea, user_id uuid, needed text[], superuser_scopes text[]
) RETURNS json
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  credential record;
  found_user users;
BEGIN
  credential := find_credential(needed, superuser_scopes, key_hash, reached => user_id);
  IF credential.owner_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF credential.refusal IS NULL THEN
    SELECT * INTO found_user FROM users WHERE id = user_id;
  END IF;
  IF credential.touch THEN
    PERFORM touch_key(credential.id);
  END IF;
  RETURN json_build_object(
    'key_id', credential.id, 'refusal', credential.refusal, 'sunset', credential.sunset,
    'user', CASE WHEN found_user.id IS NOT NULL THEN to_json(found_user) END
  );
END
$$;
