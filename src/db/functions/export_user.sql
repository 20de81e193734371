-- All that is stored of a user, without secrets. Returns null if there is no such credential, else `key_id`,
-- `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found           `user`, the latest `most_changes` `changes`, `keys`, `key_events`, `identities`,
--                   `sessions` and those `webhooks` that the credential may see, the oldest first
--   user_not_found
CREATE OR REPLACE FUNCTION profile.export_user(_request jsonb) RETURNS jsonb
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
  SELECT jsonb_build_object('verdict', 'found', 'user', to_jsonb(users),
    'changes', (SELECT jsonb_agg(shown_change(change) ORDER BY version)
      FROM user_changes AS change
      WHERE user_id = _user_id AND version > users.version - (_request ->> 'most_changes')::integer),
    'keys', (SELECT jsonb_agg(shown_key(key) ORDER BY created_at, id)
      FROM api_keys AS key WHERE owner_id = _user_id),
    'key_events', (SELECT jsonb_agg(to_jsonb(event) - '{id,owner_id}'::text[] ORDER BY id)
      FROM key_events AS event WHERE owner_id = _user_id),
    'identities', (SELECT jsonb_agg(to_jsonb(identity) - 'user_id' ORDER BY created_at, issuer)
      FROM identities AS identity WHERE user_id = _user_id),
    'sessions', (SELECT jsonb_agg(to_jsonb(session) - '{id,user_id}'::text[] ORDER BY created_at, id)
      FROM sessions AS session WHERE user_id = _user_id),
    'webhooks', (SELECT jsonb_agg(shown_webhook(webhook) - '{cursor,blocked_by}'::text[] ORDER BY created_at, id)
      FROM webhooks AS webhook
      WHERE may_see_webhook(webhook, _request, _user_id, _credential.granted_scopes)))
  INTO _result FROM users WHERE id = _user_id;
  _result := coalesce(_result, '{"verdict": "user_not_found"}');
  RETURN _credential.facts || _result;
END
$$;
