-- Begins a session of the user that an identity at an OpenID provider is, and deletes their expired ones.
-- Repeatable: the same session begins once. Returns a `verdict`:
--   started        the session of `user_id`
--   inactive_user  without a session
--   unknown_user
-- If the request is to `sign_up`, a person whose address no user has becomes a user.
-- At the first sign-in the e-mail address finds the user, and the identity is theirs from then on; but not
-- an address that was changed with an API key, which could otherwise make itself the owner of the account.
CREATE OR REPLACE FUNCTION profile.start_session(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
  _issuer text := _request ->> 'issuer';
  _subject text := _request ->> 'subject';
  _person users;
  _created uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM identities WHERE issuer = _issuer AND subject = _subject) THEN
    IF (_request ->> 'sign_up')::boolean THEN
      INSERT INTO users (email) VALUES (_request ->> 'email')
      ON CONFLICT DO NOTHING RETURNING id INTO _created;
      UPDATE user_changes SET request_id = _request ->> 'request_id'
      WHERE user_id = _created AND version = 1;
    END IF;
    -- Nothing happens if another identity of this provider is the user's.
    INSERT INTO identities (issuer, subject, user_id)
    SELECT _issuer, _subject, id FROM users
    WHERE lower(email) = lower(_request ->> 'email')
      AND NOT EXISTS (
        SELECT FROM user_changes WHERE user_id = users.id AND changes #>> '{email,before}' IS NOT NULL)
    ON CONFLICT DO NOTHING;
  END IF;
  -- Locked, so that a user who is being deactivated keeps no session.
  SELECT * INTO _person FROM users
  WHERE id = (SELECT user_id FROM identities WHERE issuer = _issuer AND subject = _subject)
  FOR SHARE;
  IF _person.id IS NULL THEN
    RETURN '{"verdict": "unknown_user"}';
  END IF;
  DELETE FROM sessions WHERE user_id = _person.id AND expires_at <= now();
  IF NOT _person.is_active THEN
    RETURN '{"verdict": "inactive_user"}';
  END IF;
  INSERT INTO sessions (id, user_id, expires_at)
  VALUES ((_request ->> 'session_id')::uuid, _person.id, now() + (_request ->> 'lifetime')::interval)
  ON CONFLICT (id) DO NOTHING;
  RETURN jsonb_build_object('verdict', 'started', 'user_id', _person.id);
END
$$;
