-- Changes a user for a credential that may do so: locks, judges, stores and logs. What to change is the
-- `update`, or follows from the log if the request is to `revert` (reverted_values). Returns a `verdict`:
--   updated                 `user` as stored, and whether that was `merged`; also if nothing had to change
--   user_not_found
--   version_not_found       the log does not have the version or change to revert
--   too_late                the attempt came after its `not_after`
--   idempotency_key_reused  another request had this Idempotency-Key
--   field_not_writable      the scopes, or what is `_writable` for the key, do not allow to change `fields`
--   precondition_failed     `user` has another version
--   edit_conflict           `conflicts`: what others changed in `user` since `base_version`; `update`
--   constraint_violated     `constraint`: what the update would violate, if the request is to
--                           `judge_constraints`, as a dry run is; else Postgres raises the error
-- `replayed`: this is the result of an earlier request under the same Idempotency-Key.
--
-- A change takes effect once, however many attempts of it arrive, and in whatever order: what made it is
-- in the log under its `change_id`. A repeat that changes nothing leaves a record (a fence) under that id,
-- which stops attempts that arrive later. For the request see updateRequest in src/users/statements.ts.
--
-- It has the search_path of its callers: setting it again would cost 2 % of an update.
CREATE OR REPLACE FUNCTION profile.change_user(
  _request jsonb, _key_id uuid, _key_prefix text, _lineage uuid, _granted_scopes text[],
  _writable text[]
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _change_id uuid := _request ->> 'change_id';
  _update jsonb := _request -> 'update';
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _base integer := _request ->> 'base_version';
  _record_key text := coalesce(_request ->> 'idempotency_key', _request ->> 'change_id');
  _is_recorded boolean := coalesce((_request ->> 'repeat')::boolean, true) OR _request ? 'idempotency_key';
  _target record;
  _before users;
  _after users;
  _before_values jsonb;
  _after_values jsonb;
  _changed jsonb;
  _fields jsonb;
  _known bigint;
  _conflicts jsonb;
  _found record;
  _earlier idempotency_records;
  _made_version integer;
  _constraint text;
  _verdict text;
  _result jsonb;
BEGIN
  -- As one value, because assigning 31 columns one by one costs more.
  SELECT users AS entry INTO _target FROM users WHERE id = _user_id FOR NO KEY UPDATE;
  _before := _target.entry;
  IF _before.id IS NULL THEN
    RETURN '{"verdict": "user_not_found"}';
  END IF;
  IF is_too_late(_request) THEN
    RETURN '{"verdict": "too_late"}';
  END IF;

  -- The result of an earlier attempt, or of an earlier request with the same Idempotency-Key.
  SELECT
    (SELECT record FROM idempotency_records AS record
      WHERE lineage_id = _lineage AND key = _record_key
        AND created_at > now() - (_request ->> 'remembered')::interval) AS record,
    (SELECT version FROM user_changes WHERE change_id = _change_id) AS made_version
  INTO _found;
  _earlier := _found.record;
  IF _earlier.key IS NOT NULL AND _earlier.fingerprint IS DISTINCT FROM (_request ->> 'fingerprint')::bytea THEN
    RETURN '{"verdict": "idempotency_key_reused"}';
  ELSIF _earlier.key IS NOT NULL THEN
    -- A column that came later is as it is now.
    RETURN _earlier.result || jsonb_build_object(
      'replayed', _request ? 'idempotency_key',
      'user', to_jsonb(_before) || (_earlier.result -> 'user'));
  END IF;
  _made_version := _found.made_version;
  IF _made_version IS NOT NULL THEN
    RETURN jsonb_build_object('verdict', 'updated', 'merged', coalesce(_made_version - 1 > _base, false),
      'user', to_jsonb(user_at(_before, _made_version)));
  END IF;

  IF _request ? 'revert' THEN
    _update := reverted_values(_before, _request);
    IF _update IS NULL THEN
      RETURN '{"verdict": "version_not_found"}';
    END IF;
    -- To undo a change is to edit what it made.
    _base := coalesce((_request -> 'revert' ->> 'undo')::integer, _base);
  END IF;

  -- What would change, and whether it may.
  _after := jsonb_populate_record(_before, _update);
  _before_values := to_jsonb(_before);
  _after_values := to_jsonb(_after);
  SELECT
    jsonb_object_agg(field, jsonb_build_object(
      'before', _before_values -> field, 'after', _after_values -> field)),
    jsonb_agg(field) FILTER (
      WHERE coalesce(_request -> 'scope_by_field' ->> field <> ALL (_granted_scopes), true)
        OR coalesce(field <> ALL (_writable), false))
  INTO _changed, _fields
  FROM jsonb_object_keys(_update) AS field
  WHERE _before_values -> field <> _after_values -> field;
  IF _base IS NOT NULL THEN
    SELECT known, conflicts INTO _known, _conflicts
    FROM edit_conflicts(_user_id, _base, _changed, (_request ->> 'mergeable_versions')::integer);
  END IF;
  -- Only if one of the fields that constraints are about would change.
  IF (_validate_only OR _request ? 'judge_constraints')
    AND _changed ?| '{email,role_id,active_billing_plan_id,next_billing_plan_id}' THEN
    _constraint := violated_constraint(_after);
  END IF;
  _verdict := CASE
    WHEN _fields IS NOT NULL THEN 'field_not_writable'
    WHEN NOT _before.version <@ (_request ->> 'if_match')::int4multirange THEN 'precondition_failed'
    WHEN _before.version <@ (_request ->> 'if_none_match')::int4multirange THEN 'precondition_failed'
    WHEN _known <> _before.version - _base THEN 'precondition_failed'
    WHEN _conflicts IS NOT NULL THEN 'edit_conflict'
    WHEN _constraint IS NOT NULL THEN 'constraint_violated'
    ELSE 'updated'
  END;

  IF _verdict <> 'updated' THEN
    _after_values := _before_values;
  ELSIF _changed IS NOT NULL AND NOT _validate_only THEN
    UPDATE users SET
      first_name = _after.first_name,
      last_name = _after.last_name,
      email = _after.email,
      is_active = _after.is_active,
      is_superuser = _after.is_superuser,
      birthdate = _after.birthdate,
      is_enterprise = _after.is_enterprise,
      role_id = _after.role_id,
      phone = _after.phone,
      state = _after.state,
      country = _after.country,
      address = _after.address,
      active_billing_plan_id = _after.active_billing_plan_id,
      next_billing_plan_id = _after.next_billing_plan_id,
      stripe_customer_id = _after.stripe_customer_id,
      stripe_subscription_id = _after.stripe_subscription_id,
      stripe_subscription_status = _after.stripe_subscription_status,
      stripe_has_payment_method = _after.stripe_has_payment_method,
      is_trial = _after.is_trial,
      used_trial = _after.used_trial,
      is_paying = _after.is_paying,
      stripe_last_payment_date = _after.stripe_last_payment_date,
      billing_updated_at = _after.billing_updated_at,
      last_credits_refresh = _after.last_credits_refresh,
      next_credits_refresh = _after.next_credits_refresh,
      version = version + 1,
      -- By the clock, because the statement may have waited for the lock since now().
      updated_at = clock_timestamp()
    WHERE id = _user_id
    -- What is returned is what is stored.
    RETURNING users AS entry INTO _target;
    _after := _target.entry;
    _after_values := to_jsonb(_after);
    INSERT INTO user_changes (user_id, version, change_id, api_key_id, api_key_prefix, request_id,
      changed_at, changes, reverts, position)
    VALUES (_user_id, _after.version, _change_id, _key_id, _key_prefix,
      _request ->> 'request_id', _after.updated_at, _changed, _request -> 'revert', greatest(
        (SELECT position FROM user_changes WHERE user_id = _user_id AND version = _before.version),
        pg_current_xact_id()));
    _is_recorded := _request ? 'idempotency_key';
  END IF;
  _result := jsonb_build_object('verdict', _verdict, 'user', _after_values,
    'merged', coalesce(_before.version > _base, false))
    || CASE _verdict
      WHEN 'field_not_writable' THEN jsonb_build_object('fields', _fields)
      WHEN 'edit_conflict' THEN jsonb_build_object('conflicts', _conflicts, 'update', _update)
      WHEN 'constraint_violated' THEN jsonb_build_object('constraint', _constraint)
      ELSE '{}'
    END;
  IF _is_recorded AND NOT _validate_only AND _verdict <> 'constraint_violated' THEN
    PERFORM keep_record(_request, _lineage, _user_id, _result);
  END IF;
  RETURN _result;
END
$$;
