-- Records `attempts` to deliver the page of an endpoint, in the order of the page, of which only the last can have
-- an `error`, and moves its cursor. Then reads the next page, unless it is to `release` the endpoint.
-- `token`: that of the lease. Returns what leased_page returns, and
--   lost     whether another run has the lease by now; then nothing was recorded
--   skipped  whether the event with the error was skipped, because it has failed for `skip_after`
-- An endpoint that is `gone`, or to which nothing was delivered for `pause_after`, is paused. A repeat finds its
-- `next_token` there and records nothing.
CREATE OR REPLACE FUNCTION profile.advance_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _id uuid := _request ->> 'id';
  _attempts jsonb := _request -> 'attempts';
  _failed jsonb := CASE WHEN _attempts -> -1 ->> 'error' IS NOT NULL THEN _attempts -> -1 END;
  _delivered jsonb := CASE WHEN _failed IS NULL THEN _attempts -> -1 ELSE _attempts -> -2 END;
  _now timestamptz := clock_timestamp();
  _webhook webhooks;
  _blocked jsonb;
  _is_skipped boolean := false;
BEGIN
  -- Users first, as in erase_user, which deletes what was recorded of them: they must be there still.
  PERFORM FROM users
  WHERE id IN (SELECT (attempt ->> 'user_id')::uuid FROM jsonb_array_elements(_attempts) AS attempt)
  ORDER BY id FOR KEY SHARE;
  SELECT * INTO _webhook FROM webhooks WHERE id = _id FOR NO KEY UPDATE;
  IF _webhook.lease_token IS NULL OR (_webhook.lease_token <> (_request ->> 'token')::uuid
    AND _webhook.lease_token <> (_request ->> 'next_token')::uuid) THEN
    RETURN '{"lost": true}';
  END IF;

  IF _webhook.lease_token = (_request ->> 'token')::uuid THEN
    IF _delivered IS NOT NULL THEN
      _webhook.cursor := jsonb_build_array(_webhook.cursor -> 0, _delivered -> 'position',
        _delivered -> 'user_id', _delivered -> 'version');
      _webhook.failing_since := NULL;
    END IF;
    IF _failed IS NOT NULL THEN
      _blocked := CASE WHEN _webhook.blocked_by ->> 'id' = _failed ->> 'id' THEN _webhook.blocked_by
        ELSE jsonb_build_object('since', _failed -> 'attempted_at', 'attempts', 0, 'id', _failed -> 'id',
          'type', _failed -> 'type', 'user_id', _failed -> 'user_id', 'version', _failed -> 'version',
          'position', _failed -> 'position')
      END;
      _blocked := _blocked || jsonb_build_object('attempts', (_blocked ->> 'attempts')::integer + 1);
      _webhook.failing_since := coalesce(_webhook.failing_since, (_failed ->> 'attempted_at')::timestamptz);
      _webhook.next_attempt_at := _now + interval '1 second' * coalesce(
        (_request -> 'retry_after' ->> (_blocked ->> 'attempts')::integer - 1)::integer,
        (_request -> 'retry_after' ->> -1)::integer);
      _webhook.paused_reason := CASE
        WHEN (_failed ->> 'gone')::boolean THEN 'gone'
        WHEN _webhook.failing_since <= _now - (_request ->> 'pause_after')::interval THEN 'failing'
        ELSE _webhook.paused_reason
      END;
      IF _webhook.paused_reason IS NOT NULL THEN
        _webhook.state := 'paused';
      ELSIF (_blocked ->> 'since')::timestamptz <= _now - (_request ->> 'skip_after')::interval THEN
        _is_skipped := true;
        _webhook.cursor := jsonb_build_array(_webhook.cursor -> 0, _failed -> 'position',
          _failed -> 'user_id', _failed -> 'version');
        _webhook.next_attempt_at := _now;
      END IF;
    END IF;
    INSERT INTO webhook_attempts (webhook_id, id, type, user_id, version, attempted_at, duration_ms, status,
      error, response, attempt, skipped_at)
    SELECT _id, made.id, type, user_id, version, attempted_at, duration_ms, status, error, response,
      CASE WHEN error IS NULL AND made.id::text IS DISTINCT FROM _webhook.blocked_by ->> 'id' THEN 1
        WHEN error IS NULL THEN (_webhook.blocked_by ->> 'attempts')::integer + 1
        ELSE (_blocked ->> 'attempts')::integer END,
      CASE WHEN error IS NOT NULL AND _is_skipped THEN _now END
    FROM jsonb_populate_recordset(NULL::webhook_attempts, _attempts) WITH ORDINALITY AS made
    WHERE type = 'user.erased' OR EXISTS (SELECT FROM users WHERE id = user_id)
    ORDER BY ordinality;
    PERFORM trim_webhook_attempts(_id, (_request ->> 'attempts_kept')::integer);
    _webhook.blocked_by := CASE WHEN NOT _is_skipped THEN _blocked END;
  END IF;
  RETURN leased_page(_webhook, _request) || jsonb_build_object('skipped', _is_skipped);
END
$$;
