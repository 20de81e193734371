-- The credential of a request: a key, a person by their session, or the operator for a user. `refusal` is
-- the code of the error that refuses the request, or null. `facts`: what the Worker reads of it, or
-- null if there is no such credential.
-- A request that lacks what a restriction is judged by is refused. It has
--   key_hash, session_id, operator_for or operator; all but the first have all `person_scopes`. The last
--   has no owner: the command line, acting for nobody
--   accepted_scopes   one of these is required, if there are any
--   superuser_scopes  those that count only while the owner is a superuser
--   all_users_scope   the one that opens other users than the owner
--   client_address    where it comes from: a key with `allowed_ips` is refused without one
--   client_country, client_network  the same in words, for people (touch_key)
--   user_id           the user that the request is about, if it can be about another than the owner
--   lock              judge by the latest rows of key and owner, and hold them and that user
--   lock_timeout      how long the statement may wait for a lock
--   update            in an update, which names a version by if_match, if_none_match or base_version
--   reads             note the use of the key here. A request that writes notes it at its end (touch_key),
--                     after the users that it locks
CREATE OR REPLACE FUNCTION profile.find_credential(
  _request jsonb,
  OUT key_id uuid,
  OUT owner uuid,
  OUT lineage uuid,
  OUT key_prefix text,
  OUT granted_scopes text[],
  OUT ends_at timestamptz,
  OUT is_use_due boolean,
  OUT opens_others boolean,
  OUT require_precondition boolean,
  OUT allowed_ips cidr[],
  OUT fields text[],
  OUT refusal text,
  OUT facts jsonb
) LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _key_hash bytea := _request ->> 'key_hash';
  _session_id uuid := _request ->> 'session_id';
  _owner_id uuid := _request ->> 'operator_for';
  _user_id uuid := _request ->> 'user_id';
  _accepted_scopes jsonb := _request -> 'accepted_scopes';
  _scope text;
  _revoked_at timestamptz;
  _last_used_at timestamptz;
  _is_active boolean;
  _is_superuser boolean;
  _is_elsewhere boolean;
  _made_by uuid;
  _has_maker boolean := true;
BEGIN
  -- The Worker's password makes nobody an operator.
  IF _request ?| '{operator,operator_for}' AND session_user = 'edge_profile_worker' THEN
    RETURN;
  END IF;

  IF _session_id IS NOT NULL THEN
    SELECT user_id INTO _owner_id FROM sessions
    WHERE id = _session_id AND expires_at > clock_timestamp();
  END IF;

  -- Judged without locks first: a request that is refused must not hold up those of others. Then users by
  -- id, then keys: in this order everywhere, so that no two requests wait for each other.
  IF (_request ->> 'lock')::boolean THEN
    SELECT * INTO key_id, owner, lineage, key_prefix, granted_scopes, ends_at, is_use_due, opens_others,
      require_precondition, allowed_ips, fields, refusal, facts
    FROM find_credential(_request - 'lock');
    IF facts IS NULL OR refusal IS NOT NULL THEN
      RETURN;
    END IF;
    PERFORM FROM users
    WHERE id IN (_user_id, coalesce(_owner_id, (SELECT owner_id FROM api_keys WHERE hash = _key_hash)))
    ORDER BY id FOR NO KEY UPDATE;
    PERFORM FROM api_keys WHERE hash = _key_hash FOR NO KEY UPDATE;
    -- A session can have ended while this waited.
    IF _session_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM sessions WHERE id = _session_id AND expires_at > clock_timestamp()
    ) THEN
      _owner_id := NULL;
    END IF;
  END IF;

  IF _key_hash IS NULL THEN
    granted_scopes := text_array(_request -> 'person_scopes');
    _last_used_at := 'infinity';
  ELSE
    SELECT id, owner_id, lineage_id, prefix, scopes, expires_at, revoked_at, last_used_at,
      key.require_precondition, key.allowed_ips, key.fields, made_by
    INTO key_id, _owner_id, lineage, key_prefix, granted_scopes, ends_at, _revoked_at, _last_used_at,
      require_precondition, allowed_ips, fields, _made_by
    FROM api_keys AS key WHERE hash = _key_hash;
  END IF;
  -- A statement of its own, because a join with the key costs 2 % of an update more. It sets owner, so a key
  -- whose owner is erased meanwhile is unknown.
  SELECT id, is_active, is_superuser INTO owner, _is_active, _is_superuser
  FROM users WHERE id = _owner_id;

  IF _made_by IS NOT NULL THEN
    SELECT has_maker(key) INTO _has_maker FROM api_keys AS key WHERE hash = _key_hash;
  END IF;

  IF (_request ->> 'operator')::boolean THEN
    opens_others := true;
    facts := '{"key_id": null, "ends_at": null, "refusal": null}';
    RETURN;
  ELSIF owner IS NULL THEN
    granted_scopes := NULL;
    facts := NULL;
    RETURN;
  END IF;

  IF NOT _is_superuser THEN
    FOREACH _scope IN ARRAY granted_scopes LOOP
      IF coalesce(_request -> 'superuser_scopes' ? _scope, true) THEN
        granted_scopes := array_remove(granted_scopes, _scope);
      END IF;
    END LOOP;
  END IF;
  opens_others := coalesce(_request ->> 'all_users_scope' = ANY (granted_scopes), false);
  _is_elsewhere := allowed_ips IS NOT NULL
    AND NOT coalesce((_request ->> 'client_address')::inet <<= ANY (allowed_ips::inet[]), false);
  -- A refused address does not count as a use, because the first use of a key ends the one that it replaced.
  -- A database that is read-only for a while, as in a failover, continues to serve reads.
  is_use_due := NOT _is_elsewhere AND _has_maker AND _revoked_at IS NULL AND coalesce(ends_at > now(), true)
    AND coalesce(_last_used_at < date_trunc('minute', now()), true)
    AND NOT current_setting('transaction_read_only')::boolean;
  -- By the clock: the key may have expired while the statement waited for a lock.
  refusal := CASE
    WHEN _revoked_at IS NOT NULL OR NOT _has_maker THEN 'revoked_api_key'
    WHEN ends_at <= clock_timestamp() THEN 'expired_api_key'
    WHEN _is_elsewhere THEN 'address_not_allowed'
    WHEN NOT _is_active THEN 'owner_inactive'
    WHEN _accepted_scopes IS NULL THEN 'insufficient_scope'
    WHEN _accepted_scopes <> '[]' AND NOT _accepted_scopes ?| granted_scopes THEN 'insufficient_scope'
    WHEN owner <> _user_id AND NOT opens_others THEN 'insufficient_scope'
    WHEN require_precondition AND _request ? 'update'
      AND NOT _request ?| '{if_match,if_none_match,base_version}' THEN 'precondition_required'
  END;
  facts := jsonb_build_object('key_id', key_id, 'ends_at', ends_at, 'refusal', refusal);
  IF is_use_due AND _request ? 'reads' THEN
    PERFORM touch_key(key_id, _request);
  END IF;
END
$$;
