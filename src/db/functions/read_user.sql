-- Reads a user. Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it
-- and, unless it is refused, `user`: null if there is none.
CREATE OR REPLACE FUNCTION profile.read_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _user jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.owner IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    SELECT to_jsonb(users) INTO _user FROM users WHERE id = (_request ->> 'user_id')::uuid;
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id);
  END IF;
  RETURN jsonb_build_object('key_id', _credential.key_id, 'ends_at', _credential.ends_at,
    'refusal', _credential.refusal, 'user', _user);
END
$$;
