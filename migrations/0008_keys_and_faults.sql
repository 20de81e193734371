DROP INDEX "api_keys_owner_id_idx";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "replaces" uuid;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "replaced_by" uuid;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "ends_on_use" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "idempotency_key" varchar(255);--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "fingerprint" "bytea";--> statement-breakpoint
ALTER TABLE "key_events" ADD COLUMN "actor" varchar(20);--> statement-breakpoint
-- What is known of earlier events; the command line marked its requests, and so could any caller.
UPDATE "key_events" SET "actor" = CASE
  WHEN "actor_key_id" IS NOT NULL THEN 'key'
  WHEN "actor_user_id" IS NOT NULL THEN 'person'
  WHEN "action" = 'reported' THEN 'anyone'
  ELSE 'operator'
END;--> statement-breakpoint
ALTER TABLE "key_events" ALTER COLUMN "actor" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "user_changes" ADD COLUMN "api_key_prefix" varchar(16);--> statement-breakpoint
UPDATE "user_changes" SET "api_key_prefix" = "api_keys"."prefix" FROM "api_keys" WHERE "api_keys"."id" = "api_key_id";--> statement-breakpoint
CREATE INDEX "api_keys_page_idx" ON "api_keys" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_active_idx" ON "api_keys" USING btree ("owner_id",coalesce("expires_at", 'infinity')) WHERE "api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "api_keys_ended_idx" ON "api_keys" USING btree (least("revoked_at", "expires_at"));--> statement-breakpoint
CREATE INDEX "api_keys_idempotency_key_idx" ON "api_keys" USING btree ("owner_id","idempotency_key") WHERE "api_keys"."idempotency_key" is not null;--> statement-breakpoint

-- The sessions of a user who is deactivated end: they would come back to life with the user.
CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE user_id = NEW.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER users_end_sessions AFTER UPDATE OF is_active ON users
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION end_sessions();
--> statement-breakpoint

-- At most 25 active keys a user; those that end with the first use of their successor do not count,
-- but there are at most 25 of them, too. The lock makes requests that run at once count one another.
CREATE OR REPLACE FUNCTION api_keys_live_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counted bigint;
  superseded bigint;
  locked_at timestamptz;
BEGIN
  PERFORM FROM users WHERE id = NEW.owner_id FOR NO KEY UPDATE;
  -- By the clock, after the lock; in a variable, for no index is searched by a volatile function.
  locked_at := clock_timestamp();
  SELECT count(*) FILTER (WHERE NOT ends_on_use), count(*) FILTER (WHERE ends_on_use)
  INTO counted, superseded
  FROM (
    SELECT ends_on_use FROM api_keys
    WHERE owner_id = NEW.owner_id AND revoked_at IS NULL
      AND coalesce(expires_at, 'infinity') > locked_at
    -- The order of the index, so that those that have ended are not read.
    ORDER BY coalesce(expires_at, 'infinity') LIMIT 51
  ) AS active;
  IF counted > 25 OR superseded > 25 THEN
    RAISE EXCEPTION 'too many active keys'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'api_keys_live_limit', TABLE = 'api_keys';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint

DROP FUNCTION find_credential;
--> statement-breakpoint

-- Who asks: a key, by its SHA-256, a person, by their session, or the operator for a user; the last two
-- have all `person_scopes`. `scopes` are those that they have now (some count only while the owner is a
-- superuser), `refusal` is the code of the error that refuses the request, or null. All is null if there
-- is no such credential.
--   needed         one of these scopes is, if there are any
--   reached        the user that the request is about, if it can be about another than the owner
--   unconditional  it is an update that names no version
--   lock           judge by the latest rows of key and owner, and hold them and the reached user
CREATE FUNCTION find_credential(
  needed text[],
  superuser_scopes text[],
  key_hash bytea DEFAULT NULL,
  session_id uuid DEFAULT NULL,
  operator_for uuid DEFAULT NULL,
  person_scopes text[] DEFAULT NULL,
  reached uuid DEFAULT NULL,
  unconditional boolean DEFAULT false,
  lock boolean DEFAULT false,
  OUT id uuid,
  OUT owner_id uuid,
  OUT prefix text,
  OUT scopes text[],
  OUT ends_at timestamptz,
  OUT sunset timestamptz,
  OUT touch boolean,
  OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
  person uuid := operator_for;
  revoked_at timestamptz;
  last_used_at timestamptz;
  require_precondition boolean;
  is_active boolean;
  is_superuser boolean;
  superuser_scope text;
BEGIN
  IF session_id IS NOT NULL THEN
    SELECT session.user_id INTO person FROM sessions AS session
    WHERE session.id = session_id AND session.expires_at > clock_timestamp();
  END IF;

  -- Users by id, then keys: in this order everywhere, so that no two requests wait for each other.
  IF lock THEN
    PERFORM FROM users AS locked
    WHERE locked.id IN (reached, coalesce(person, (
      SELECT key.owner_id FROM api_keys AS key WHERE key.hash = key_hash)))
    ORDER BY locked.id FOR NO KEY UPDATE;
    PERFORM FROM api_keys AS key WHERE key.hash = key_hash FOR NO KEY UPDATE;
  END IF;

  IF key_hash IS NULL THEN
    SELECT owner.id, owner.is_active, owner.is_superuser
    INTO owner_id, is_active, is_superuser
    FROM users AS owner WHERE owner.id = person;
    scopes := person_scopes;
    last_used_at := 'infinity';
  ELSE
    SELECT key.id, key.owner_id, key.prefix, key.scopes, key.expires_at, key.revoked_at, key.last_used_at,
      key.require_precondition, owner.is_active, owner.is_superuser
    INTO id, owner_id, prefix, scopes, ends_at, revoked_at, last_used_at,
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
  -- A database that is read-only for a while, as in a failover, goes on reading.
  touch := revoked_at IS NULL AND coalesce(ends_at > now(), true)
    AND coalesce(last_used_at < date_trunc('minute', now()), true)
    AND NOT current_setting('transaction_read_only')::boolean;
  -- By the clock: who waited for a lock began before the key ended.
  refusal := CASE
    WHEN revoked_at IS NOT NULL THEN 'revoked_api_key'
    WHEN ends_at <= clock_timestamp() THEN 'expired_api_key'
    WHEN NOT is_active THEN 'owner_inactive'
    WHEN needed <> '{}' AND NOT scopes && needed THEN 'insufficient_scope'
    WHEN owner_id <> reached AND 'users:all' <> ALL (scopes) THEN 'insufficient_scope'
    WHEN unconditional AND require_precondition THEN 'precondition_required'
  END;
END
$$;
--> statement-breakpoint

DROP FUNCTION key_to_touch;
--> statement-breakpoint

-- Notes the use of a key in this minute. At most one request per minute takes this lock; the others skip
-- it. The first use of a key ends the one that it replaced, if nothing else was asked for.
CREATE FUNCTION touch_key(key_id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  predecessor uuid;
BEGIN
  UPDATE api_keys SET last_used_at = date_trunc('minute', now())
  WHERE id = (
    SELECT id FROM api_keys
    WHERE id = key_id AND coalesce(last_used_at < date_trunc('minute', now()), true)
    FOR NO KEY UPDATE SKIP LOCKED
  )
  RETURNING replaces INTO predecessor;
  IF predecessor IS NOT NULL THEN
    UPDATE api_keys SET expires_at = now()
    WHERE id = (
      SELECT id FROM api_keys
      WHERE id = predecessor AND replaced_by = key_id AND ends_on_use AND expires_at > now()
      FOR NO KEY UPDATE SKIP LOCKED
    );
  END IF;
END
$$;
--> statement-breakpoint

-- What was changed of a user since a version: how many versions are known (see user_changes_since), and
-- of the fields in `changed` those that were changed too, each with its value then and its last change.
CREATE OR REPLACE FUNCTION edit_conflicts(
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
      'changed_by', latest.api_key_prefix))
    FROM conflict
    JOIN since AS oldest ON oldest.version = first
    JOIN since AS latest ON latest.version = last
  )
$$;
--> statement-breakpoint

-- Authenticates, authorises and reads, and answers what it found; null if there is no such key.
CREATE OR REPLACE FUNCTION read_user(
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
    PERFORM touch_key(credential.id);
  END IF;
  RETURN json_build_object(
    'key_id', credential.id, 'refusal', credential.refusal, 'sunset', credential.sunset,
    'user', CASE WHEN found_user.id IS NOT NULL THEN to_json(found_user) END
  );
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
CREATE OR REPLACE FUNCTION update_user(
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
--> statement-breakpoint

CREATE FUNCTION text_array(texts jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array(SELECT jsonb_array_elements_text(texts))
$$;
--> statement-breakpoint

-- A row of the record. `request` has who asks (`actor`) and the request's id.
CREATE FUNCTION log_key_event(key api_keys, action text, actor_key uuid, request jsonb) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO key_events (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  VALUES (key.id, key.owner_id, action, request ->> 'actor', actor_key,
    CASE WHEN request ->> 'actor' <> 'operator' THEN key.owner_id END, request ->> 'request_id')
$$;
--> statement-breakpoint

-- Creates a key for the owner of a credential: from a draft, or, if it `replaces` a key, with the rights of
-- that one, which then ends. Returns null if there is no such credential, else a `verdict`:
--   issued                  `key`, and in `replaced` what becomes of the old one; a repeat under an
--                           Idempotency-Key gets the key that the first created, with a new secret
--   idempotency_key_reused  another request had this Idempotency-Key
--   key_already_used        so had this one, and the key that it created is in use or has ended
--   key_not_found           there is no key to replace
--   key_not_live            the key to replace has ended: see `state`
--   not_grantable           the credential does not have all the scopes that the key would have
CREATE FUNCTION issue_key(request jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  credential record;
  facts jsonb;
  earlier api_keys;
  old api_keys;
  unused api_keys;
  issued api_keys;
  state text;
  is_self boolean := false;
BEGIN
  credential := find_credential(
    needed => text_array(request -> 'needed'),
    superuser_scopes => text_array(request -> 'superuser_scopes'),
    key_hash => (request ->> 'key_hash')::bytea,
    session_id => (request ->> 'session_id')::uuid,
    operator_for => (request ->> 'operator_for')::uuid,
    person_scopes => text_array(request -> 'person_scopes'),
    lock => true
  );
  IF credential.owner_id IS NULL THEN
    RETURN NULL;
  END IF;
  facts := jsonb_build_object(
    'key_id', credential.id, 'refusal', credential.refusal, 'sunset', credential.sunset);
  IF credential.touch THEN
    PERFORM touch_key(credential.id);
  END IF;
  IF credential.refusal IS NOT NULL THEN
    RETURN facts;
  END IF;

  -- The owner's row is locked, so of two equal requests the second finds what the first created.
  SELECT * INTO earlier FROM api_keys AS key
  WHERE key.owner_id = credential.owner_id AND key.idempotency_key = request ->> 'idempotency_key'
    AND key.created_at > now() - (request ->> 'remembered')::interval
  ORDER BY key.created_at DESC LIMIT 1 FOR NO KEY UPDATE;
  IF earlier.fingerprint <> (request ->> 'fingerprint')::bytea THEN
    RETURN facts || '{"verdict": "idempotency_key_reused"}';
  END IF;

  IF request ? 'replaces' THEN
    SELECT * INTO old FROM api_keys AS key
    WHERE key.id = CASE request ->> 'replaces'
        WHEN 'self' THEN credential.id ELSE (request ->> 'replaces')::uuid END
      AND key.owner_id = credential.owner_id
    FOR NO KEY UPDATE;
    IF old.id IS NULL THEN
      RETURN facts || '{"verdict": "key_not_found"}';
    END IF;
    is_self := old.id IS NOT DISTINCT FROM credential.id;
    issued := old;
    -- The expiry of a key that is being replaced is that of the rotation; its successor has the original.
    IF old.replaced_by IS NOT NULL THEN
      SELECT key.expires_at INTO issued.expires_at FROM api_keys AS key WHERE key.id = old.replaced_by;
    END IF;
    IF is_self THEN
      credential.ends_at := issued.expires_at;
    END IF;
  END IF;
  issued := jsonb_populate_record(issued, request -> 'draft');
  IF NOT is_self AND NOT issued.scopes <@ credential.scopes THEN
    RETURN facts || '{"verdict": "not_grantable"}';
  END IF;

  IF earlier.id IS NOT NULL THEN
    IF earlier.last_used_at IS NOT NULL OR earlier.revoked_at IS NOT NULL
      OR earlier.expires_at <= clock_timestamp() THEN
      RETURN facts || '{"verdict": "key_already_used"}';
    END IF;
    UPDATE api_keys SET hash = (request ->> 'hash')::bytea, prefix = request ->> 'prefix'
    WHERE api_keys.id = earlier.id RETURNING * INTO issued;
    PERFORM log_key_event(issued, 'renewed', credential.id, request);
  ELSE
    state := CASE
      WHEN old.revoked_at IS NOT NULL THEN 'revoked'
      WHEN old.expires_at <= clock_timestamp() THEN 'expired'
    END;
    IF state IS NOT NULL THEN
      RETURN facts || jsonb_build_object('verdict', 'key_not_live', 'state', state);
    END IF;
    -- Rotated again before its successor was used, whose secret may be lost: one successor at a time.
    UPDATE api_keys SET revoked_at = now()
    WHERE api_keys.id = old.replaced_by AND old.ends_on_use
      AND api_keys.last_used_at IS NULL AND api_keys.revoked_at IS NULL
    RETURNING * INTO unused;
    IF unused.id IS NOT NULL THEN
      PERFORM log_key_event(unused, 'revoked', credential.id, request);
    END IF;
    issued.id := gen_random_uuid();
    -- Before the new key is counted. A key that waits for the first use of its successor has 24 hours.
    UPDATE api_keys SET
      expires_at = least(api_keys.expires_at,
        now() + coalesce((request ->> 'grace')::integer * interval '1 second', interval '24 hours')),
      replaced_by = issued.id,
      ends_on_use = request ->> 'grace' IS NULL
    WHERE api_keys.id = old.id RETURNING * INTO old;
    INSERT INTO api_keys (id, owner_id, name, description, role, scopes, hash, prefix, expires_at,
      require_precondition, replaces, idempotency_key, fingerprint)
    VALUES (issued.id, credential.owner_id, issued.name, issued.description, issued.role, issued.scopes,
      (request ->> 'hash')::bytea, request ->> 'prefix', least(issued.expires_at, credential.ends_at),
      issued.require_precondition, old.id, request ->> 'idempotency_key', (request ->> 'fingerprint')::bytea)
    RETURNING * INTO issued;
    PERFORM log_key_event(issued, 'created', credential.id, request);
    IF old.id IS NOT NULL THEN
      PERFORM log_key_event(old, 'rotated', credential.id, request);
    END IF;
  END IF;
  RETURN facts || jsonb_build_object('verdict', 'issued', 'key', to_jsonb(issued),
    'replaced', CASE WHEN old.id IS NOT NULL THEN jsonb_build_object(
      'id', old.id, 'expires_at', old.expires_at, 'until_first_use', old.ends_on_use) END);
END
$$;
