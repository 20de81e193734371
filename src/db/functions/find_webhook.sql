-- Finds an endpoint of the credential's owner by its `id`. Returns null if there is no such credential, else
-- `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found              `webhook`; to `sign`, also its `secrets`; with `attempts`, so many of the latest attempts to
--                      deliver to it, the latest first; with `skipped`, only the last of each event that was skipped
--   webhook_not_found
CREATE OR REPLACE FUNCTION profile.find_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _webhook webhooks;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT webhook.* INTO _webhook FROM webhooks AS webhook
  WHERE id = (_request ->> 'id')::uuid
    AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes);
  IF _webhook.id IS NULL THEN
    RETURN _credential.facts || '{"verdict": "webhook_not_found"}';
  END IF;
  RETURN _credential.facts || jsonb_build_object('verdict', 'found', 'webhook', shown_webhook(_webhook))
    || CASE WHEN _request ? 'sign' THEN jsonb_build_object('secrets', signing_secrets(_webhook)) ELSE '{}' END
    || CASE WHEN _request ? 'attempts' THEN jsonb_build_object('attempts', (
        SELECT coalesce(jsonb_agg(to_jsonb(latest) - '{number,webhook_id}'::text[] ORDER BY number DESC), '[]')
        FROM (
          SELECT * FROM webhook_attempts
          WHERE webhook_id = _webhook.id AND (NOT _request ? 'skipped' OR skipped_at IS NOT NULL)
          ORDER BY number DESC LIMIT (_request ->> 'attempts')::integer
        ) AS latest)) ELSE '{}' END;
END
$$;
