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
	"lineage_id" uuid DEFAULT gen_random_uuid() NOT NULL,
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
	"lineage_id" uuid NOT NULL,
	"key" varchar(255) NOT NULL,
	"fingerprint" "bytea",
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"result" jsonb NOT NULL,
	CONSTRAINT "idempotency_records_pkey" PRIMARY KEY("lineage_id","key")
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
	"change_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"api_key_id" uuid NOT NULL,
	"api_key_prefix" varchar(16),
	"request_id" varchar(128) NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"changes" jsonb NOT NULL,
	CONSTRAINT "user_changes_pkey" PRIMARY KEY("user_id","version"),
	CONSTRAINT "user_changes_change_id_key" UNIQUE("change_id")
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
-- of the fields in `_changed` those that were changed too, each with its value then and its last change.
CREATE OR REPLACE FUNCTION profile.edit_conflicts(
  _user_id uuid, _base integer, _changed jsonb, _most integer, OUT known bigint, OUT conflicts jsonb
) LANGUAGE sql SET search_path = profile, pg_temp AS $$
  WITH since AS (SELECT * FROM user_changes_since(_user_id, _base, _most)),
  conflict AS (
    SELECT field, min(version) AS first, max(version) AS last
    FROM (SELECT version, jsonb_object_keys(changes) AS field FROM since) AS each
    WHERE _changed ? field
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
-- The credential of a request: a key, a person by their session, or the operator for a user. `refusal` is
-- the code of the error that refuses the request, or null. All is null if there is no such credential.
-- A request that lacks what a restriction is judged by is refused. It has
--   key_hash, session_id or operator_for; the last two have all `person_scopes`
--   accepted_scopes   one of these is required, if there are any
--   superuser_scopes  those that count only while the owner is a superuser
--   all_users_scope   the one that opens other users than the owner
--   user_id           the user that the request is about, if it can be about another than the owner
--   lock              judge by the latest rows of key and owner, and hold them and that user
--   lock_timeout      how long the statement may wait for a lock
--   update            in an update, which names a version by if_match, if_none_match or base_version
CREATE OR REPLACE FUNCTION profile.find_credential(
  _request jsonb,
  OUT key_id uuid,
  OUT owner uuid,
  OUT lineage uuid,
  OUT key_prefix text,
  OUT granted_scopes text[],
  OUT ends_at timestamptz,
  OUT is_use_due boolean,
  OUT refusal text
) LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _key_hash bytea := _request ->> 'key_hash';
  _session_id uuid := _request ->> 'session_id';
  _person uuid := _request ->> 'operator_for';
  _user_id uuid := _request ->> 'user_id';
  _accepted_scopes text[] := text_array(_request -> 'accepted_scopes');
  _superuser_scope text;
  _revoked_at timestamptz;
  _last_used_at timestamptz;
  _require_precondition boolean;
  _is_active boolean;
  _is_superuser boolean;
BEGIN
  IF _session_id IS NOT NULL THEN
    SELECT user_id INTO _person FROM sessions
    WHERE id = _session_id AND expires_at > clock_timestamp();
  END IF;

  -- Users by id, then keys: in this order everywhere, so that no two requests wait for each other.
  IF (_request ->> 'lock')::boolean THEN
    PERFORM FROM users
    WHERE id IN (_user_id, coalesce(_person, (SELECT owner_id FROM api_keys WHERE hash = _key_hash)))
    ORDER BY id FOR NO KEY UPDATE;
    PERFORM FROM api_keys WHERE hash = _key_hash FOR NO KEY UPDATE;
    -- A session can have ended while this waited.
    IF _session_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM sessions WHERE id = _session_id AND expires_at > clock_timestamp()
    ) THEN
      _person := NULL;
    END IF;
  END IF;

  IF _key_hash IS NULL THEN
    SELECT id, is_active, is_superuser INTO owner, _is_active, _is_superuser
    FROM users WHERE id = _person;
    granted_scopes := text_array(_request -> 'person_scopes');
    _last_used_at := 'infinity';
  ELSE
    SELECT key.id, owner_id, lineage_id, prefix, scopes, expires_at, revoked_at, last_used_at,
      require_precondition, is_active, is_superuser
    INTO key_id, owner, lineage, key_prefix, granted_scopes, ends_at, _revoked_at, _last_used_at,
      _require_precondition, _is_active, _is_superuser
    FROM api_keys AS key JOIN users ON users.id = owner_id WHERE hash = _key_hash;
  END IF;

  IF owner IS NULL THEN
    granted_scopes := NULL;
    RETURN;
  END IF;

  IF NOT _is_superuser THEN
    IF NOT _request ? 'superuser_scopes' THEN
      granted_scopes := '{}';
    END IF;
    FOREACH _superuser_scope IN ARRAY text_array(_request -> 'superuser_scopes') LOOP
      granted_scopes := array_remove(granted_scopes, _superuser_scope);
    END LOOP;
  END IF;
  -- A database that is read-only for a while, as in a failover, goes on reading.
  is_use_due := _revoked_at IS NULL AND coalesce(ends_at > now(), true)
    AND coalesce(_last_used_at < date_trunc('minute', now()), true)
    AND NOT current_setting('transaction_read_only')::boolean;
  -- By the clock: who waited for a lock began before the key ended.
  refusal := CASE
    WHEN _revoked_at IS NOT NULL THEN 'revoked_api_key'
    WHEN ends_at <= clock_timestamp() THEN 'expired_api_key'
    WHEN NOT _is_active THEN 'owner_inactive'
    WHEN NOT _request ? 'accepted_scopes' THEN 'insufficient_scope'
    WHEN _accepted_scopes <> '{}' AND NOT granted_scopes && _accepted_scopes THEN 'insufficient_scope'
    WHEN owner <> _user_id AND NOT coalesce(_request ->> 'all_users_scope' = ANY (granted_scopes), false)
      THEN 'insufficient_scope'
    WHEN _require_precondition AND _request ? 'update'
      AND NOT _request ?| '{if_match,if_none_match,base_version}' THEN 'precondition_required'
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
-- Reads a user. Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it
-- and, unless it is refused, `user`: null if there is none.
CREATE OR REPLACE FUNCTION profile.read_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _user jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.owner IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    SELECT to_jsonb(users) INTO _user FROM users WHERE id = (_request ->> 'user_id')::uuid;
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id);
  END IF;
  RETURN jsonb_build_object('key_id', _credential.key_id, 'ends_at', _credential.ends_at,
    'refusal', _credential.refusal, 'user', _user);
END
$$;
--> statement-breakpoint
-- An array of texts out of one in JSON; empty if there is none.
CREATE OR REPLACE FUNCTION profile.text_array(_texts jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = profile, pg_temp AS $$
  SELECT array(SELECT jsonb_array_elements_text(_texts))
$$;
--> statement-breakpoint
-- Notes the use of a key in this minute. At most one request per minute takes this lock; the others skip
-- it. The first use of a key ends the one that it replaced, if nothing else was asked for.
CREATE OR REPLACE FUNCTION profile.touch_key(_key_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _predecessor uuid;
BEGIN
  UPDATE api_keys SET last_used_at = date_trunc('minute', now())
  WHERE id = (
    SELECT id FROM api_keys
    WHERE id = _key_id AND coalesce(last_used_at < date_trunc('minute', now()), true)
    FOR NO KEY UPDATE SKIP LOCKED
  )
  RETURNING replaces INTO _predecessor;
  IF _predecessor IS NOT NULL THEN
    UPDATE api_keys SET expires_at = now()
    WHERE id = (
      SELECT id FROM api_keys
      WHERE id = _predecessor AND replaced_by = _key_id AND ends_on_use AND expires_at > now()
      FOR NO KEY UPDATE SKIP LOCKED
    );
  END IF;
END
$$;
--> statement-breakpoint
-- Updates a user: authenticates, authorises, locks, judges, stores and logs. Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   updated                 `user` as stored, and whether that was `merged`; also if nothing had to change
--   user_not_found
--   too_late                the attempt came after its `not_after`
--   idempotency_key_reused  another request had this Idempotency-Key
--   field_not_writable      the scopes do not allow to change `fields`
--   precondition_failed     `user` has another version
--   edit_conflict           `conflicts`: what others changed in `user` since `base_version`
--   constraint_violated     `constraint`: what an update that is only validated would violate
-- `replayed`: this is the result of an earlier request under the same Idempotency-Key.
--
-- A change takes effect once, however many attempts of it arrive, and in whatever order: what made it is
-- in the log under its `change_id`. A repeat that changes nothing leaves a record (a fence) under that id,
-- which stops attempts that arrive later. For the request see updateRequest in src/users/statements.ts.
CREATE OR REPLACE FUNCTION profile.update_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _change_id uuid := _request ->> 'change_id';
  _update jsonb := _request -> 'update';
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _base integer := _request ->> 'base_version';
  _record_key text := coalesce(_request ->> 'idempotency_key', _request ->> 'change_id');
  _is_recorded boolean := coalesce((_request ->> 'repeat')::boolean, true) OR _request ? 'idempotency_key';
  _credential record;
  _target record;
  _before users;
  _after users;
  _before_values jsonb;
  _after_values jsonb;
  _changed jsonb;
  _fields jsonb;
  _known bigint;
  _conflicts jsonb;
  _earlier idempotency_records;
  _made_version integer;
  _verdict text;
  _result jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.owner IS NULL THEN
    RETURN NULL;
  END IF;

  <<work>>
  BEGIN
    EXIT work WHEN _credential.refusal IS NOT NULL;
    -- As one value, for to take 31 columns over one by one costs more.
    SELECT users AS entry INTO _target FROM users WHERE id = _user_id FOR NO KEY UPDATE;
    _before := _target.entry;
    IF _before.id IS NULL THEN
      _result := '{"verdict": "user_not_found"}';
      EXIT work;
    END IF;
    -- A minute for clocks that differ.
    IF coalesce(clock_timestamp() > (_request ->> 'not_after')::timestamptz + interval '1 minute', true) THEN
      _result := '{"verdict": "too_late"}';
      EXIT work;
    END IF;

    -- What an earlier attempt came to, or an earlier request under the same Idempotency-Key.
    SELECT * INTO _earlier FROM idempotency_records
    WHERE lineage_id = _credential.lineage AND key = _record_key
      AND created_at > now() - (_request ->> 'remembered')::interval;
    IF _earlier.fingerprint IS DISTINCT FROM (_request ->> 'fingerprint')::bytea AND _earlier.key IS NOT NULL THEN
      _result := '{"verdict": "idempotency_key_reused"}';
      EXIT work;
    ELSIF _earlier.key IS NOT NULL THEN
      -- A column that came later is as it is now.
      _result := _earlier.result || jsonb_build_object('replayed', true,
        'user', to_jsonb(_before) || (_earlier.result -> 'user'));
      EXIT work;
    END IF;
    SELECT version INTO _made_version FROM user_changes WHERE change_id = _change_id;
    IF _made_version IS NOT NULL THEN
      _result := jsonb_build_object('verdict', 'updated', 'merged', coalesce(_made_version - 1 > _base, false),
        'user', to_jsonb(user_at(_before, _made_version)));
      EXIT work;
    END IF;

    -- What would change, and whether it may.
    _after := jsonb_populate_record(_before, _update);
    _before_values := to_jsonb(_before);
    _after_values := to_jsonb(_after);
    SELECT
      jsonb_object_agg(field, jsonb_build_object(
        'before', _before_values -> field, 'after', _after_values -> field)),
      jsonb_agg(field) FILTER (
        WHERE coalesce(_request -> 'scope_by_field' ->> field <> ALL (_credential.granted_scopes), true))
    INTO _changed, _fields
    FROM jsonb_object_keys(_update) AS field
    WHERE _before_values -> field <> _after_values -> field;
    IF _base IS NOT NULL THEN
      SELECT known, conflicts INTO _known, _conflicts
      FROM edit_conflicts(_user_id, _base, _changed, (_request ->> 'mergeable_versions')::integer);
    END IF;
    _verdict := CASE
      WHEN _fields IS NOT NULL THEN 'field_not_writable'
      WHEN NOT _before.version <@ (_request ->> 'if_match')::int4multirange THEN 'precondition_failed'
      WHEN _before.version <@ (_request ->> 'if_none_match')::int4multirange THEN 'precondition_failed'
      WHEN _known <> _before.version - _base THEN 'precondition_failed'
      WHEN _conflicts IS NOT NULL THEN 'edit_conflict'
      WHEN _validate_only AND violated_constraint(_after) IS NOT NULL THEN 'constraint_violated'
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
        updated_at = now()
      WHERE id = _user_id
      -- What is returned is what is stored.
      RETURNING users AS entry INTO _target;
      _after := _target.entry;
      _after_values := to_jsonb(_after);
      INSERT INTO user_changes (user_id, version, change_id, api_key_id, api_key_prefix, request_id,
        changed_at, changes)
      VALUES (_user_id, _after.version, _change_id, _credential.key_id, _credential.key_prefix,
        _request ->> 'request_id', _after.updated_at, _changed);
      _is_recorded := _request ? 'idempotency_key';
    END IF;
    _result := jsonb_build_object('verdict', _verdict, 'user', _after_values,
      'merged', coalesce(_before.version > _base, false))
      || CASE _verdict
        WHEN 'field_not_writable' THEN jsonb_build_object('fields', _fields)
        WHEN 'edit_conflict' THEN jsonb_build_object('conflicts', _conflicts)
        WHEN 'constraint_violated' THEN jsonb_build_object('constraint', violated_constraint(_after))
        ELSE '{}'
      END;
    IF _is_recorded AND NOT _validate_only THEN
      DELETE FROM idempotency_records
      WHERE lineage_id = _credential.lineage AND key = _record_key
        AND created_at <= now() - (_request ->> 'remembered')::interval;
      INSERT INTO idempotency_records (lineage_id, key, fingerprint, user_id, result)
      VALUES (_credential.lineage, _record_key, (_request ->> 'fingerprint')::bytea, _user_id, _result);
    END IF;
  END;

  IF _credential.is_use_due AND NOT _validate_only THEN
    PERFORM touch_key(_credential.key_id);
  END IF;
  RETURN jsonb_build_object(
    'key_id', _credential.key_id, 'ends_at', _credential.ends_at, 'refusal', _credential.refusal
  ) || coalesce(_result, '{}');
END
$$;
--> statement-breakpoint
-- A user as of a version: what later versions changed, with the values from before. What the change log
-- does not keep, such as counts, is as it is now.
CREATE OR REPLACE FUNCTION profile.user_at(_user profile.users, _version integer) RETURNS profile.users
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_populate_record(_user, coalesce((
    SELECT jsonb_object_agg(field, change -> 'before')
    FROM (
      SELECT DISTINCT ON (field) field, change
      FROM user_changes, jsonb_each(changes) AS each (field, change)
      WHERE user_id = (_user).id AND version > _version
      ORDER BY field, version
    ) AS next_change
  ), '{}') || (
    SELECT jsonb_build_object('version', version, 'updated_at', changed_at)
    FROM user_changes WHERE user_id = (_user).id AND version = _version
  ))
$$;
--> statement-breakpoint
-- What was changed of a user after a version, oldest first; at most `_most` versions. A function,
-- because all parts of a statement read the snapshot in which it began, which lacks the versions that
-- were made while it waited for the row. A volatile function takes a new snapshot when it is called,
-- and it is called with the locked row.
CREATE OR REPLACE FUNCTION profile.user_changes_since(_user_id uuid, _base integer, _most integer)
RETURNS SETOF profile.user_changes
LANGUAGE sql VOLATILE SET search_path = profile, pg_temp AS $$
  SELECT * FROM user_changes WHERE user_id = _user_id AND version > _base
  ORDER BY version LIMIT _most
$$;
--> statement-breakpoint
-- The first constraint that a user would violate, by its name.
CREATE OR REPLACE FUNCTION profile.violated_constraint(_proposed profile.users) RETURNS text
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT CASE
    WHEN EXISTS (
      SELECT FROM users WHERE lower(email) = lower(_proposed.email) AND id <> _proposed.id
    ) THEN 'users_email_key'
    WHEN _proposed.role_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM roles WHERE id = _proposed.role_id
    ) THEN 'users_role_id_fkey'
    WHEN _proposed.active_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = _proposed.active_billing_plan_id
    ) THEN 'users_active_billing_plan_id_fkey'
    WHEN _proposed.next_billing_plan_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM billing_plans WHERE id = _proposed.next_billing_plan_id
    ) THEN 'users_next_billing_plan_id_fkey'
  END
$$;
