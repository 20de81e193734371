-- Lists what was changed of a user, the newest first. Returns null if there is no such credential, else
-- `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found           at most `limit` `changes`, of versions before `before` if there is one
--   user_not_found
CREATE OR REPLACE FUNCTION profile.list_changes(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _credential record;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF EXISTS (SELECT FROM users WHERE id = _user_id) THEN
    SELECT jsonb_build_object('verdict', 'found',
      'changes', coalesce(jsonb_agg(shown_change(change) ORDER BY (change).version DESC), '[]'))
    INTO _result
    FROM (
      SELECT user_changes AS change FROM user_changes
      WHERE user_id = _user_id AND version < coalesce((_request ->> 'before')::integer, 2147483647)
      ORDER BY version DESC LIMIT (_request ->> 'limit')::integer
    ) AS page;
  ELSE
    _result := '{"verdict": "user_not_found"}';
  END IF;
  RETURN _credential.facts || _result;
END
$$;
