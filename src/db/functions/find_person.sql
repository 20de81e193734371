-- The user that an identity at an OpenID provider is, locked; null if there is none. `_request` has
--   issuer, subject
--   email     verified by the provider; only the first time does it count
--   sign_up   whether a person whose address no user has becomes a user, by the request `request_id`
--   lock_timeout
-- The first time, the e-mail address finds the user, and from then on the identity is theirs. An address that
-- was changed with an API key does not count: the key's holder could take over the account.
CREATE OR REPLACE FUNCTION profile.find_person(_request jsonb) RETURNS profile.users
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
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
  -- Locked, so that who is being deactivated, or loses the identity, gets nothing. The user first, as everywhere.
  SELECT * INTO _person FROM users
  WHERE id = (SELECT user_id FROM identities WHERE issuer = _issuer AND subject = _subject)
  FOR NO KEY UPDATE;
  PERFORM FROM identities WHERE issuer = _issuer AND subject = _subject AND user_id = _person.id
  FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN _person;
END
$$;
