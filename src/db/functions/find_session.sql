-- The user of a session, as the Settings page needs to know, and when it ends; null if it has ended or the
-- user is inactive.
CREATE OR REPLACE FUNCTION profile.find_session(_request jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_object('email', email, 'first_name', first_name, 'is_superuser', is_superuser,
    'expires_at', expires_at)
  FROM sessions JOIN users ON users.id = user_id
  WHERE sessions.id = (_request ->> 'session_id')::uuid AND user_id = (_request ->> 'user_id')::uuid
    AND expires_at > now() AND is_active
$$;
