-- What authenticates, reads and updates, as functions: Postgres keeps the plans of their queries for as
-- long as a connection lives, and planning was most of what such a statement cost. Each query of a
-- function sees what was committed before it began, so what follows a lock sees the latest.

-- Who asks: a key, by its SHA-256, or a person, who has all `person_scopes`. `scopes` are those that
-- they have now (some count only while the owner is a superuser), `refusal` is the code of the error
-- that refuses the request, or null. All is null if there is no such credential.
--   needed         one of these scopes is
--   reached        the user that the request is about, if it can be about another than the owner
--   unconditional  it is an update that names no version
--   lock           judge by the latest rows of key and owner, and hold them
CREATE FUNCTION find_credential(
  needed text[],
  superuser_scopes text[],
  key_hash bytea DEFAULT NULL,
  person uuid DEFAULT NULL,
  person_scopes text[] DEFAULT NULL,
  reached uuid DEFAULT NULL,
  unconditional boolean DEFAULT false,
  lock boolean DEFAULT false,
  OUT id uuid,
  OUT owner_id uuid,
  OUT scopes text[],
  OUT ends_at timestamptz,
  OUT sunset timestamptz,
  OUT touch boolean,
  OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
  revoked_at timestamptz;
  last_used_at timestamptz;
  require_precondition boolean;
  is_active boolean;
  is_superuser boolean;
  superuser_scope text;
BEGIN
  IF lock THEN
    PERFORM FROM api_keys AS key WHERE key.hash = key_hash FOR NO KEY UPDATE;
    PERFORM FROM users AS owner WHERE owner.id = coalesce(person, (
      SELECT key.owner_id FROM api_keys AS key WHERE key.hash = key_hash)) FOR NO KEY UPDATE;
  END IF;

  IF key_hash IS NULL THEN
    SELECT owner.id, owner.is_active, owner.is_superuser
    INTO owner_id, is_active, is_superuser
    FROM users AS owner WHERE owner.id = person;
    scopes := person_scopes;
    last_used_at := 'infinity';
  ELSE
    SELECT key.id, key.owner_id, key.scopes, key.expires_at, key.revoked_at, key.last_used_at,
      key.require_precondition, owner.is_active, owner.is_superuser
    INTO id, owner_id, scopes, ends_at, revoked_at, last_used_at,
      require_precondition, is_active, is_superuser
    FROM api_keys AS key JOIN users AS owner ON owner.id = key.owner_id WHERE key.hash = key_hash;
  END IF;

  IF owner_id IS NULL THEN
    scopes := NULL;
    RETURN;
  END IF;

  IF NOT is_superuser THEN
    FOREACH superuser_scope IN ARRAY superuser_scopes LOOP
      scopes := array_remove(scopes, superuser_scope);
    END LOOP;
  END IF;
  sunset := CASE WHEN ends_at < now() + interval '14 days' THEN ends_at END;
  touch := revoked_at IS NULL AND coalesce(ends_at > now(), true)
    AND coalesce(last_used_at < date_trunc('minute', now()), true);
  -- By the clock: who waited for a lock began before the key ended.
  refusal := CASE
    WHEN revoked_at IS NOT NULL THEN 'revoked_api_key'
    WHEN ends_at <= clock_timestamp() THEN 'expired_api_key'
    WHEN NOT is_active THEN 'owner_inactive'
    WHEN NOT scopes && needed THEN 'insufficient_scope'
    WHEN owner_id <> reached AND 'users:all' <> ALL (scopes) THEN 'insufficient_scope'
    WHEN unconditional AND require_precondition THEN 'precondition_required'
  END;
END
$$;
--> statement-breakpoint

-- The id of a key whose use in this minute is to be noted, locked. Of the many requests that a busy key
-- makes at the turn of a minute one gets it, and none waits.
CREATE FUNCTION key_to_touch(key_id uuid) RETURNS uuid LANGUAGE sql AS $$
  SELECT id FROM api_keys
  WHERE id = key_id AND coalesce(last_used_at < date_trunc('minute', now()), true)
  FOR NO KEY UPDATE SKIP LOCKED
$$;
--> statement-breakpoint

-- Authenticates, authorises and reads, and answers what it found; null if there is no such key.
CREATE FUNCTION read_user(
  key_hash bytea, user_id uuid, needed text[], superuser_scopes text[]
) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  credential record;
  found_user users;
BEGIN
  credential := find_credential(needed, superuser_scopes, key_hash, reached => user_id);
  IF credential.owner_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF credential.refusal IS NULL THEN
    SELECT * INTO found_user FROM users WHERE id = user_id;
  END IF;
  IF credential.touch THEN
    UPDATE api_keys SET last_used_at = date_trunc('minute', now())
    WHERE id = (SELECT key_to_touch(credential.id));
  END IF;
  RETURN json_build_object(
    'key_id', credential.id, 'refusal', credential.refusal, 'sunset', credential.sunset,
    'user', CASE WHEN found_user.id IS NOT NULL THEN to_json(found_user) END
  );
END
$$;
--> statement-breakpoint

-- What was changed of a user since a version: how many versions are known (see user_changes_since), and
-- of the fields in `changed` those that were changed too, each with its value then and its last change.
CREATE FUNCTION edit_conflicts(
  changed_user uuid, base integer, changed jsonb, OUT known bigint, OUT conflicts jsonb
) LANGUAGE sql AS $$
  WITH since AS (SELECT * FROM user_changes_since(changed_user, base)),
  conflict AS (
    SELECT field, min(version) AS first, max(version) AS last
    FROM (SELECT version, jsonb_object_keys(changes) AS field FROM since) AS each
    WHERE changed ? field
    GROUP BY field
  )
  SELECT (SELECT count(*) FROM since), (
    SELECT jsonb_agg(jsonb_build_object(
      'field', field, 'base', oldest.changes -> field -> 'before', 'changed_at', latest.changed_at,
      'changed_by', (SELECT prefix FROM api_keys WHERE id = latest.api_key_id)))
    FROM conflict
    JOIN since AS oldest ON oldest.version = first
    JOIN since AS latest ON latest.version = last
  )
$$;
--> statement-breakpoint

-- The first constraint that a user would violate, by its name.
CREATE FUNCTION violated_constraint(proposed users) RETURNS text LANGUAGE sql AS $$
  SELECT CASE
    WHEN EXISTS (
      SELECT FROM users WHERE lower(email) = lower(proposed.email) AND id <> proposed.id
    ) THEN 'users_email_key'
    WHEN proposed.role_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM roles WHERE id = proposed.role_id
    ) THEN 'users_role_id_fkey'
    WHEN proposed.active_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = proposed.active_billing_plan_id
    ) THEN 'users_active_billing_plan_id_fkey'
    WHEN proposed.next_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = proposed.next_billing_plan_id
    ) THEN 'users_next_billing_plan_id_fkey'
  END
$$;
--> statement-breakpoint

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
CREATE FUNCTION update_user(
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
) RETURNS json LANGUAGE plpgsql AS $$
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
      INSERT INTO user_changes (user_id, version, api_key_id, request_id, changed_at, changes)
      VALUES (user_id, after.version, credential.id, request_id, after.updated_at, changed);
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
    UPDATE api_keys SET last_used_at = date_trunc('minute', now())
    WHERE api_keys.id = (SELECT key_to_touch(credential.id));
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
