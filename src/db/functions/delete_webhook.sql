-- Deletes an endpoint of the credential's owner by its `id`. Returns null if there is no such credential, else
-- `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   deleted
--   webhook_not_found
CREATE OR REPLACE FUNCTION profile.delete_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _verdict text;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  DELETE FROM webhooks AS webhook
  WHERE id = (_request ->> 'id')::uuid
    AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes);
  _verdict := CASE WHEN FOUND THEN 'deleted' ELSE 'webhook_not_found' END;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || jsonb_build_object('verdict', _verdict);
END
$$;
