-- Begins a session of the user that an identity at an OpenID provider is (find_person), and deletes their
-- expired ones. It lasts for `lifetime`, and never for more than 12 hours. Repeatable: the same session begins
-- once. Returns a `verdict`:
--   started        the session of `user_id`
--   inactive_user  without a session
--   unknown_user
CREATE OR REPLACE FUNCTION profile.start_session(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _person users := find_person(_request);
BEGIN
  IF _person.id IS NULL THEN
    RETURN '{"verdict": "unknown_user"}';
  END IF;
  DELETE FROM sessions WHERE user_id = _person.id AND expires_at <= now();
  IF NOT _person.is_active THEN
    RETURN '{"verdict": "inactive_user"}';
  END IF;
  INSERT INTO sessions (id, user_id, expires_at)
  VALUES ((_request ->> 'session_id')::uuid, _person.id,
    now() + least((_request ->> 'lifetime')::interval, '12 hours'))
  ON CONFLICT (id) DO NOTHING;
  RETURN jsonb_build_object('verdict', 'started', 'user_id', _person.id);
END
$$;
