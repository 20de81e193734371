-- What comes next for an endpoint, whose row is locked: the next page of changes, leased under `next_token` to who
-- asked for it; or nothing, and it is free. Stores what delivery knows of the endpoint. Returns
--   id, url, secrets, changes, lag_seconds   of a page
--   pause                                    why the endpoint was paused
--   retry_in                                 in how many seconds there may be more, if nobody wakes it
CREATE OR REPLACE FUNCTION profile.leased_page(_webhook profile.webhooks, _request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _reads boolean := _webhook.state = 'active' AND _webhook.next_attempt_at <= clock_timestamp()
    AND NOT _request ? 'release';
  _rounds integer := 0;
  _page jsonb := '{"changes": []}';
  _retry_in numeric;
BEGIN
  -- A filter that few changes pass makes pages without any.
  WHILE _reads LOOP
    _page := webhook_page(_webhook, (_request ->> 'limit')::integer);
    EXIT WHEN _page ? 'pause' OR _page -> 'changes' <> '[]';
    _webhook.cursor := _page -> 'cursor';
    _rounds := _rounds + 1;
    EXIT WHEN NOT (_page ->> 'has_more')::boolean OR _rounds = 10;
  END LOOP;

  _webhook.lease_token := _request ->> 'next_token';
  _webhook.lease_until := '-infinity';
  IF _page ? 'pause' THEN
    _webhook.state := 'paused';
    _webhook.paused_reason := _page ->> 'pause';
  ELSIF _page -> 'changes' <> '[]' THEN
    _webhook.lease_until := clock_timestamp() + (_request ->> 'lease')::interval;
  ELSIF _webhook.state = 'active' THEN
    IF _reads THEN
      _webhook.blocked_by := NULL;
      -- A change that waits for an older transaction wakes nobody when that ends.
      _retry_in := CASE
        WHEN (_page ->> 'has_more')::boolean THEN 0
        WHEN (_page ->> 'lag_seconds')::numeric > 0 THEN 5
      END;
      -- After the beginning of the run that reads it, so that the run reads it once.
      _webhook.next_attempt_at := clock_timestamp() + coalesce(_retry_in, 0) * interval '1 second';
    ELSE
      _retry_in := greatest(0, ceil(extract(epoch FROM _webhook.next_attempt_at - clock_timestamp())));
    END IF;
  END IF;
  UPDATE webhooks SET
    state = _webhook.state,
    paused_reason = _webhook.paused_reason,
    cursor = _webhook.cursor,
    blocked_by = _webhook.blocked_by,
    failing_since = _webhook.failing_since,
    next_attempt_at = _webhook.next_attempt_at,
    lease_token = _webhook.lease_token,
    lease_until = _webhook.lease_until
  WHERE id = _webhook.id;
  RETURN jsonb_build_object('retry_in', _retry_in,
      'pause', CASE WHEN _webhook.state = 'paused' THEN _webhook.paused_reason END)
    || CASE WHEN _webhook.lease_until > '-infinity' THEN jsonb_build_object('id', _webhook.id,
        'url', _webhook.url, 'secrets', signing_secrets(_webhook), 'changes', _page -> 'changes',
        'lag_seconds', _page -> 'lag_seconds') ELSE '{}' END;
END
$$;
