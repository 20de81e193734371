-- Authenticates, authorises, locks, judges, updates, logs, and answers what it found and did; null if
-- there is no such key. An update that changes nothing changes no row of the user.
--   sent             the new values by field
--   needs            the fields in it by the scope that they need
--   validate_only    write nothing, and name the constraint that would be violated
-- Null, if the request does not say:
--   if_match         the versions at one of which the user must be
--   if_none_match    the versions at none of which the user may be
--   base_version     the version from which the update was made
--   idempotency_key  under which the outcome is recorded, and found again for as long as `remembered`
--   fingerprint      of what is asked for, so that another request under the same key is told apart
CREATE OR REPLACE FUNCTION profile.update_user(
  key_hash bytea,
  user_id uuid,
  needed text[],
  superuser_scopes text[],
  lock boolean,
  sent jsonb,
  needs jsonb,
  request_id text,
  validate_only boolean,
  unconditional boolean,
  if_match int4multirange,
  if_none_match int4multirange,
  base_version integer,
  idempotency_key text,
  fingerprint bytea,
  remembered interval
) RETURNS json
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  credential record;
  earlier idempotency_records;
  target record;
  before users;
  after users;
  before_values jsonb;
  after_values jsonb;
  changed jsonb;
  refused jsonb;
  known bigint;
  conflicts jsonb;
  error text;
  details jsonb;
  merged boolean := false;
BEGIN
  credential := find_credential(needed, superuser_scopes, key_hash,
    reached => user_id, unconditional => unconditional, lock => lock);
  IF credential.owner_id IS NULL THEN
    RETURN NULL;
  END IF;

  -- What the first request under this key came to, if there was one.
  IF credential.refusal IS NULL AND idempotency_key IS NOT NULL THEN
    SELECT * INTO earlier FROM idempotency_records AS record
    WHERE record.api_key_id = credential.id AND record.key = idempotency_key
      AND record.created_at > now() - remembered;
  END IF;

  IF earlier.key IS NOT NULL THEN
    error := CASE
      WHEN earlier.fingerprint = fingerprint THEN earlier.error
      ELSE 'idempotency_key_reused'
    END;
    details := earlier.details;
    merged := earlier.merged;
    -- A column that came later is as it is now.
    SELECT * INTO after FROM users WHERE users.id = earlier.user_id;
    after := jsonb_populate_record(after, earlier.profile);
  ELSIF credential.refusal IS NULL THEN
    -- As one value, for to take 31 columns over one by one costs more.
    SELECT users AS entry INTO target FROM users WHERE users.id = user_id FOR NO KEY UPDATE;
    before := target.entry;
  END IF;

  -- What would change, whether it may, and the change.
  IF before.id IS NOT NULL THEN
    after := jsonb_populate_record(before, sent);
    before_values := to_jsonb(before);
    after_values := to_jsonb(after);
    SELECT jsonb_object_agg(field, jsonb_build_object(
      'before', before_values -> field, 'after', after_values -> field))
    INTO changed
    FROM jsonb_object_keys(sent) AS field
    WHERE before_values -> field <> after_values -> field;

    IF needs - credential.scopes <> '{}' THEN
      SELECT jsonb_agg(field) INTO refused
      FROM jsonb_each(needs - credential.scopes) AS need(scope, fields),
        jsonb_array_elements_text(fields) AS field
      WHERE changed ? field;
    END IF;
    IF base_version IS NOT NULL THEN
      SELECT * INTO known, conflicts FROM edit_conflicts(user_id, base_version, changed);
      merged := before.version > base_version;
    END IF;
    error := CASE
      WHEN refused IS NOT NULL THEN 'field_not_writable'
      WHEN NOT before.version <@ if_match THEN 'precondition_failed'
      WHEN before.version <@ if_none_match THEN 'precondition_failed'
      WHEN known <> before.version - base_version THEN 'precondition_failed'
      WHEN conflicts IS NOT NULL THEN 'edit_conflict'
    END;
    details := coalesce(refused, conflicts);

    IF error IS NOT NULL THEN
      after := before;
    ELSIF changed IS NOT NULL AND NOT validate_only THEN
      after.version := before.version + 1;
      after.updated_at := now();
      UPDATE users SET
        first_name = after.first_name,
        last_name = after.last_name,
        email = after.email,
        is_active = after.is_active,
        is_superuser = after.is_superuser,
        birthdate = after.birthdate,
        is_enterprise = after.is_enterprise,
        role_id = after.role_id,
        phone = after.phone,
        state = after.state,
        country = after.country,
        address = after.address,
        active_billing_plan_id = after.active_billing_plan_id,
        next_billing_plan_id = after.next_billing_plan_id,
        stripe_customer_id = after.stripe_customer_id,
        stripe_subscription_id = after.stripe_subscription_id,
        stripe_subscription_status = after.stripe_subscription_status,
        stripe_has_payment_method = after.stripe_has_payment_method,
        is_trial = after.is_trial,
        used_trial = after.used_trial,
        is_paying = after.is_paying,
        stripe_last_payment_date = after.stripe_last_payment_date,
        billing_updated_at = after.billing_updated_at,
        last_credits_refresh = after.last_credits_refresh,
        next_credits_refresh = after.next_credits_refresh,
        version = after.version,
        updated_at = after.updated_at
      WHERE users.id = user_id;
      INSERT INTO user_changes (user_id, version, api_key_id, api_key_prefix, request_id, changed_at, changes)
      VALUES (user_id, after.version, credential.id, credential.prefix, request_id, after.updated_at, changed);
    END IF;
    -- If a twin was faster, this fails, and all of the above with it.
    IF idempotency_key IS NOT NULL AND NOT validate_only THEN
      DELETE FROM idempotency_records AS record
      WHERE record.api_key_id = credential.id AND record.key = idempotency_key
        AND record.created_at <= now() - remembered;
      INSERT INTO idempotency_records (api_key_id, key, fingerprint, user_id, error, details, merged, profile)
      VALUES (credential.id, idempotency_key, fingerprint, user_id, error, details, merged, to_jsonb(after));
    END IF;
  END IF;

  IF credential.touch AND NOT validate_only THEN
    PERFORM touch_key(credential.id);
  END IF;
  RETURN json_build_object(
    'key_id', credential.id, 'refusal', credential.refusal, 'sunset', credential.sunset,
    'error', error, 'details', details, 'merged', merged,
    'replayed', earlier.key IS NOT NULL AND error IS DISTINCT FROM 'idempotency_key_reused',
    'violated', CASE WHEN validate_only AND after.id IS NOT NULL THEN violated_constraint(after) END,
    'user', CASE WHEN after.id IS NOT NULL THEN to_json(after) END
  );
END
$$;
