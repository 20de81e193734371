-- Erases a user with all that is stored of them: log, records, keys, sessions, identities and webhooks. A row of
-- erased_users stays, and that the Idempotency-Key of their creation was used; neither has anything of
-- theirs. Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and,
-- unless it is refused, a `verdict`:
--   erased
--   user_not_found
--   too_late                the attempt came after its `not_after`
--   idempotency_key_reused  another request had this Idempotency-Key
--   precondition_failed     the user has another `version`
--   last_superuser          nobody would be left who can do this
-- `wakes`: there are webhooks to be delivered.
-- `replayed`: this is the result of an earlier request under the same Idempotency-Key.
CREATE OR REPLACE FUNCTION profile.erase_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _user_id uuid := _request ->> 'user_id';
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _credential record;
  _user record;
  _is_last boolean;
  _position xid8;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"update": null}');
  IF _credential.refusal IS NULL THEN
    -- Superusers one at a time, so that two do not erase each other. Before any row is locked: one order.
    IF EXISTS (SELECT FROM users WHERE id = _user_id AND is_superuser) THEN
      PERFORM pg_advisory_xact_lock(hashtextextended('erase a superuser', 0));
    END IF;
    _credential := find_credential(_request || '{"lock": true, "update": null}');
  END IF;
  -- An earlier attempt may have erased the credential, too.
  IF EXISTS (SELECT FROM erased_users WHERE change_id = (_request ->> 'change_id')::uuid) THEN
    RETURN '{"key_id": null, "ends_at": null, "refusal": null, "verdict": "erased"}';
  ELSIF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  -- Who may write some fields may not erase them all.
  ELSIF _credential.fields IS NOT NULL THEN
    RETURN _credential.facts || '{"refusal": "insufficient_scope"}';
  END IF;

  <<work>>
  BEGIN
    _result := recorded_result(_request, _credential.lineage);
    EXIT work WHEN _result IS NOT NULL;
    SELECT id, version, is_active AND is_superuser AS is_administrator INTO _user
    FROM users WHERE id = _user_id FOR UPDATE;
    -- Locked, so that the one who stays is not being demoted.
    PERFORM FROM users
    WHERE _user.is_administrator AND is_active AND is_superuser AND id <> _user_id
    LIMIT 1 FOR NO KEY UPDATE;
    _is_last := _user.is_administrator AND NOT FOUND;
    _result := CASE
      WHEN _user.id IS NULL THEN '{"verdict": "user_not_found"}'
      WHEN NOT coalesce(_user.version <@ (_request ->> 'if_match')::int4multirange, true)
        OR coalesce(_user.version <@ (_request ->> 'if_none_match')::int4multirange, false)
        OR _user.version <> (_request ->> 'base_version')::integer
        THEN jsonb_build_object('verdict', 'precondition_failed', 'version', _user.version)
      WHEN _is_last THEN '{"verdict": "last_superuser"}'
      ELSE '{"verdict": "erased"}'
    END;
    EXIT work WHEN _validate_only;
    IF _result ->> 'verdict' = 'erased' THEN
      -- Or a repeat of their creation would create them again. Without what is theirs: any gets
      -- idempotency_key_reused.
      UPDATE idempotency_records SET user_id = NULL, fingerprint = NULL, result = '{}'
      WHERE user_id = _user_id AND fingerprint IS NOT NULL AND result ->> 'verdict' = 'created';
      _position := greatest(
        (SELECT position FROM user_changes WHERE user_id = _user_id AND version = _user.version),
        pg_current_xact_id());
      DELETE FROM users WHERE id = _user_id;
      DELETE FROM webhook_attempts WHERE user_id = _user_id;
      INSERT INTO erased_users (id, change_id, erased_at, api_key_id, api_key_prefix, request_id, version, position)
      VALUES (_user_id, (_request ->> 'change_id')::uuid, clock_timestamp(), _credential.key_id, _credential.key_prefix,
        _request ->> 'request_id', _user.version + 1, _position);
    END IF;
    IF coalesce((_request ->> 'repeat')::boolean, true) OR _request ? 'idempotency_key' THEN
      PERFORM keep_record(_request, _credential.lineage, NULL, _result);
    END IF;
  END;

  IF _credential.is_use_due AND NOT _validate_only THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result || jsonb_build_object('wakes', NOT _validate_only
    AND _result ->> 'verdict' = 'erased' AND EXISTS (SELECT FROM webhooks WHERE state = 'active'));
END
$$;
