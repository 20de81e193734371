-- Lists the endpoints of the credential's owner that it may see, the newest first. Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, `webhooks`.
CREATE OR REPLACE FUNCTION profile.list_webhooks(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  RETURN _credential.facts || jsonb_build_object('webhooks', (
    SELECT coalesce(jsonb_agg(shown_webhook(webhook) ORDER BY created_at DESC, id DESC), '[]')
    FROM webhooks AS webhook
    WHERE owner_id = _credential.owner
      AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes)));
END
$$;
