CREATE SCHEMA "profile";
--> statement-breakpoint
CREATE TABLE "profile"."api_keys" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" varchar(100) NOT NULL,
	"description" varchar(1000) DEFAULT '' NOT NULL,
	"role" varchar(50),
	"scopes" text[] NOT NULL,
	"hash" "bytea" NOT NULL,
	"prefix" varchar(16) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"require_precondition" boolean DEFAULT false NOT NULL,
	"replaces" uuid,
	"replaced_by" uuid,
	"original_expires_at" timestamp with time zone,
	"ends_on_use" boolean DEFAULT false NOT NULL,
	"idempotency_key" varchar(255),
	"fingerprint" "bytea",
	CONSTRAINT "api_keys_pkey" PRIMARY KEY("id"),
	CONSTRAINT "api_keys_hash_key" UNIQUE("hash"),
	CONSTRAINT "api_keys_hash_check" CHECK (octet_length("profile"."api_keys"."hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "profile"."billing_plans" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" varchar(100) NOT NULL,
	CONSTRAINT "billing_plans_pkey" PRIMARY KEY("id"),
	CONSTRAINT "billing_plans_name_key" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "profile"."feedback" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "profile"."feedback_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"page" varchar(100) NOT NULL,
	"helpful" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "feedback_pkey" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "profile"."idempotency_records" (
	"api_key_id" uuid NOT NULL,
	"key" varchar(255) NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error" varchar(50),
	"details" jsonb,
	"merged" boolean NOT NULL,
	"profile" jsonb NOT NULL,
	CONSTRAINT "idempotency_records_pkey" PRIMARY KEY("api_key_id","key")
);
--> statement-breakpoint
CREATE TABLE "profile"."identities" (
	"issuer" varchar(255) NOT NULL,
	"subject" varchar(255) NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identities_pkey" PRIMARY KEY("issuer","subject"),
	CONSTRAINT "identities_user_id_key" UNIQUE("user_id","issuer")
);
--> statement-breakpoint
CREATE TABLE "profile"."key_events" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "profile"."key_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"action" varchar(20) NOT NULL,
	"actor" varchar(20) NOT NULL,
	"actor_key_id" uuid,
	"actor_user_id" uuid,
	"request_id" varchar(128) NOT NULL,
	"occurred_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "key_events_pkey" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "profile"."roles" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" varchar(100) NOT NULL,
	CONSTRAINT "roles_pkey" PRIMARY KEY("id"),
	CONSTRAINT "roles_name_key" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "profile"."sessions" (
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sessions_pkey" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "profile"."user_changes" (
	"user_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"api_key_id" uuid NOT NULL,
	"api_key_prefix" varchar(16),
	"request_id" varchar(128) NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"changes" jsonb NOT NULL,
	CONSTRAINT "user_changes_pkey" PRIMARY KEY("user_id","version")
);
--> statement-breakpoint
CREATE TABLE "profile"."users" (
	"first_name" varchar(255),
	"last_name" varchar(255),
	"email" varchar(254) NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"is_superuser" boolean DEFAULT false NOT NULL,
	"birthdate" timestamp with time zone,
	"is_enterprise" boolean DEFAULT false NOT NULL,
	"role_id" uuid,
	"phone" varchar(50),
	"state" varchar(255),
	"country" varchar(255),
	"address" varchar(1000),
	"active_billing_plan_id" uuid,
	"next_billing_plan_id" uuid,
	"stripe_customer_id" varchar(255),
	"stripe_subscription_id" varchar(255),
	"stripe_subscription_status" varchar(255),
	"stripe_has_payment_method" boolean DEFAULT false NOT NULL,
	"is_trial" boolean DEFAULT false NOT NULL,
	"used_trial" boolean DEFAULT false NOT NULL,
	"is_paying" boolean DEFAULT false NOT NULL,
	"stripe_last_payment_date" timestamp with time zone,
	"billing_updated_at" timestamp with time zone,
	"last_credits_refresh" timestamp with time zone,
	"next_credits_refresh" timestamp with time zone,
	"follower_count" integer DEFAULT 0 NOT NULL,
	"following_count" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_pkey" PRIMARY KEY("id"),
	CONSTRAINT "users_version_check" CHECK ("profile"."users"."version" >= 1)
);
--> statement-breakpoint
ALTER TABLE "profile"."api_keys" ADD CONSTRAINT "api_keys_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."idempotency_records" ADD CONSTRAINT "idempotency_records_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."identities" ADD CONSTRAINT "identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."key_events" ADD CONSTRAINT "key_events_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."user_changes" ADD CONSTRAINT "user_changes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."users" ADD CONSTRAINT "users_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "profile"."roles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."users" ADD CONSTRAINT "users_active_billing_plan_id_fkey" FOREIGN KEY ("active_billing_plan_id") REFERENCES "profile"."billing_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."users" ADD CONSTRAINT "users_next_billing_plan_id_fkey" FOREIGN KEY ("next_billing_plan_id") REFERENCES "profile"."billing_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_page_idx" ON "profile"."api_keys" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_active_idx" ON "profile"."api_keys" USING btree ("owner_id",coalesce("expires_at", 'infinity')) WHERE "profile"."api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "api_keys_ended_idx" ON "profile"."api_keys" USING btree (least("revoked_at", "expires_at"));--> statement-breakpoint
CREATE INDEX "api_keys_idempotency_key_idx" ON "profile"."api_keys" USING btree ("owner_id","idempotency_key") WHERE "profile"."api_keys"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "feedback_created_at_idx" ON "profile"."feedback" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_records_created_at_idx" ON "profile"."idempotency_records" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "key_events_key_id_idx" ON "profile"."key_events" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "profile"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_idx" ON "profile"."sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "profile"."users" USING btree (lower("email"));
--> statement-breakpoint
SET LOCAL check_function_bodies = off;
--> statement-breakpoint
-- At most 25 active keys a user; those that end with the first use of their successor do not count,
-- but there are at most 25 of them, too. The lock makes requests that run at once count one another.
CREATE OR REPLACE FUNCTION profile.api_keys_live_limit() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
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

CREATE OR REPLACE TRIGGER api_keys_live_limit AFTER INSERT ON profile.api_keys
  FOR EACH ROW EXECUTE FUNCTION profile.api_keys_live_limit();
--> statement-breakpoint
-- What was changed of a user since a version: how many versions are known (see user_changes_since), and
-- of the fields in `changed` those that were changed too, each with its value then and its last change.
CREATE OR REPLACE FUNCTION profile.edit_conflicts(
  changed_user uuid, base integer, changed jsonb, OUT known bigint, OUT conflicts jsonb
) LANGUAGE sql SET search_path = profile, pg_temp AS $$
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
-- The sessions of a user who is deactivated end: they would come back to life with the user.
CREATE OR REPLACE FUNCTION profile.end_sessions() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
BEGIN
  DELETE FROM sessions WHERE user_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER users_end_sessions AFTER UPDATE OF is_active ON profile.users
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION profile.end_sessions();
--> statement-breakpoint
-- Who asks: a key, by its SHA-256, a person, by their session, or the operator for a user; the last two
-- have all `person_scopes`. `scopes` are those that they have now (some count only while the owner is a
-- superuser), `refusal` is the code of the error that refuses the request, or null. All is null if there
-- is no such credential.
--   needed         one of these scopes is, if there are any
--   reached        the user that the request is about, if it can be about another than the owner
--   unconditional  it is an update that names no version
--   lock           judge by the latest rows of key and owner, and hold them and the reached user
CREATE OR REPLACE FUNCTION profile.find_credential(
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
) LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
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
    -- A session can have ended while this waited.
    IF session_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM sessions AS session
      WHERE session.id = session_id AND session.expires_at > clock_timestamp()
    ) THEN
      person := NULL;
    END IF;
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
-- Creates a key for the owner of a credential: from a draft, or, if it `replaces` a key, with the rights of
-- that one, which then ends. Returns null if there is no such credential, else a `verdict`:
--   issued                  `key`, and in `replaced` what becomes of the old one; a repeat under an
--                           Idempotency-Key gets the key that the first created, with a new secret
--   idempotency_key_reused  another request had this Idempotency-Key
--   key_already_used        so had this one, and the key that it created is in use or has ended
--   key_not_found           there is no key to replace
--   key_not_live            the key to replace has ended: see `state`
--   not_grantable           the credential does not have all the scopes that the key would have
CREATE OR REPLACE FUNCTION profile.issue_key(request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  credential record;
  facts jsonb;
  earlier api_keys;
  old api_keys;
  unused api_keys;
  issued api_keys;
  original timestamptz;
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

  -- The owner's row is locked, so of two equal requests the second finds what the first created. `self`
  -- names another key in each request, so a key that rotates itself finds only its own successor.
  SELECT * INTO earlier FROM api_keys AS key
  WHERE key.owner_id = credential.owner_id AND key.idempotency_key = request ->> 'idempotency_key'
    AND key.created_at > now() - (request ->> 'remembered')::interval
    AND (request ->> 'replaces' IS DISTINCT FROM 'self' OR key.replaces = credential.id)
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
    -- The expiry of a key that is being replaced is that of the rotation; its successors get the original.
    IF old.replaced_by IS NOT NULL THEN
      issued.expires_at := old.original_expires_at;
    END IF;
    IF is_self THEN
      credential.ends_at := issued.expires_at;
    END IF;
    original := issued.expires_at;
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
    -- Another key may ask for it than the one that it was created by, and end sooner.
    UPDATE api_keys SET hash = (request ->> 'hash')::bytea, prefix = request ->> 'prefix',
      expires_at = least(api_keys.expires_at, credential.ends_at)
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
      original_expires_at = original,
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
--> statement-breakpoint
-- A row of the record. `request` has who asks (`actor`) and the request's id.
CREATE OR REPLACE FUNCTION profile.log_key_event(key profile.api_keys, action text, actor_key uuid, request jsonb) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  INSERT INTO key_events (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  VALUES (key.id, key.owner_id, action, request ->> 'actor', actor_key,
    CASE WHEN request ->> 'actor' <> 'operator' THEN key.owner_id END, request ->> 'request_id')
$$;
--> statement-breakpoint
-- Authenticates, authorises and reads, and answers what it found; null if there is no such key.
CREATE OR REPLACE FUNCTION profile.read_user(
  key_hash bytea, user_id uuid, needed text[], superuser_scopes text[]
) RETURNS json
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
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
-- An array of texts out of one in JSON; empty if there is none.
CREATE OR REPLACE FUNCTION profile.text_array(texts jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = profile, pg_temp AS $$
  SELECT array(SELECT jsonb_array_elements_text(texts))
$$;
--> statement-breakpoint
-- Notes the use of a key in this minute. At most one request per minute takes this lock; the others skip
-- it. The first use of a key ends the one that it replaced, if nothing else was asked for.
CREATE OR REPLACE FUNCTION profile.touch_key(key_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
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
--> statement-breakpoint
-- What was changed of a user after a version, oldest first; at most 100 versions. A function,
-- because all parts of a statement read the snapshot in which it began, which lacks the versions that
-- were made while it waited for the row. A volatile function takes a new snapshot when it is called,
-- and it is called with the locked row.
CREATE OR REPLACE FUNCTION profile.user_changes_since(changed_user uuid, base integer) RETURNS SETOF profile.user_changes
LANGUAGE sql VOLATILE SET search_path = profile, pg_temp AS $$
  SELECT * FROM user_changes WHERE user_id = changed_user AND version > base
  ORDER BY version LIMIT 100
$$;
--> statement-breakpoint
-- The first constraint that a user would violate, by its name.
CREATE OR REPLACE FUNCTION profile.violated_constraint(proposed profile.users) RETURNS text
LANGUAGE sql SET search_path = profile, pg_temp AS $$
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
