-- Returns an endpoint that continues elsewhere in the feed: after the cursor `after`; with the changes `since`
-- a time; or after the event with the id `skip`, if it blocks. Its cursor is null if changes after it may be
-- missing. A run that delivers to it now loses the lease, and no longer moves its cursor.
CREATE OR REPLACE FUNCTION profile.moved_webhook(_webhook profile.webhooks, _replay jsonb)
RETURNS profile.webhooks
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _now timestamptz := clock_timestamp();
  _after jsonb := _replay -> 'after';
  -- A change has its position before its time, by as long as its transaction waited for locks.
  _before timestamptz := (_replay ->> 'since')::timestamptz - interval '5 minutes';
BEGIN
  IF _replay ? 'skip' THEN
    IF _webhook.blocked_by ->> 'id' IS DISTINCT FROM _replay ->> 'skip' THEN
      RETURN _webhook;
    END IF;
    UPDATE webhook_attempts SET skipped_at = _now
    WHERE number = (
      SELECT max(number) FROM webhook_attempts
      WHERE webhook_id = _webhook.id AND id = (_replay ->> 'skip')::uuid);
    _after := jsonb_build_array(_webhook.cursor -> 0, _webhook.blocked_by -> 'position',
      _webhook.blocked_by -> 'user_id', _webhook.blocked_by -> 'version');
  ELSIF _replay ? 'since' THEN
    SELECT jsonb_build_array(coalesce(max(epoch), 1), coalesce(
        (SELECT position FROM user_changes WHERE changed_at < _before ORDER BY changed_at DESC LIMIT 1),
        max(kept_from), '0'), '00000000-0000-0000-0000-000000000000', 0)
    INTO _after FROM feed;
  END IF;
  IF changes_after(jsonb_build_object('epoch', _after -> 0, 'position', _after -> 1,
    'user_id', _after -> 2, 'version', _after -> 3, 'limit', 0)) ? 'expired' THEN
    _webhook.cursor := NULL;
    RETURN _webhook;
  END IF;
  _webhook.cursor := _after;
  _webhook.blocked_by := NULL;
  _webhook.failing_since := NULL;
  _webhook.next_attempt_at := _now;
  _webhook.lease_token := gen_random_uuid();
  _webhook.lease_until := '-infinity';
  RETURN _webhook;
END
$$;
