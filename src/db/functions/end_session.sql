-- Ends a session, also for copies of its cookie. Returns whether it was `ended` by this.
CREATE OR REPLACE FUNCTION profile.end_session(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
  DELETE FROM sessions
  WHERE id = (_request ->> 'session_id')::uuid AND user_id = (_request ->> 'user_id')::uuid;
  RETURN jsonb_build_object('ended', FOUND);
END
$$;
