-- Reads a user as they are, or as of a `version`, at most `reachable_versions` back. Returns null if there is
-- no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found              `user`
--   user_not_found
--   version_not_found  the log does not lead back there
CREATE OR REPLACE FUNCTION profile.read_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _version integer := _request ->> 'version';
  _credential record;
  _found record;
  _user users;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  -- As one value, because assigning 31 columns one by one costs more.
  SELECT users AS entry INTO _found FROM users WHERE id = (_request ->> 'user_id')::uuid;
  _user := _found.entry;
  _result := CASE
    WHEN _user.id IS NULL THEN '{"verdict": "user_not_found"}'
    WHEN _version IS NULL THEN jsonb_build_object('verdict', 'found', 'user', to_jsonb(_user))
    WHEN is_version_kept(_user, _version, (_request ->> 'reachable_versions')::integer) THEN
      jsonb_build_object('verdict', 'found', 'user', to_jsonb(user_at(_user, _version)))
    ELSE '{"verdict": "version_not_found"}'
  END;
  RETURN _credential.facts || _result;
END
$$;
