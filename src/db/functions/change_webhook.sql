-- Changes an endpoint of the credential's owner, by its `id`. It gets new `values`; or a new `secret`, beside
-- which the old one signs for `grace` seconds; or a place from which to `replay` the feed (moved_webhook).
-- Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a
-- `verdict`:
--   changed            `webhook`, and whether it `wakes` delivery
--   webhook_not_found
--   cursor_expired     changes after the cursor to replay from may be missing
CREATE OR REPLACE FUNCTION profile.change_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _values jsonb := coalesce(_request -> 'values', '{}');
  _credential record;
  _webhook webhooks;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT webhook.* INTO _webhook FROM webhooks AS webhook
  WHERE id = (_request ->> 'id')::uuid
    AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes)
  FOR NO KEY UPDATE;

  IF _request ? 'secret' AND _webhook.secret <> _request ->> 'secret' THEN
    _webhook.previous_secret := _webhook.secret;
    _webhook.previous_secret_ends_at := clock_timestamp() + (_request ->> 'grace')::integer * interval '1 second';
    _webhook.secret := _request ->> 'secret';
  END IF;
  IF _values ->> 'state' = 'active' THEN
    -- What blocked it gets as much time as a new event.
    _webhook.paused_reason := NULL;
    _webhook.blocked_by := NULL;
    _webhook.failing_since := NULL;
    _webhook.next_attempt_at := clock_timestamp();
  ELSIF _values ->> 'state' = 'paused' AND _webhook.state = 'active' THEN
    _webhook.paused_reason := 'requested';
  END IF;
  _webhook := jsonb_populate_record(_webhook, _values);
  IF _request ? 'replay' AND _webhook.id IS NOT NULL THEN
    _webhook := moved_webhook(_webhook, _request -> 'replay');
  END IF;

  IF _webhook.id IS NULL THEN
    _result := '{"verdict": "webhook_not_found"}';
  ELSIF _webhook.cursor IS NULL THEN
    _result := '{"verdict": "cursor_expired"}';
  ELSE
    UPDATE webhooks SET
      url = _webhook.url,
      description = _webhook.description,
      types = _webhook.types,
      fields = _webhook.fields,
      state = _webhook.state,
      paused_reason = _webhook.paused_reason,
      secret = _webhook.secret,
      previous_secret = _webhook.previous_secret,
      previous_secret_ends_at = _webhook.previous_secret_ends_at,
      cursor = _webhook.cursor,
      blocked_by = _webhook.blocked_by,
      failing_since = _webhook.failing_since,
      next_attempt_at = _webhook.next_attempt_at,
      lease_token = _webhook.lease_token,
      lease_until = _webhook.lease_until,
      updated_at = clock_timestamp()
    WHERE id = _webhook.id RETURNING * INTO _webhook;
    _result := jsonb_build_object('verdict', 'changed', 'webhook', shown_webhook(_webhook),
      'wakes', _webhook.state = 'active');
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
