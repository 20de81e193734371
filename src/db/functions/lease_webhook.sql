-- Leases the endpoint that has waited longest, of those that are due `before` a time, or now, and have changes.
-- The cursors of those without changes move on. Returns
--   page      see leased_page; null if there is nothing to deliver
--   before    to be sent along when the next one is leased, so that a run takes none twice
--   others    whether others are due
--   paused    why endpoints were paused
--   retry_in  in how many seconds there may be more, if nobody wakes them
-- A repeat, with the same `next_token`, leases the same one.
CREATE OR REPLACE FUNCTION profile.lease_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _token uuid := _request ->> 'next_token';
  _before timestamptz := coalesce((_request ->> 'before')::timestamptz, clock_timestamp());
  _webhook webhooks;
  _page jsonb := '{}';
  _paused jsonb := '[]';
  _retry_in numeric;
BEGIN
  LOOP
    SELECT * INTO _webhook FROM webhooks
    WHERE state = 'active' AND (
      (lease_token = _token AND lease_until > '-infinity')
      OR (next_attempt_at <= _before AND lease_until < clock_timestamp()))
    ORDER BY lease_token = _token DESC NULLS LAST, next_attempt_at LIMIT 1
    -- The run that has it reads on until nothing is left, and each change wakes a run a second later.
    FOR NO KEY UPDATE SKIP LOCKED;
    EXIT WHEN _webhook.id IS NULL;
    _page := leased_page(_webhook, _request);
    EXIT WHEN _page ? 'changes';
    _retry_in := least(_retry_in, (_page ->> 'retry_in')::numeric);
    IF _page ->> 'pause' IS NOT NULL THEN
      _paused := _paused || jsonb_build_array(_page -> 'pause');
    END IF;
  END LOOP;
  RETURN jsonb_build_object('page', CASE WHEN _page ? 'changes' THEN _page END, 'before', _before,
    'paused', _paused, 'retry_in', _retry_in, 'others', EXISTS (
      SELECT FROM webhooks
      WHERE state = 'active' AND next_attempt_at <= _before AND lease_until < clock_timestamp()));
END
$$;
