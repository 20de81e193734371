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
	"last_used_country" varchar(2),
	"last_used_network" varchar(100),
	"require_precondition" boolean DEFAULT false NOT NULL,
	"allowed_ips" "cidr"[],
	"fields" text[],
	"short_lived" boolean DEFAULT false NOT NULL,
	"made_by" uuid,
	"lineage_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"replaces" uuid,
	"replaced_by" uuid,
	"original_expires_at" timestamp with time zone,
	"until_first_use" boolean DEFAULT false NOT NULL,
	"idempotency_key" varchar(255),
	"fingerprint" "bytea",
	"id_token_hash" "bytea",
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
CREATE TABLE "profile"."erased_users" (
	"id" uuid NOT NULL,
	"erased_at" timestamp with time zone DEFAULT now() NOT NULL,
	"change_id" uuid NOT NULL,
	"api_key_id" uuid,
	"api_key_prefix" varchar(16),
	"request_id" varchar(128) NOT NULL,
	"version" integer NOT NULL,
	"position" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "erased_users_pkey" PRIMARY KEY("id"),
	CONSTRAINT "erased_users_change_id_key" UNIQUE("change_id")
);
--> statement-breakpoint
CREATE TABLE "profile"."feed" (
	"is_only" boolean DEFAULT true NOT NULL,
	"epoch" integer DEFAULT 1 NOT NULL,
	"kept_from" "xid8" DEFAULT '0' NOT NULL,
	CONSTRAINT "feed_pkey" PRIMARY KEY("is_only"),
	CONSTRAINT "feed_is_only_check" CHECK ("profile"."feed"."is_only")
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
	"user_id" uuid,
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
	"api_key_id" uuid,
	"api_key_prefix" varchar(16),
	"request_id" varchar(128) NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"changes" jsonb NOT NULL,
	"reverts" jsonb,
	"is_creation" boolean DEFAULT false NOT NULL,
	"position" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
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
CREATE TABLE "profile"."webhook_attempts" (
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "profile"."webhook_attempts_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"webhook_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"type" varchar(20) NOT NULL,
	"user_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"attempt" integer NOT NULL,
	"attempted_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"status" integer,
	"error" varchar(200),
	"response" varchar(1024),
	"skipped_at" timestamp with time zone,
	CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY("number")
);
--> statement-breakpoint
CREATE TABLE "profile"."webhooks" (
	"id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"url" varchar(2048) NOT NULL,
	"description" varchar(1000) DEFAULT '' NOT NULL,
	"types" text[],
	"fields" text[],
	"all_users" boolean NOT NULL,
	"state" varchar(20) DEFAULT 'active' NOT NULL,
	"paused_reason" varchar(30),
	"secret" varchar(60) NOT NULL,
	"previous_secret" varchar(60),
	"previous_secret_ends_at" timestamp with time zone,
	"cursor" jsonb NOT NULL,
	"blocked_by" jsonb,
	"failing_since" timestamp with time zone,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_token" uuid,
	"lease_until" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhooks_pkey" PRIMARY KEY("id")
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
ALTER TABLE "profile"."webhook_attempts" ADD CONSTRAINT "webhook_attempts_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "profile"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profile"."webhooks" ADD CONSTRAINT "webhooks_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "profile"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_page_idx" ON "profile"."api_keys" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_active_idx" ON "profile"."api_keys" USING btree ("owner_id",coalesce("expires_at", 'infinity')) WHERE "profile"."api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "api_keys_ended_idx" ON "profile"."api_keys" USING btree ("short_lived",least("revoked_at", "expires_at"));--> statement-breakpoint
CREATE INDEX "api_keys_idempotency_key_idx" ON "profile"."api_keys" USING btree ("owner_id","idempotency_key") WHERE "profile"."api_keys"."idempotency_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_id_token_hash_key" ON "profile"."api_keys" USING btree ("id_token_hash") WHERE "profile"."api_keys"."id_token_hash" is not null;--> statement-breakpoint
CREATE INDEX "erased_users_position_idx" ON "profile"."erased_users" USING btree ("position","id","version");--> statement-breakpoint
CREATE INDEX "feedback_created_at_idx" ON "profile"."feedback" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_records_created_at_idx" ON "profile"."idempotency_records" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_records_user_id_idx" ON "profile"."idempotency_records" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "key_events_key_id_idx" ON "profile"."key_events" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "key_events_owner_id_idx" ON "profile"."key_events" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "profile"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_idx" ON "profile"."sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "user_changes_position_idx" ON "profile"."user_changes" USING btree ("position","user_id","version");--> statement-breakpoint
CREATE INDEX "user_changes_changed_at_idx" ON "profile"."user_changes" USING btree ("changed_at","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "profile"."users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "users_stripe_customer_id_idx" ON "profile"."users" USING btree ("stripe_customer_id","id") WHERE "profile"."users"."stripe_customer_id" is not null;--> statement-breakpoint
CREATE INDEX "users_superusers_idx" ON "profile"."users" USING btree ("id") WHERE "profile"."users"."is_superuser" and "profile"."users"."is_active";--> statement-breakpoint
CREATE INDEX "webhook_attempts_webhook_id_idx" ON "profile"."webhook_attempts" USING btree ("webhook_id","number");--> statement-breakpoint
CREATE INDEX "webhook_attempts_user_id_idx" ON "profile"."webhook_attempts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "webhooks_owner_id_idx" ON "profile"."webhooks" USING btree ("owner_id","created_at");--> statement-breakpoint
CREATE INDEX "webhooks_active_idx" ON "profile"."webhooks" USING btree ("id") WHERE "profile"."webhooks"."state" = 'active';
--> statement-breakpoint
SET LOCAL check_function_bodies = off;
--> statement-breakpoint
-- Keeps what a reader said of a page of the documentation. Returns the `id` of the row.
CREATE OR REPLACE FUNCTION profile.add_feedback(_request jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
  INSERT INTO feedback (page, helpful)
  VALUES (_request ->> 'page', (_request ->> 'helpful')::boolean)
  RETURNING jsonb_build_object('id', id)
$$;
--> statement-breakpoint
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
--> statement-breakpoint
-- The lineage of the short-lived keys that a user gets from one source, such as the lineage of a key.
CREATE OR REPLACE FUNCTION profile.app_lineage(_user_id uuid, _source text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = profile, pg_temp AS $$
  SELECT left(encode(sha256(convert_to(concat(_user_id, ' ', _source), 'UTF8')), 'hex'), 32)::uuid
$$;
--> statement-breakpoint
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
--> statement-breakpoint
-- Changes an endpoint of the credential's owner, by its `id`. It gets new `values`; or a new `secret`, beside
-- which the old one signs for `grace` seconds; or a place from which to `replay` the feed (moved_webhook).
-- Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a
-- `verdict`:
--   changed            `webhook`, and whether it `wakes` delivery
--   webhook_not_found
--   cursor_expired     changes after the cursor to replay from may be missing
CREATE OR REPLACE FUNCTION profile.change_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _values jsonb := coalesce(_request -> 'values', '{}');
  _credential record;
  _webhook webhooks;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT webhook.* INTO _webhook FROM webhooks AS webhook
  WHERE id = (_request ->> 'id')::uuid
    AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes)
  FOR NO KEY UPDATE;

  IF _request ? 'secret' AND _webhook.secret <> _request ->> 'secret' THEN
    _webhook.previous_secret := _webhook.secret;
    _webhook.previous_secret_ends_at := clock_timestamp() + (_request ->> 'grace')::integer * interval '1 second';
    _webhook.secret := _request ->> 'secret';
  END IF;
  IF _values ->> 'state' = 'active' THEN
    -- What blocked it gets as much time as a new event.
    _webhook.paused_reason := NULL;
    _webhook.blocked_by := NULL;
    _webhook.failing_since := NULL;
    _webhook.next_attempt_at := clock_timestamp();
  ELSIF _values ->> 'state' = 'paused' AND _webhook.state = 'active' THEN
    _webhook.paused_reason := 'requested';
  END IF;
  _webhook := jsonb_populate_record(_webhook, _values);
  IF _request ? 'replay' AND _webhook.id IS NOT NULL THEN
    _webhook := moved_webhook(_webhook, _request -> 'replay');
  END IF;

  IF _webhook.id IS NULL THEN
    _result := '{"verdict": "webhook_not_found"}';
  ELSIF _webhook.cursor IS NULL THEN
    _result := '{"verdict": "cursor_expired"}';
  ELSE
    UPDATE webhooks SET
      url = _webhook.url,
      description = _webhook.description,
      types = _webhook.types,
      fields = _webhook.fields,
      state = _webhook.state,
      paused_reason = _webhook.paused_reason,
      secret = _webhook.secret,
      previous_secret = _webhook.previous_secret,
      previous_secret_ends_at = _webhook.previous_secret_ends_at,
      cursor = _webhook.cursor,
      blocked_by = _webhook.blocked_by,
      failing_since = _webhook.failing_since,
      next_attempt_at = _webhook.next_attempt_at,
      lease_token = _webhook.lease_token,
      lease_until = _webhook.lease_until,
      updated_at = clock_timestamp()
    WHERE id = _webhook.id RETURNING * INTO _webhook;
    _result := jsonb_build_object('verdict', 'changed', 'webhook', shown_webhook(_webhook),
      'wakes', _webhook.state = 'active');
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- The changes of users after a cursor of the feed, which is `epoch`, `position`, `user_id` and `version`; without
-- one the oldest that are kept, with `latest` none. At most `limit`, only those of `only_user`, `types` and
-- `fields` where these are. Returns
--   changes      in the order of positions, so those of a user in the order of versions
--   cursor       where to go on: after the last change, or, if none was left, before all that come later
--   has_more     whether there may be changes after `cursor` now
--   lag_seconds  how long the oldest change waits that is stored and that no page may have yet
-- or `expired`: changes after that cursor may be missing.
--
-- A page ends before the oldest transaction that is under way: what that one stores has a place after the
-- page, whenever it commits.
CREATE OR REPLACE FUNCTION profile.changes_after(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  -- Before the rows are read, so that whatever was committed by then is among them.
  _snapshot pg_snapshot := pg_current_snapshot();
  _end xid8 := pg_snapshot_xmin(_snapshot);
  _epoch integer := coalesce((SELECT epoch FROM feed), 1);
  _kept_from xid8 := coalesce((SELECT kept_from FROM feed), '0');
  _position xid8 := coalesce((_request ->> 'position')::xid8, _kept_from);
  _user_id uuid := coalesce((_request ->> 'user_id')::uuid, '00000000-0000-0000-0000-000000000000');
  _version integer := coalesce((_request ->> 'version')::integer, 0);
  _limit integer := _request ->> 'limit';
  -- A filter that few changes pass must not read an endless feed.
  _scanned_rows integer := CASE WHEN _request ?| '{types,fields}' THEN 1000 ELSE _limit + 1 END;
  _only_user uuid := _request ->> 'only_user';
  _known_version integer;
  _changes jsonb;
  _cursor jsonb := jsonb_build_array(_epoch, _end, '00000000-0000-0000-0000-000000000000', 0);
  _has_more boolean := false;
  _page record;
BEGIN
  IF (_request ->> 'epoch')::integer <> _epoch OR _position < _kept_from
    OR _position > pg_snapshot_xmax(_snapshot) THEN
    RETURN '{"expired": true}';
  END IF;
  -- From the latest back, so that what is read is what is new.
  SELECT version INTO _known_version FROM user_changes
  WHERE user_id = _only_user AND (position, user_id, version) <= (_position, _user_id, _version)
  ORDER BY version DESC LIMIT 1;

  IF NOT coalesce((_request ->> 'latest')::boolean, false) THEN
    EXECUTE format($s$
      WITH scanned AS (
        SELECT row_number() OVER (ORDER BY position, user_id, version) AS row, * FROM (
          (SELECT position, user_id, version, change_id, user_changes AS change,
            CASE WHEN is_creation THEN 'user.created' ELSE 'user.updated' END AS type
          FROM user_changes WHERE position < $1 AND %s ORDER BY %s LIMIT $5)
          UNION ALL
          (SELECT position, id, version, change_id, jsonb_populate_record(NULL::user_changes,
            jsonb_build_object('version', version, 'changed_at', erased_at,
              'api_key_prefix', api_key_prefix, 'request_id', request_id, 'changes', '{}'::jsonb)),
            'user.erased'
          FROM erased_users WHERE position < $1 AND %s ORDER BY position, id, version LIMIT $5)
        ) AS either ORDER BY row LIMIT $5
      ),
      page AS (
        SELECT row_number() OVER (ORDER BY row) AS rank, * FROM scanned
        WHERE (NOT $8 ? 'types' OR $8 -> 'types' ? type)
          AND (NOT $8 ? 'fields' OR type = 'user.erased' OR (change).changes ?| text_array($8 -> 'fields'))
        ORDER BY row LIMIT $6 + 1
      )
      SELECT
        (SELECT jsonb_agg(shown_change(change)
          || jsonb_build_object('change_id', change_id, 'type', type, 'user_id', user_id, 'position', position) ORDER BY row)
          FROM page WHERE rank <= $6) AS changes,
        (SELECT count(*) FROM page) > $6 OR (SELECT count(*) FROM scanned) = $5 AS has_more,
        (SELECT jsonb_build_array($7, position, user_id, version) FROM scanned WHERE row = coalesce(
          (SELECT max(row) FROM page WHERE rank = $6 AND (SELECT count(*) FROM page) > $6),
          (SELECT max(row) FROM scanned))) AS cursor
      $s$,
      CASE WHEN _only_user IS NULL THEN '(position, user_id, version) > ($2, $3, $4)'
        ELSE format('user_id = %L AND version > %s', _only_user, coalesce(_known_version, 0)) END,
      CASE WHEN _only_user IS NULL THEN 'position, user_id, version' ELSE 'version' END,
      concat_ws(' AND ', '(position, id, version) > ($2, $3, $4)',
        CASE WHEN _only_user IS NOT NULL THEN format('id = %L', _only_user) END)
    ) INTO _page
    USING _end, _position, _user_id, _version, _scanned_rows, _limit, _epoch, _request;
    _changes := _page.changes;
    _has_more := _page.has_more;
    IF _has_more THEN
      _cursor := _page.cursor;
    END IF;
  END IF;

  RETURN jsonb_build_object('changes', coalesce(_changes, '[]'), 'cursor', _cursor, 'has_more', _has_more,
    'lag_seconds', (
      SELECT round(greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(changed_at)), 0)), 3)
      FROM (
        (SELECT changed_at FROM user_changes WHERE position >= _end ORDER BY position LIMIT 1)
        UNION ALL
        (SELECT erased_at FROM erased_users WHERE position >= _end ORDER BY position LIMIT 1)
      ) AS waiting(changed_at)));
END
$$;
--> statement-breakpoint
-- Creates a user with an `id` and `values`; the table has the defaults. Returns null if there is no such
-- credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   created                 `user` as stored
--   too_late                the attempt came after its `not_after`
--   idempotency_key_reused  another request had this Idempotency-Key
--   field_not_writable      the scopes, or the fields of the key, do not allow to set `fields`
--   constraint_violated     `constraint`; erased_users_pkey: the id is that of a user who was erased, unless
--                           the request is to `restore` it
-- `wakes`: there are webhooks to be delivered.
-- `replayed`: this is the result of an earlier request under the same Idempotency-Key.
CREATE OR REPLACE FUNCTION profile.create_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _id uuid := _request ->> 'id';
  _values jsonb := _request -> 'values';
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _credential record;
  _created record;
  _user users;
  _fields jsonb;
  _constraint text;
  _result jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;

  <<work>>
  BEGIN
    _result := recorded_result(_request, _credential.lineage);
    EXIT work WHEN _result IS NOT NULL;
    -- What an earlier attempt created, as it did.
    SELECT users AS entry INTO _created
    FROM users JOIN user_changes ON user_id = id
    WHERE change_id = (_request ->> 'change_id')::uuid;
    _user := _created.entry;
    IF _user.id IS NOT NULL THEN
      _result := jsonb_build_object('verdict', 'created', 'user', to_jsonb(user_at(_user, 1)));
      EXIT work;
    END IF;

    SELECT jsonb_agg(field) INTO _fields FROM jsonb_object_keys(_values) AS field
    WHERE coalesce(_request -> 'scope_by_field' ->> field <> ALL (_credential.granted_scopes), true)
      OR coalesce(field <> ALL (_credential.fields), false);
    IF _fields IS NOT NULL THEN
      _result := jsonb_build_object('verdict', 'field_not_writable', 'fields', _fields);
    ELSE
      BEGIN
        -- Only the columns that it has, so that the others get their defaults.
        EXECUTE format(
          'INSERT INTO users (id, %1$s) SELECT $1, %1$s FROM jsonb_populate_record(NULL::users, $2)
          RETURNING users AS entry',
          (SELECT string_agg(quote_ident(field), ', ') FROM jsonb_object_keys(_values) AS field)
        ) INTO _created USING _id, _values;
        _user := _created.entry;
        IF (_request ->> 'restore')::boolean THEN
          DELETE FROM erased_users WHERE id = _id;
        END IF;
        -- After the insert, which waits for an erasure that is under way.
        IF EXISTS (SELECT FROM erased_users WHERE id = _id) THEN
          RAISE unique_violation USING CONSTRAINT = 'erased_users_pkey';
        ELSIF _validate_only THEN
          RAISE SQLSTATE 'PD001'; -- A dry run: all of this block is rolled back.
        END IF;
        UPDATE user_changes SET change_id = (_request ->> 'change_id')::uuid,
          api_key_id = _credential.key_id, api_key_prefix = _credential.key_prefix,
          request_id = _request ->> 'request_id'
        WHERE user_id = _id AND version = 1;
      EXCEPTION
        WHEN SQLSTATE 'PD001' THEN
          NULL;
        WHEN unique_violation OR foreign_key_violation THEN
          GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
      END;
      _result := CASE
        WHEN _constraint IS NULL THEN jsonb_build_object('verdict', 'created', 'user', to_jsonb(_user))
        ELSE jsonb_build_object('verdict', 'constraint_violated', 'constraint', _constraint)
      END;
    END IF;
    IF NOT _validate_only AND (coalesce((_request ->> 'repeat')::boolean, true) OR _request ? 'idempotency_key')
    THEN
      PERFORM keep_record(_request, _credential.lineage,
        CASE _result ->> 'verdict' WHEN 'created' THEN _id END, _result);
    END IF;
  END;

  IF _credential.is_use_due AND NOT _validate_only THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result || jsonb_build_object('wakes', NOT _validate_only
    AND _result ->> 'verdict' = 'created' AND EXISTS (SELECT FROM webhooks WHERE state = 'active'));
END
$$;
--> statement-breakpoint
-- Creates an endpoint for the owner of a credential, which gets what changes from now on: of all users if the
-- credential opens them, else of the owner. Returns null if there is no such credential, else `key_id`,
-- `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   created            `webhook`; also to a repeat, which has the same `id`
--   too_many_webhooks  the owner has `most_webhooks`
CREATE OR REPLACE FUNCTION profile.create_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _webhook webhooks;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT * INTO _webhook FROM webhooks
  WHERE id = (_request ->> 'id')::uuid AND owner_id = _credential.owner;
  IF _webhook.id IS NULL
    -- The row of the owner is locked, so nobody else creates one for them.
    AND (SELECT count(*) FROM webhooks WHERE owner_id = _credential.owner)
      < (_request ->> 'most_webhooks')::integer THEN
    INSERT INTO webhooks (id, owner_id, url, description, types, fields, all_users, secret, cursor)
    SELECT id, _credential.owner, url, description, types, fields,
      coalesce(_request ->> 'all_users_scope' = ANY (_credential.granted_scopes), false),
      secret, changes_after('{"latest": true}') -> 'cursor'
    FROM jsonb_populate_record(NULL::webhooks, _request)
    RETURNING * INTO _webhook;
  END IF;
  _result := CASE
    WHEN _webhook.id IS NULL THEN '{"verdict": "too_many_webhooks"}'
    ELSE jsonb_build_object('verdict', 'created', 'webhook', shown_webhook(_webhook))
  END;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- Deletes at most `limit` rows of each table that nobody can use any more, the oldest first, and returns
-- how many by table. Nothing that could still be used in the last day, whatever the request says: the Worker's
-- password must not be enough for that. Rows that a request has locked are left for the next time. Moves what the feed keeps, too.
CREATE OR REPLACE FUNCTION profile.delete_expired(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _limit integer := _request ->> 'limit';
  _records_before timestamptz := now() - greatest((_request ->> 'records_kept')::interval, '1 day');
  _feedback_before timestamptz := now() - greatest((_request ->> 'feedback_kept')::interval, '1 day');
  _keys_before timestamptz := now() - greatest((_request ->> 'ended_keys_kept')::interval, '1 day');
  _records integer;
  _sessions integer;
  _feedback integer;
  _keys integer;
  _short_lived integer;
BEGIN
  DELETE FROM idempotency_records WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_records WHERE created_at <= _records_before
    ORDER BY created_at LIMIT _limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS _records = ROW_COUNT;
  DELETE FROM sessions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM sessions WHERE expires_at <= now()
    ORDER BY expires_at LIMIT _limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS _sessions = ROW_COUNT;
  DELETE FROM feedback WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM feedback WHERE created_at <= _feedback_before
    ORDER BY created_at LIMIT _limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS _feedback = ROW_COUNT;
  DELETE FROM api_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM api_keys WHERE NOT short_lived AND least(revoked_at, expires_at) <= _keys_before
    ORDER BY least(revoked_at, expires_at) LIMIT _limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS _keys = ROW_COUNT;
  -- Those of apps at once; but one of an ID token when it expires, or the token would bring it back (exchange_id_token).
  DELETE FROM api_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM api_keys AS key
    WHERE short_lived AND CASE WHEN id_token_hash IS NULL
      THEN least(revoked_at, expires_at) <= now() OR NOT has_maker(key) ELSE expires_at <= now() END
    LIMIT _limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS _short_lived = ROW_COUNT;
  INSERT INTO feed (kept_from)
  SELECT position FROM user_changes
  WHERE changed_at <= now() - greatest((_request ->> 'feed_kept')::interval, '1 day')
  ORDER BY changed_at DESC LIMIT 1
  ON CONFLICT (is_only) DO UPDATE SET kept_from = excluded.kept_from
  WHERE feed.kept_from < excluded.kept_from;
  RETURN jsonb_build_object('idempotency_records', _records, 'sessions', _sessions,
    'feedback', _feedback, 'api_keys', _keys, 'short_lived_keys', _short_lived);
END
$$;
--> statement-breakpoint
-- Deletes an endpoint of the credential's owner by its `id`. Returns null if there is no such credential, else
-- `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   deleted
--   webhook_not_found
CREATE OR REPLACE FUNCTION profile.delete_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _verdict text;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  DELETE FROM webhooks AS webhook
  WHERE id = (_request ->> 'id')::uuid
    AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes);
  _verdict := CASE WHEN FOUND THEN 'deleted' ELSE 'webhook_not_found' END;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || jsonb_build_object('verdict', _verdict);
END
$$;
--> statement-breakpoint
-- Returns what was changed of a user since a version. `known`: how many versions (see user_changes_since).
-- `conflicts`: the fields of `_changed` that were changed too, each with its value then and its last change.
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
-- Edits a key of the credential's owner, by its `id`: to new `values`. Its rights can only become fewer.
-- Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it
-- is refused, a `verdict`:
--   edited         `key`; also if nothing had to change
--   key_not_found
--   key_not_live   it is no longer active: see `state`
--   not_grantable  it would have more than it has: see `members`
CREATE OR REPLACE FUNCTION profile.edit_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _key api_keys;
  _edited api_keys;
  _wider text[];
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT * INTO _key FROM api_keys
  WHERE id = (_request ->> 'id')::uuid AND owner_id = _credential.owner FOR NO KEY UPDATE;
  _edited := jsonb_populate_record(_key, _request -> 'values');
  -- A role names a set of scopes, which it is no more.
  IF NOT _edited.scopes @> _key.scopes THEN
    _edited.role := NULL;
  END IF;
  _wider := wider_members(_edited, _key.scopes, _key.allowed_ips, _key.fields);

  IF _key.id IS NULL THEN
    _result := '{"verdict": "key_not_found"}';
  ELSIF key_state(_key) <> 'active' THEN
    _result := jsonb_build_object('verdict', 'key_not_live', 'state', key_state(_key));
  ELSIF _wider <> '{}' THEN
    _result := jsonb_build_object('verdict', 'not_grantable', 'members', _wider);
  ELSE
    IF _edited IS DISTINCT FROM _key THEN
      UPDATE api_keys SET
        name = _edited.name,
        description = _edited.description,
        role = _edited.role,
        scopes = _edited.scopes,
        allowed_ips = _edited.allowed_ips,
        fields = _edited.fields
      WHERE id = _key.id RETURNING * INTO _edited;
      PERFORM log_key_event(_edited, 'edited', _credential.key_id, _request);
    END IF;
    _result := jsonb_build_object('verdict', 'edited', 'key', shown_key(_edited));
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- Revokes the keys that apps received for an identity when it is deleted or assigned to another user.
CREATE OR REPLACE FUNCTION profile.end_exchanged_keys() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
BEGIN
  UPDATE api_keys SET revoked_at = now()
  WHERE owner_id = OLD.user_id AND id_token_hash IS NOT NULL AND revoked_at IS NULL;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER identities_end_exchanged_keys AFTER DELETE OR UPDATE ON profile.identities
  FOR EACH ROW EXECUTE FUNCTION profile.end_exchanged_keys();
--> statement-breakpoint
-- Ends a session, also for copies of its cookie. Returns whether it was `ended` by this.
CREATE OR REPLACE FUNCTION profile.end_session(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
  DELETE FROM sessions
  WHERE id = (_request ->> 'session_id')::uuid AND user_id = (_request ->> 'user_id')::uuid;
  RETURN jsonb_build_object('ended', FOUND);
END
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
--> statement-breakpoint
-- Creates a short-lived key, for an app, of the user that an ID token is about (find_person). Returns a `verdict`:
--   issued         `key`. With an ID token that has one already: that key with a new secret
--   token_revoked  that one was revoked
--   unknown_user
--   inactive_user
--   too_many_keys  the user has `max_active_keys` of these
-- The scopes and the lifetime of the key are at most those of a key for an app, whatever `draft` has. With the
-- Worker's password alone, nobody can create a key that can do more.
-- `id_token_hash`: of the signed part of the ID token, because a signature can be written in several ways.
CREATE OR REPLACE FUNCTION profile.exchange_id_token(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _hash bytea := _request ->> 'hash';
  _id_token_hash bytea := _request ->> 'id_token_hash';
  _person users := find_person(_request);
  _key api_keys := jsonb_populate_record(NULL::api_keys, _request -> 'draft');
  _id uuid := gen_random_uuid();
  _lifetime interval := least((_request ->> 'expires_in')::integer, 3600) * interval '1 second';
BEGIN
  IF _person.id IS NULL THEN
    RETURN '{"verdict": "unknown_user"}';
  ELSIF NOT _person.is_active THEN
    RETURN '{"verdict": "inactive_user"}';
  ELSIF NOT has_room_for_app_key(_person.id, (_request ->> 'max_active_keys')::integer, _id_token_hash) THEN
    RETURN '{"verdict": "too_many_keys"}';
  END IF;
  -- One lineage for all keys of the user by one app, so that a change that is repeated with the next is found.
  INSERT INTO api_keys (id, owner_id, name, description, role, scopes, hash, prefix, expires_at, short_lived,
    lineage_id, id_token_hash)
  VALUES (_id, _person.id, _key.name, _key.description, _key.role,
    ARRAY(SELECT scope FROM unnest(_key.scopes) AS scope WHERE scope IN ('user:read', 'user:write')),
    _hash, _request ->> 'prefix', clock_timestamp() + _lifetime, true,
    app_lineage(_person.id, concat('app ', _request ->> 'client_id')), _id_token_hash)
  ON CONFLICT (id_token_hash) WHERE id_token_hash IS NOT NULL DO UPDATE
  SET role = excluded.role, scopes = excluded.scopes, hash = excluded.hash, prefix = excluded.prefix,
    expires_at = excluded.expires_at
  WHERE api_keys.revoked_at IS NULL AND api_keys.owner_id = excluded.owner_id
  RETURNING * INTO _key;
  IF NOT FOUND THEN
    RETURN '{"verdict": "token_revoked"}';
  END IF;
  PERFORM log_key_event(_key, CASE _key.id WHEN _id THEN 'created' ELSE 'renewed' END, NULL,
    _request || '{"actor": "person"}');
  RETURN jsonb_build_object('verdict', 'issued', 'key', shown_key(_key));
END
$$;
--> statement-breakpoint
-- All that is stored of a user, without secrets. Returns null if there is no such credential, else `key_id`,
-- `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found           `user`, the latest `most_changes` `changes`, `keys`, `key_events`, `identities`,
--                   `sessions` and those `webhooks` that the credential may see, the oldest first
--   user_not_found
CREATE OR REPLACE FUNCTION profile.export_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _credential record;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT jsonb_build_object('verdict', 'found', 'user', to_jsonb(users),
    'changes', (SELECT jsonb_agg(shown_change(change) ORDER BY version)
      FROM user_changes AS change
      WHERE user_id = _user_id AND version > users.version - (_request ->> 'most_changes')::integer),
    'keys', (SELECT jsonb_agg(shown_key(key) ORDER BY created_at, id)
      FROM api_keys AS key WHERE owner_id = _user_id),
    'key_events', (SELECT jsonb_agg(to_jsonb(event) - '{id,owner_id}'::text[] ORDER BY id)
      FROM key_events AS event WHERE owner_id = _user_id),
    'identities', (SELECT jsonb_agg(to_jsonb(identity) - 'user_id' ORDER BY created_at, issuer)
      FROM identities AS identity WHERE user_id = _user_id),
    'sessions', (SELECT jsonb_agg(to_jsonb(session) - '{id,user_id}'::text[] ORDER BY created_at, id)
      FROM sessions AS session WHERE user_id = _user_id),
    'webhooks', (SELECT jsonb_agg(shown_webhook(webhook) - '{cursor,blocked_by}'::text[] ORDER BY created_at, id)
      FROM webhooks AS webhook
      WHERE may_see_webhook(webhook, _request, _user_id, _credential.granted_scopes)))
  INTO _result FROM users WHERE id = _user_id;
  _result := coalesce(_result, '{"verdict": "user_not_found"}');
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- How long the oldest change waits that is stored and that no page of the feed may have yet, in seconds.
-- `_request` has no members.
CREATE OR REPLACE FUNCTION profile.feed_lag(_request jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
  SELECT changes_after('{"latest": true}') -> 'lag_seconds'
$$;
--> statement-breakpoint
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
--> statement-breakpoint
-- Finds a key of the credential's owner by its `id`, or by `self` the key that the credential is. Returns
-- null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is
-- refused, a `verdict`:
--   found          `key`, and the `granted_scopes` that the credential has now
--   key_not_found
CREATE OR REPLACE FUNCTION profile.find_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _key api_keys;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT * INTO _key FROM api_keys
  WHERE owner_id = _credential.owner AND id = CASE _request ->> 'id'
    WHEN 'self' THEN _credential.key_id ELSE (_request ->> 'id')::uuid END;
  _result := CASE
    WHEN _key.id IS NULL THEN '{"verdict": "key_not_found"}'
    ELSE jsonb_build_object('verdict', 'found', 'key', shown_key(_key),
      'granted_scopes', _credential.granted_scopes)
  END;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- The user that an identity at an OpenID provider is, locked; null if there is none. `_request` has
--   issuer, subject
--   email     verified by the provider; only the first time does it count
--   sign_up   whether a person whose address no user has becomes a user, by the request `request_id`
--   lock_timeout
-- The first time, the e-mail address finds the user, and from then on the identity is theirs. An address that
-- was changed with an API key does not count: the key's holder could take over the account.
CREATE OR REPLACE FUNCTION profile.find_person(_request jsonb) RETURNS profile.users
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _issuer text := _request ->> 'issuer';
  _subject text := _request ->> 'subject';
  _person users;
  _created uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM identities WHERE issuer = _issuer AND subject = _subject) THEN
    IF (_request ->> 'sign_up')::boolean THEN
      INSERT INTO users (email) VALUES (_request ->> 'email')
      ON CONFLICT DO NOTHING RETURNING id INTO _created;
      UPDATE user_changes SET request_id = _request ->> 'request_id'
      WHERE user_id = _created AND version = 1;
    END IF;
    -- Nothing happens if another identity of this provider is the user's.
    INSERT INTO identities (issuer, subject, user_id)
    SELECT _issuer, _subject, id FROM users
    WHERE lower(email) = lower(_request ->> 'email')
      AND NOT EXISTS (
        SELECT FROM user_changes WHERE user_id = users.id AND changes #>> '{email,before}' IS NOT NULL)
    ON CONFLICT DO NOTHING;
  END IF;
  -- Locked, so that who is being deactivated, or loses the identity, gets nothing. The user first, as everywhere.
  SELECT * INTO _person FROM users
  WHERE id = (SELECT user_id FROM identities WHERE issuer = _issuer AND subject = _subject)
  FOR NO KEY UPDATE;
  PERFORM FROM identities WHERE issuer = _issuer AND subject = _subject AND user_id = _person.id
  FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN _person;
END
$$;
--> statement-breakpoint
-- The user of a session, as the Settings page needs to know, and when it ends; null if it has ended or the
-- user is inactive.
CREATE OR REPLACE FUNCTION profile.find_session(_request jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_object('email', email, 'first_name', first_name, 'is_superuser', is_superuser,
    'expires_at', expires_at)
  FROM sessions JOIN users ON users.id = user_id
  WHERE sessions.id = (_request ->> 'session_id')::uuid AND user_id = (_request ->> 'user_id')::uuid
    AND expires_at > now() AND is_active
$$;
--> statement-breakpoint
-- Finds an endpoint of the credential's owner by its `id`. Returns null if there is no such credential, else
-- `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found              `webhook`; to `sign`, also its `secrets`; with `attempts`, so many of the latest attempts to
--                      deliver to it, the latest first; with `skipped`, only the last of each event that was skipped
--   webhook_not_found
CREATE OR REPLACE FUNCTION profile.find_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _webhook webhooks;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  SELECT webhook.* INTO _webhook FROM webhooks AS webhook
  WHERE id = (_request ->> 'id')::uuid
    AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes);
  IF _webhook.id IS NULL THEN
    RETURN _credential.facts || '{"verdict": "webhook_not_found"}';
  END IF;
  RETURN _credential.facts || jsonb_build_object('verdict', 'found', 'webhook', shown_webhook(_webhook))
    || CASE WHEN _request ? 'sign' THEN jsonb_build_object('secrets', signing_secrets(_webhook)) ELSE '{}' END
    || CASE WHEN _request ? 'attempts' THEN jsonb_build_object('attempts', (
        SELECT coalesce(jsonb_agg(to_jsonb(latest) - '{number,webhook_id}'::text[] ORDER BY number DESC), '[]')
        FROM (
          SELECT * FROM webhook_attempts
          WHERE webhook_id = _webhook.id AND (NOT _request ? 'skipped' OR skipped_at IS NOT NULL)
          ORDER BY number DESC LIMIT (_request ->> 'attempts')::integer
        ) AS latest)) ELSE '{}' END;
END
$$;
--> statement-breakpoint
-- Whether what made a key still holds: a key is no longer than the one that created it, whatever ended that.
CREATE OR REPLACE FUNCTION profile.has_maker(_key profile.api_keys) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _key.made_by IS NULL OR EXISTS (
    SELECT FROM api_keys AS maker JOIN users ON users.id = maker.owner_id
    WHERE maker.id = _key.made_by AND maker.revoked_at IS NULL AND users.is_active
      AND coalesce(maker.expires_at > clock_timestamp(), true))
$$;
--> statement-breakpoint
-- Whether a user, whose row is locked, has fewer than `_limit` active short-lived keys. `_id_token_hash`: that of
-- the key that is replaced, if one is.
CREATE OR REPLACE FUNCTION profile.has_room_for_app_key(
  _owner uuid, _limit integer, _id_token_hash bytea
) RETURNS boolean
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  -- In a variable, because no index is searched by a volatile function.
  _now timestamptz := clock_timestamp();
  _active integer;
BEGIN
  SELECT count(*) INTO _active FROM (
    SELECT FROM api_keys AS key
    WHERE owner_id = _owner AND short_lived AND revoked_at IS NULL
      AND coalesce(expires_at, 'infinity') > _now
      AND key_state(key) = 'active'
      AND (_id_token_hash IS NULL OR id_token_hash IS DISTINCT FROM _id_token_hash)
    LIMIT _limit
  ) AS others;
  -- Without a limit there is no room.
  RETURN coalesce(_active < _limit, false);
END
$$;
--> statement-breakpoint
-- Whether the owner of a new key, whose row is locked, has at most `_limit` active keys with it. `_old`: the
-- key that it replaces, `_old_ends_at`: when that ends then, or null if its first use ends it; `_unused`:
-- the key that is revoked for it. Keys that end with the first use of their successor do not count, but
-- there are at most `_limit` of them, too.
CREATE OR REPLACE FUNCTION profile.has_room_for_key(
  _owner uuid, _limit integer, _old uuid, _old_ends_at timestamptz, _unused uuid
) RETURNS boolean
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  -- In a variable, because no index is searched by a volatile function.
  _now timestamptz := clock_timestamp();
  _active integer;
  _superseded integer;
BEGIN
  SELECT count(*) FILTER (WHERE NOT until_first_use), count(*) FILTER (WHERE until_first_use)
  INTO _active, _superseded
  FROM (
    SELECT until_first_use FROM api_keys
    WHERE owner_id = _owner AND NOT short_lived AND revoked_at IS NULL AND coalesce(expires_at, 'infinity') > _now
      AND id IS DISTINCT FROM _old AND id IS DISTINCT FROM _unused
    -- The order of the index, so that those that have ended are not read.
    ORDER BY coalesce(expires_at, 'infinity') LIMIT 2 * _limit
  ) AS others;
  IF _old IS NOT NULL AND _old_ends_at IS NULL THEN
    _superseded := _superseded + 1;
  ELSIF _old_ends_at > _now THEN
    _active := _active + 1;
  END IF;
  -- Without a limit there is no room.
  RETURN coalesce(_active + 1 <= _limit AND _superseded <= _limit, false);
END
$$;
--> statement-breakpoint
-- Whether an attempt came after its `not_after`, and a minute for clocks that differ. Without a search_path,
-- so that Postgres puts the expression where the function is called.
CREATE OR REPLACE FUNCTION profile.is_too_late(_request jsonb) RETURNS boolean
LANGUAGE sql AS $$
  SELECT coalesce(clock_timestamp() > (_request ->> 'not_after')::timestamptz + interval '1 minute', true)
$$;
--> statement-breakpoint
-- Returns whether a user had a version from which the log leads to the current one in at most `_most` changes.
-- A request must not read an endless log.
CREATE OR REPLACE FUNCTION profile.is_version_kept(
  _user profile.users, _version integer, _most integer
) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _version BETWEEN greatest(1, (_user).version - _most) AND (_user).version AND (
    SELECT count(*) FROM user_changes WHERE user_id = (_user).id AND version > _version
  ) = (_user).version - _version
$$;
--> statement-breakpoint
-- Creates a short-lived key of a user, for an app, by a key that may manage keys and reaches that user. Returns
-- null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is
-- refused, a `verdict`:
--   issued                  `key`. A repeat under an Idempotency-Key gets the same key with a new secret
--   idempotency_key_reused  another request had this Idempotency-Key
--   key_already_used        so had this one, and the key that it created is in use or no longer active
--   user_not_found
--   not_grantable           the key would have more than the credential has: see `members`
--   too_many_keys           the user has `max_active_keys` of these
-- An attempt finds the key that an earlier one created by its `hash`, as issue_key does. It locks nothing of the
-- credential, so that a backend can create many at once: a key ends with its maker whenever that ends.
CREATE OR REPLACE FUNCTION profile.issue_app_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _hash bytea := _request ->> 'hash';
  _credential record;
  _lineage uuid;
  _key api_keys;
  _earlier api_keys;
  _wider text[];
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    PERFORM FROM users WHERE id = _user_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN _credential.facts || '{"verdict": "user_not_found"}';
    END IF;
  END IF;
  SELECT * INTO _key FROM api_keys WHERE hash = _hash AND owner_id = _user_id AND short_lived;
  IF _key.id IS NOT NULL THEN
    RETURN _credential.facts || '{"refusal": null}' || jsonb_build_object('verdict', 'issued', 'key', shown_key(_key));
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  IF _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;

  _key := jsonb_populate_record(_key, _request -> 'draft');
  -- Not its addresses, which are those of the backend: the app is elsewhere.
  _key.fields := coalesce(_key.fields, _credential.fields);
  -- The same for all keys of the user by one lineage, so that a change that is repeated with the next one is
  -- found (idempotency_records). Each of them acts for this user alone.
  _lineage := app_lineage(_user_id, _credential.lineage::text);
  SELECT * INTO _earlier FROM api_keys
  WHERE owner_id = _user_id AND short_lived AND lineage_id = _lineage
    AND idempotency_key = _request ->> 'idempotency_key'
    AND created_at > now() - (_request ->> 'remembered')::interval
  ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE;
  IF _earlier.fingerprint <> (_request ->> 'fingerprint')::bytea THEN
    RETURN _credential.facts || '{"verdict": "idempotency_key_reused"}';
  END IF;
  _wider := wider_members(CASE WHEN _earlier.id IS NULL THEN _key ELSE _earlier END,
    _credential.granted_scopes, NULL, _credential.fields);
  IF _wider <> '{}' THEN
    RETURN _credential.facts || jsonb_build_object('verdict', 'not_grantable', 'members', _wider);
  END IF;

  _key.expires_at := least(_credential.ends_at,
    clock_timestamp() + (_request ->> 'expires_in')::integer * interval '1 second');
  IF _earlier.id IS NOT NULL THEN
    IF _earlier.last_used_at IS NOT NULL OR key_state(_earlier) <> 'active' THEN
      RETURN _credential.facts || '{"verdict": "key_already_used"}';
    END IF;
    -- Made by the current key, which may be another of the lineage.
    UPDATE api_keys SET hash = _hash, prefix = _request ->> 'prefix', made_by = _credential.key_id,
      expires_at = least(expires_at, _credential.ends_at)
    WHERE id = _earlier.id RETURNING * INTO _key;
    PERFORM log_key_event(_key, 'renewed', _credential.key_id, _request);
  ELSE
    IF NOT has_room_for_app_key(_user_id, (_request ->> 'max_active_keys')::integer, NULL) THEN
      RETURN _credential.facts || '{"verdict": "too_many_keys"}';
    END IF;
    INSERT INTO api_keys (owner_id, name, role, scopes, hash, prefix, expires_at, fields,
      short_lived, made_by, lineage_id, idempotency_key, fingerprint)
    VALUES (_user_id, _key.name, _key.role, _key.scopes, _hash, _request ->> 'prefix', _key.expires_at,
      _key.fields, true, _credential.key_id, _lineage,
      _request ->> 'idempotency_key', (_request ->> 'fingerprint')::bytea)
    RETURNING * INTO _key;
    PERFORM log_key_event(_key, 'created', _credential.key_id, _request);
  END IF;
  RETURN _credential.facts || jsonb_build_object('verdict', 'issued', 'key', shown_key(_key));
END
$$;
--> statement-breakpoint
-- Creates a key for the owner of a credential: from a draft, or, if it `replaces` a key, with the rights of
-- that one, which then ends. Returns null if there is no such credential, else `key_id`, `ends_at` and
-- `refusal` of it and, unless it is refused, a `verdict`:
--   issued                  `key`, and in `replaced` the state of the old one (issued_key). A repeat under
--                           an Idempotency-Key gets the key that the first created, with a new secret
--   idempotency_key_reused  another request had this Idempotency-Key
--   key_already_used        so had this one, and the key that it created is in use or no longer active
--   key_not_found           there is no key to replace
--   short_lived             the key to replace is one, and is not rotated
--   key_not_live            the key to replace is no longer active: see `state`
--   not_grantable           the key would have more than the credential has: see `members`
--   too_many_keys           the owner has `max_active_keys`
-- Each request has a secret of its own, so a key with its `hash` was created by an earlier attempt. A repeat
-- returns that key, even if the attempt has revoked the credential.
CREATE OR REPLACE FUNCTION profile.issue_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _hash bytea := _request ->> 'hash';
  _grace interval := (_request ->> 'grace')::integer * interval '1 second';
  _credential record;
  _earlier api_keys;
  _old api_keys;
  _unused api_keys;
  _issued api_keys;
  _original_expires_at timestamptz;
  _is_self boolean := false;
  _wider text[];
BEGIN
  _credential := find_credential(_request || '{"lock": true}');
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO _issued FROM api_keys WHERE hash = _hash AND owner_id = _credential.owner;
  IF _issued.id IS NOT NULL THEN
    RETURN _credential.facts || '{"refusal": null}' || issued_key(_issued);
  END IF;
  IF _credential.is_use_due THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  IF _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;

  -- The owner's row is locked, so of two equal requests the second finds what the first created. `self`
  -- names another key in each request, so a key that rotates itself finds only its own successor.
  SELECT * INTO _earlier FROM api_keys
  WHERE owner_id = _credential.owner AND NOT short_lived
    AND idempotency_key = _request ->> 'idempotency_key'
    AND created_at > now() - (_request ->> 'remembered')::interval
    AND (_request ->> 'replaces' IS DISTINCT FROM 'self' OR replaces = _credential.key_id)
  ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE;
  IF _earlier.fingerprint <> (_request ->> 'fingerprint')::bytea THEN
    RETURN _credential.facts || '{"verdict": "idempotency_key_reused"}';
  END IF;

  IF _request ? 'replaces' THEN
    SELECT * INTO _old FROM api_keys
    WHERE owner_id = _credential.owner AND id = CASE _request ->> 'replaces'
      WHEN 'self' THEN _credential.key_id ELSE (_request ->> 'replaces')::uuid END
    FOR NO KEY UPDATE;
    IF _old.id IS NULL THEN
      RETURN _credential.facts || '{"verdict": "key_not_found"}';
    ELSIF _old.short_lived THEN
      RETURN _credential.facts || '{"verdict": "short_lived"}';
    END IF;
    _is_self := _old.id IS NOT DISTINCT FROM _credential.key_id;
    _issued := _old;
    -- The expiry of a key that is being replaced is that of the rotation; its successors get the original.
    IF _old.replaced_by IS NOT NULL THEN
      _issued.expires_at := _old.original_expires_at;
    END IF;
    IF _is_self THEN
      _credential.ends_at := _issued.expires_at;
    END IF;
    _original_expires_at := _issued.expires_at;
  END IF;
  _issued := jsonb_populate_record(_issued, _request -> 'draft');
  -- A new key has the bounds of the one that creates it, unless it gets narrower ones.
  IF _old.id IS NULL THEN
    _issued.allowed_ips := coalesce(_issued.allowed_ips, _credential.allowed_ips);
    _issued.fields := coalesce(_issued.fields, _credential.fields);
  END IF;
  -- A repeat may have another key than the first request. It must not get more than that key has.
  _wider := wider_members(
    CASE WHEN _earlier.id IS NULL THEN _issued ELSE _earlier END,
    CASE WHEN _is_self THEN _issued.scopes ELSE _credential.granted_scopes END,
    _credential.allowed_ips, _credential.fields);
  IF _wider <> '{}' THEN
    RETURN _credential.facts || jsonb_build_object('verdict', 'not_grantable', 'members', _wider);
  END IF;

  IF _earlier.id IS NOT NULL THEN
    IF _earlier.last_used_at IS NOT NULL OR key_state(_earlier) <> 'active' THEN
      RETURN _credential.facts || '{"verdict": "key_already_used"}';
    END IF;
    -- The caller's key may be another one than created it, and end sooner.
    UPDATE api_keys SET hash = _hash, prefix = _request ->> 'prefix',
      expires_at = least(expires_at, _credential.ends_at)
    WHERE id = _earlier.id RETURNING * INTO _issued;
    PERFORM log_key_event(_issued, 'renewed', _credential.key_id, _request);
    RETURN _credential.facts || issued_key(_issued);
  END IF;

  IF _old.id IS NOT NULL AND key_state(_old) <> 'active' THEN
    RETURN _credential.facts || jsonb_build_object('verdict', 'key_not_live', 'state', key_state(_old));
  END IF;
  -- Rotated again before its successor was used, whose secret may be lost: one successor at a time.
  SELECT * INTO _unused FROM api_keys
  WHERE id = _old.replaced_by AND _old.until_first_use AND last_used_at IS NULL AND revoked_at IS NULL
  FOR NO KEY UPDATE;
  IF NOT has_room_for_key(_credential.owner, (_request ->> 'max_active_keys')::integer, _old.id,
    least(_old.expires_at, now() + _grace), _unused.id) THEN
    RETURN _credential.facts || '{"verdict": "too_many_keys"}';
  END IF;

  IF _unused.id IS NOT NULL THEN
    UPDATE api_keys SET revoked_at = now() WHERE id = _unused.id RETURNING * INTO _unused;
    PERFORM log_key_event(_unused, 'revoked', _credential.key_id, _request);
  END IF;
  _issued.id := gen_random_uuid();
  UPDATE api_keys SET
    expires_at = least(expires_at, now() + coalesce(_grace, (_request ->> 'first_use_within')::interval, '0')),
    original_expires_at = _original_expires_at,
    replaced_by = _issued.id,
    until_first_use = _grace IS NULL
  WHERE id = _old.id RETURNING * INTO _old;
  INSERT INTO api_keys (id, owner_id, name, description, role, scopes, hash, prefix, expires_at,
    require_precondition, allowed_ips, fields, lineage_id, replaces, idempotency_key, fingerprint)
  VALUES (_issued.id, _credential.owner, _issued.name, _issued.description, _issued.role, _issued.scopes,
    _hash, _request ->> 'prefix', least(_issued.expires_at, _credential.ends_at),
    _issued.require_precondition, _issued.allowed_ips, _issued.fields, coalesce(_old.lineage_id, _issued.id), _old.id,
    _request ->> 'idempotency_key', (_request ->> 'fingerprint')::bytea)
  RETURNING * INTO _issued;
  PERFORM log_key_event(_issued, 'created', _credential.key_id, _request);
  IF _old.id IS NOT NULL THEN
    PERFORM log_key_event(_old, 'rotated', _credential.key_id, _request);
  END IF;
  RETURN _credential.facts || issued_key(_issued);
END
$$;
--> statement-breakpoint
-- Returns the part of issue_key's result about a key that it has issued: the `key`, and in `replaced` the
-- state of the one that it replaces.
CREATE OR REPLACE FUNCTION profile.issued_key(_key profile.api_keys) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_object('verdict', 'issued', 'key', shown_key(_key), 'replaced', (
    SELECT jsonb_build_object(
      'id', id, 'expires_at', expires_at, 'until_first_use', until_first_use)
    FROM api_keys WHERE id = _key.replaces))
$$;
--> statement-breakpoint
-- Keeps the result of a request, for a day, for those that repeat it: under its Idempotency-Key, or as a
-- fence under the id of its change. Only keys have a `_lineage`, and only their requests are repeated.
-- `_user_id`: whose data the result has; it is deleted with them.
CREATE OR REPLACE FUNCTION profile.keep_record(
  _request jsonb, _lineage uuid, _user_id uuid, _result jsonb
) RETURNS void
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _key text := coalesce(_request ->> 'idempotency_key', _request ->> 'change_id');
BEGIN
  DELETE FROM idempotency_records
  WHERE lineage_id = _lineage AND key = _key
    AND created_at <= now() - (_request ->> 'remembered')::interval;
  INSERT INTO idempotency_records (lineage_id, key, fingerprint, user_id, result)
  SELECT _lineage, _key, (_request ->> 'fingerprint')::bytea, _user_id, _result
  WHERE _lineage IS NOT NULL;
END
$$;
--> statement-breakpoint
-- What a key is: `active` keys work, the others are kept for the record. A key is revoked with the one that made
-- it (has_maker). By the clock, not by now(): a
-- statement that waited for a lock began before the key ended.
CREATE OR REPLACE FUNCTION profile.key_state(_key profile.api_keys) RETURNS text
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT CASE
    WHEN _key.revoked_at IS NOT NULL OR NOT has_maker(_key) THEN 'revoked'
    WHEN _key.expires_at <= clock_timestamp() THEN 'expired'
    ELSE 'active'
  END
$$;
--> statement-breakpoint
-- Leases the endpoint that has waited longest, of those that are due `before` a time, or now, and have changes.
-- The cursors of those without changes move on. Returns
--   page      see leased_page; null if there is nothing to deliver
--   before    to be sent along when the next one is leased, so that a run takes none twice
--   others    whether others are due
--   paused    why endpoints were paused
--   retry_in  in how many seconds there may be more, if nobody wakes them
-- A repeat, with the same `next_token`, leases the same one.
CREATE OR REPLACE FUNCTION profile.lease_webhook(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _token uuid := _request ->> 'next_token';
  _before timestamptz := coalesce((_request ->> 'before')::timestamptz, clock_timestamp());
  _webhook webhooks;
  _page jsonb := '{}';
  _paused jsonb := '[]';
  _retry_in numeric;
BEGIN
  LOOP
    SELECT * INTO _webhook FROM webhooks
    WHERE state = 'active' AND (
      (lease_token = _token AND lease_until > '-infinity')
      OR (next_attempt_at <= _before AND lease_until < clock_timestamp()))
    ORDER BY lease_token = _token DESC NULLS LAST, next_attempt_at LIMIT 1
    -- The run that has it reads on until nothing is left, and each change wakes a run a second later.
    FOR NO KEY UPDATE SKIP LOCKED;
    EXIT WHEN _webhook.id IS NULL;
    _page := leased_page(_webhook, _request);
    EXIT WHEN _page ? 'changes';
    _retry_in := least(_retry_in, (_page ->> 'retry_in')::numeric);
    IF _page ->> 'pause' IS NOT NULL THEN
      _paused := _paused || jsonb_build_array(_page -> 'pause');
    END IF;
  END LOOP;
  RETURN jsonb_build_object('page', CASE WHEN _page ? 'changes' THEN _page END, 'before', _before,
    'paused', _paused, 'retry_in', _retry_in, 'others', EXISTS (
      SELECT FROM webhooks
      WHERE state = 'active' AND next_attempt_at <= _before AND lease_until < clock_timestamp()));
END
$$;
--> statement-breakpoint
-- What comes next for an endpoint, whose row is locked: the next page of changes, leased under `next_token` to who
-- asked for it; or nothing, and it is free. Stores what delivery knows of the endpoint. Returns
--   id, url, secrets, changes, lag_seconds   of a page
--   pause                                    why the endpoint was paused
--   retry_in                                 in how many seconds there may be more, if nobody wakes it
CREATE OR REPLACE FUNCTION profile.leased_page(_webhook profile.webhooks, _request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _reads boolean := _webhook.state = 'active' AND _webhook.next_attempt_at <= clock_timestamp()
    AND NOT _request ? 'release';
  _rounds integer := 0;
  _page jsonb := '{"changes": []}';
  _retry_in numeric;
BEGIN
  -- A filter that few changes pass makes pages without any.
  WHILE _reads LOOP
    _page := webhook_page(_webhook, (_request ->> 'limit')::integer);
    EXIT WHEN _page ? 'pause' OR _page -> 'changes' <> '[]';
    _webhook.cursor := _page -> 'cursor';
    _rounds := _rounds + 1;
    EXIT WHEN NOT (_page ->> 'has_more')::boolean OR _rounds = 10;
  END LOOP;

  _webhook.lease_token := _request ->> 'next_token';
  _webhook.lease_until := '-infinity';
  IF _page ? 'pause' THEN
    _webhook.state := 'paused';
    _webhook.paused_reason := _page ->> 'pause';
  ELSIF _page -> 'changes' <> '[]' THEN
    _webhook.lease_until := clock_timestamp() + (_request ->> 'lease')::interval;
  ELSIF _webhook.state = 'active' THEN
    IF _reads THEN
      _webhook.blocked_by := NULL;
      -- A change that waits for an older transaction wakes nobody when that ends.
      _retry_in := CASE
        WHEN (_page ->> 'has_more')::boolean THEN 0
        WHEN (_page ->> 'lag_seconds')::numeric > 0 THEN 5
      END;
      -- After the beginning of the run that reads it, so that the run reads it once.
      _webhook.next_attempt_at := clock_timestamp() + coalesce(_retry_in, 0) * interval '1 second';
    ELSE
      _retry_in := greatest(0, ceil(extract(epoch FROM _webhook.next_attempt_at - clock_timestamp())));
    END IF;
  END IF;
  UPDATE webhooks SET
    state = _webhook.state,
    paused_reason = _webhook.paused_reason,
    cursor = _webhook.cursor,
    blocked_by = _webhook.blocked_by,
    failing_since = _webhook.failing_since,
    next_attempt_at = _webhook.next_attempt_at,
    lease_token = _webhook.lease_token,
    lease_until = _webhook.lease_until
  WHERE id = _webhook.id;
  RETURN jsonb_build_object('retry_in', _retry_in,
      'pause', CASE WHEN _webhook.state = 'paused' THEN _webhook.paused_reason END)
    || CASE WHEN _webhook.lease_until > '-infinity' THEN jsonb_build_object('id', _webhook.id,
        'url', _webhook.url, 'secrets', signing_secrets(_webhook), 'changes', _page -> 'changes',
        'lag_seconds', _page -> 'lag_seconds') ELSE '{}' END;
END
$$;
--> statement-breakpoint
-- Lists what was changed of a user, the newest first. Returns null if there is no such credential, else
-- `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found           at most `limit` `changes`, of versions before `before` if there is one
--   user_not_found
CREATE OR REPLACE FUNCTION profile.list_changes(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _user_id uuid := _request ->> 'user_id';
  _credential record;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF EXISTS (SELECT FROM users WHERE id = _user_id) THEN
    SELECT jsonb_build_object('verdict', 'found',
      'changes', coalesce(jsonb_agg(shown_change(change) ORDER BY (change).version DESC), '[]'))
    INTO _result
    FROM (
      SELECT user_changes AS change FROM user_changes
      WHERE user_id = _user_id AND version < coalesce((_request ->> 'before')::integer, 2147483647)
      ORDER BY version DESC LIMIT (_request ->> 'limit')::integer
    ) AS page;
  ELSE
    _result := '{"verdict": "user_not_found"}';
  END IF;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- Lists the changes of users after a cursor of the feed (see changes_after): those of `only_user`; without the
-- scope that opens other users, of the owner of the credential. Returns null if there is no such credential,
-- else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, what changes_after returns.
CREATE OR REPLACE FUNCTION profile.list_feed(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
BEGIN
  -- The member `user_id` is of the cursor.
  _credential := find_credential(
    _request || jsonb_build_object('reads', true, 'user_id', _request -> 'only_user'));
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF NOT coalesce(_request ->> 'all_users_scope' = ANY (_credential.granted_scopes), false) THEN
    _request := _request || jsonb_build_object('only_user', _credential.owner);
  END IF;
  RETURN _credential.facts || changes_after(_request);
END
$$;
--> statement-breakpoint
-- Lists the keys of the credential's owner, the newest first; of the short-lived those that are active. Returns
-- null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, at
-- most `limit` `keys`. `after`: the id of the last key of the page before. `state`: only those in this state.
CREATE OR REPLACE FUNCTION profile.list_keys(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  -- Later than every key.
  _after_time timestamptz := 'infinity';
  _after_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  _keys jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF _request ? 'after' THEN
    -- Null if it is not a key of the owner: then nothing comes after it.
    SELECT created_at, id INTO _after_time, _after_id FROM api_keys
    WHERE id = (_request ->> 'after')::uuid AND owner_id = _credential.owner;
  END IF;
  SELECT coalesce(jsonb_agg(shown_key(key) ORDER BY (key).created_at DESC, (key).id DESC), '[]')
  INTO _keys
  FROM (
    SELECT api_keys AS key FROM api_keys
    WHERE owner_id = _credential.owner AND (created_at, id) < (_after_time, _after_id)
      AND (NOT short_lived OR key_state(api_keys) = 'active')
      AND coalesce(key_state(api_keys) = _request ->> 'state', true)
    ORDER BY created_at DESC, id DESC LIMIT (_request ->> 'limit')::integer
  ) AS page;
  RETURN _credential.facts || jsonb_build_object('keys', _keys);
END
$$;
--> statement-breakpoint
-- Lists users by id, or with `updated_since` by their last change, the oldest first: those with this `email`,
-- in any case, and this `stripe_customer_id`. Without the scope that opens other users only the owner of the
-- credential. Returns null if there is no such credential, else `key_id`, `ends_at` and `refusal` of it and,
-- unless it is refused, at most `limit` `users`. Each has `user` and, in the order of changes, `changed_at`.
-- They begin after the one with `after_id` (and `after_changed_at`).
CREATE OR REPLACE FUNCTION profile.list_users(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _by_change boolean := _request ? 'updated_since';
  -- Each has its index, which a condition that can be left out would not use.
  _conditions text := concat_ws(' AND ', 'true',
    CASE WHEN _request ? 'email' THEN $s$lower(email) = lower($1 ->> 'email')$s$ END,
    CASE WHEN _request ? 'stripe_customer_id' THEN $s$stripe_customer_id = $1 ->> 'stripe_customer_id'$s$ END,
    CASE WHEN _by_change THEN $s$changed_at >= ($1 ->> 'updated_since')::timestamptz$s$ END,
    CASE
      WHEN NOT _request ? 'after_id' THEN NULL
      WHEN _by_change THEN
        $s$(changed_at, user_id) > (($1 ->> 'after_changed_at')::timestamptz, ($1 ->> 'after_id')::uuid)$s$
      ELSE $s$id > ($1 ->> 'after_id')::uuid$s$
    END);
  _users jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  IF NOT coalesce(_request ->> 'all_users_scope' = ANY (_credential.granted_scopes), false) THEN
    _conditions := concat_ws(' AND ', _conditions, format('id = %L', _credential.owner));
  END IF;
  EXECUTE format(
    CASE WHEN _by_change THEN $s$
      SELECT jsonb_agg(jsonb_build_object('user', entry, 'changed_at', changed_at)
        ORDER BY changed_at, (entry).id)
      FROM (SELECT users AS entry, changed_at FROM user_changes
        JOIN users ON id = user_id AND users.version = user_changes.version
        WHERE %s ORDER BY changed_at, user_id LIMIT ($1 ->> 'limit')::integer) AS page$s$
    ELSE $s$
      SELECT jsonb_agg(jsonb_build_object('user', entry) ORDER BY (entry).id)
      FROM (SELECT users AS entry FROM users
        WHERE %s ORDER BY id LIMIT ($1 ->> 'limit')::integer) AS page$s$
    END, _conditions
  ) INTO _users USING _request;
  RETURN _credential.facts || jsonb_build_object('users', coalesce(_users, '[]'));
END
$$;
--> statement-breakpoint
-- Lists the endpoints of the credential's owner that it may see, the newest first. Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, `webhooks`.
CREATE OR REPLACE FUNCTION profile.list_webhooks(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  RETURN _credential.facts || jsonb_build_object('webhooks', (
    SELECT coalesce(jsonb_agg(shown_webhook(webhook) ORDER BY created_at DESC, id DESC), '[]')
    FROM webhooks AS webhook
    WHERE owner_id = _credential.owner
      AND may_see_webhook(webhook, _request, _credential.owner, _credential.granted_scopes)));
END
$$;
--> statement-breakpoint
-- Writes the first row of a user's log, their creation. The request id is `sql`, as if an operator had created
-- them; create_user writes its own into the row.
CREATE OR REPLACE FUNCTION profile.log_creation() RETURNS trigger
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
BEGIN
  INSERT INTO user_changes (user_id, version, request_id, changed_at, is_creation, changes)
  SELECT id, version, 'sql', clock_timestamp(), true, (
    SELECT coalesce(jsonb_object_agg(field, jsonb_build_object('before', null, 'after', value)), '{}')
    FROM jsonb_each(to_jsonb(created)
      - '{id,follower_count,following_count,version,created_at,updated_at}'::text[]) AS each (field, value)
    WHERE value <> 'null'
  )
  FROM created;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER users_log_creation AFTER INSERT ON profile.users
  REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION profile.log_creation();
--> statement-breakpoint
-- A row of the record. `_request` has the `actor` and the `request_id`. A short-lived key may be created by a
-- key of another user.
CREATE OR REPLACE FUNCTION profile.log_key_event(
  _key profile.api_keys, _action text, _actor_key_id uuid, _request jsonb
) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  INSERT INTO key_events (key_id, owner_id, action, actor, actor_key_id, actor_user_id, request_id)
  VALUES (_key.id, _key.owner_id, _action, _request ->> 'actor', _actor_key_id,
    CASE _request ->> 'actor'
      WHEN 'key' THEN (SELECT owner_id FROM api_keys WHERE id = _actor_key_id)
      WHEN 'person' THEN _key.owner_id
    END,
    _request ->> 'request_id')
$$;
--> statement-breakpoint
-- Whether a credential, of this owner and with these scopes, may see and change an endpoint. One that gets the
-- changes of all users only with the scope that opens them: another key could send them elsewhere.
CREATE OR REPLACE FUNCTION profile.may_see_webhook(
  _webhook profile.webhooks, _request jsonb, _owner uuid, _granted_scopes text[]
) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT _webhook.owner_id = _owner
    AND (NOT _webhook.all_users OR coalesce(_request ->> 'all_users_scope' = ANY (_granted_scopes), false))
$$;
--> statement-breakpoint
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
--> statement-breakpoint
-- Reads a user as they are, or as of a `version`, at most `reachable_versions` back. Returns null if there is
-- no such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   found              `user`
--   user_not_found
--   version_not_found  the log does not lead back there
CREATE OR REPLACE FUNCTION profile.read_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _version integer := _request ->> 'version';
  _credential record;
  _found record;
  _user users;
  _result jsonb;
BEGIN
  _credential := find_credential(_request || '{"reads": true}');
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  -- As one value, because assigning 31 columns one by one costs more.
  SELECT users AS entry INTO _found FROM users WHERE id = (_request ->> 'user_id')::uuid;
  _user := _found.entry;
  _result := CASE
    WHEN _user.id IS NULL THEN '{"verdict": "user_not_found"}'
    WHEN _version IS NULL THEN jsonb_build_object('verdict', 'found', 'user', to_jsonb(_user))
    WHEN is_version_kept(_user, _version, (_request ->> 'reachable_versions')::integer) THEN
      jsonb_build_object('verdict', 'found', 'user', to_jsonb(user_at(_user, _version)))
    ELSE '{"verdict": "version_not_found"}'
  END;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- Returns the result of an earlier request with the same Idempotency-Key, or of an earlier attempt (see
-- keep_record). Returns `too_late` if the attempt came too late, and null if the request is new. Waits for one
-- that is under way, which no lock of a row could do before there is a user.
CREATE OR REPLACE FUNCTION profile.recorded_result(_request jsonb, _lineage uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _key text := coalesce(_request ->> 'idempotency_key', _request ->> 'change_id');
  _record idempotency_records;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(concat(_lineage, ' ', _key), 0));
  SELECT * INTO _record FROM idempotency_records
  WHERE lineage_id = _lineage AND key = _key
    AND created_at > now() - (_request ->> 'remembered')::interval;
  RETURN CASE
    WHEN is_too_late(_request) THEN '{"verdict": "too_late"}'
    WHEN _record.key IS NULL THEN NULL
    WHEN _record.fingerprint IS DISTINCT FROM (_request ->> 'fingerprint')::bytea
      THEN '{"verdict": "idempotency_key_reused"}'
    ELSE _record.result || jsonb_build_object('replayed', _request ? 'idempotency_key')
  END;
END
$$;
--> statement-breakpoint
-- Revokes the active key with this `hash`, by whomever it is reported. Returns whether one was `revoked`.
CREATE OR REPLACE FUNCTION profile.report_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _lock_timeout text := set_config('lock_timeout', coalesce(_request ->> 'lock_timeout', '3s'), true);
  _key api_keys;
BEGIN
  UPDATE api_keys SET revoked_at = now()
  WHERE hash = (_request ->> 'hash')::bytea AND revoked_at IS NULL
  RETURNING * INTO _key;
  IF _key.id IS NOT NULL THEN
    PERFORM log_key_event(_key, 'reported', NULL, _request);
  END IF;
  RETURN jsonb_build_object('revoked', _key.id IS NOT NULL);
END
$$;
--> statement-breakpoint
-- Returns the update that restores a `version` of a user, or that takes the change to `undo` back, in the fields
-- that it changed. Null if the log does not have it. The fields that a request can change are those of its
-- `scope_by_field`.
CREATE OR REPLACE FUNCTION profile.reverted_values(_user profile.users, _request jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _version integer := _request -> 'revert' ->> 'version';
  _undo integer := _request -> 'revert' ->> 'undo';
  _most integer := coalesce((_request ->> 'mergeable_versions')::integer, 0);
BEGIN
  IF _undo IS NOT NULL THEN
    RETURN (
      SELECT jsonb_object_agg(field, change -> 'before')
      FROM user_changes, jsonb_each(changes) AS each (field, change)
      WHERE user_id = _user.id AND version = _undo AND version > greatest(1, _user.version - _most)
    );
  ELSIF is_version_kept(_user, _version, _most) THEN
    RETURN (
      SELECT jsonb_object_agg(field, value)
      FROM jsonb_each(to_jsonb(user_at(_user, _version))) AS each (field, value)
      WHERE _request -> 'scope_by_field' ? field
    );
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Ends a key of the credential's owner, by its `id`, from the next request on. Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, a `verdict`:
--   revoked        `key`; a key that was revoked before stays as it was
--   key_not_found
CREATE OR REPLACE FUNCTION profile.revoke_key(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _key_id uuid := _request ->> 'id';
  _credential record;
  _key api_keys;
  _result jsonb := '{}';
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    UPDATE api_keys SET revoked_at = now()
    WHERE id = _key_id AND owner_id = _credential.owner AND revoked_at IS NULL
    RETURNING * INTO _key;
    IF _key.id IS NOT NULL THEN
      PERFORM log_key_event(_key, 'revoked', _credential.key_id, _request);
    ELSE
      SELECT * INTO _key FROM api_keys WHERE id = _key_id AND owner_id = _credential.owner;
    END IF;
    _result := CASE
      WHEN _key.id IS NULL THEN '{"verdict": "key_not_found"}'
      ELSE jsonb_build_object('verdict', 'revoked', 'key', shown_key(_key))
    END;
  END IF;
  -- To end a key is not to use it.
  IF _credential.is_use_due AND _credential.key_id IS DISTINCT FROM _key.id THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || _result;
END
$$;
--> statement-breakpoint
-- A row of the log as people see it.
CREATE OR REPLACE FUNCTION profile.shown_change(_change profile.user_changes) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_object('version', _change.version, 'changed_at', _change.changed_at,
    'changed_by', _change.api_key_prefix, 'request_id', _change.request_id, 'reverts', _change.reverts,
    'fields', _change.changes)
$$;
--> statement-breakpoint
-- A key as the Worker may know it: without its hashes and the request that created it, and with its `state`.
CREATE OR REPLACE FUNCTION profile.shown_key(_key profile.api_keys) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT to_jsonb(_key) - '{hash,idempotency_key,fingerprint,id_token_hash}'::text[]
    || jsonb_build_object('state', key_state(_key))
$$;
--> statement-breakpoint
-- An endpoint as the Worker may show it: without its secrets, and without what delivery notes there.
CREATE OR REPLACE FUNCTION profile.shown_webhook(_webhook profile.webhooks) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT to_jsonb(_webhook)
    - '{owner_id,secret,previous_secret,failing_since,next_attempt_at,lease_token,lease_until}'::text[]
    || jsonb_build_object(
      'blocked_by', _webhook.blocked_by - 'position',
      'previous_secret_ends_at', CASE WHEN _webhook.previous_secret_ends_at > clock_timestamp()
        THEN _webhook.previous_secret_ends_at END)
$$;
--> statement-breakpoint
-- The secrets that sign what is sent to an endpoint now: two after a rotation, for a while.
CREATE OR REPLACE FUNCTION profile.signing_secrets(_webhook profile.webhooks) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT jsonb_build_array(_webhook.secret)
    || CASE WHEN _webhook.previous_secret_ends_at > clock_timestamp()
      THEN jsonb_build_array(_webhook.previous_secret) ELSE '[]' END
$$;
--> statement-breakpoint
-- Begins a session of the user that an identity at an OpenID provider is (find_person), and deletes their
-- expired ones. It lasts for `lifetime`, and never for more than 12 hours. Repeatable: the same session begins
-- once. Returns a `verdict`:
--   started        the session of `user_id`
--   inactive_user  without a session
--   unknown_user
CREATE OR REPLACE FUNCTION profile.start_session(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _person users := find_person(_request);
BEGIN
  IF _person.id IS NULL THEN
    RETURN '{"verdict": "unknown_user"}';
  END IF;
  DELETE FROM sessions WHERE user_id = _person.id AND expires_at <= now();
  IF NOT _person.is_active THEN
    RETURN '{"verdict": "inactive_user"}';
  END IF;
  INSERT INTO sessions (id, user_id, expires_at)
  VALUES ((_request ->> 'session_id')::uuid, _person.id,
    now() + least((_request ->> 'lifetime')::interval, '12 hours'))
  ON CONFLICT (id) DO NOTHING;
  RETURN jsonb_build_object('verdict', 'started', 'user_id', _person.id);
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
-- it. The request names where it came from by `client_country` and `client_network`, if that is known. The
-- first use of a key ends the one that it replaced, unless the rotation had a `grace`.
CREATE OR REPLACE FUNCTION profile.touch_key(_key_id uuid, _request jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _predecessor uuid;
BEGIN
  UPDATE api_keys SET
    last_used_at = date_trunc('minute', now()),
    last_used_country = _request ->> 'client_country',
    last_used_network = _request ->> 'client_network'
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
      WHERE id = _predecessor AND replaced_by = _key_id AND until_first_use AND expires_at > now()
      FOR NO KEY UPDATE SKIP LOCKED
    );
  END IF;
END
$$;
--> statement-breakpoint
-- Deletes all attempts to deliver to an endpoint but the latest, and the latest that led to a skip.
CREATE OR REPLACE FUNCTION profile.trim_webhook_attempts(_webhook_id uuid, _kept integer) RETURNS void
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  DELETE FROM webhook_attempts WHERE number = ANY (ARRAY(
    SELECT number FROM webhook_attempts
    WHERE webhook_id = _webhook_id
      AND number NOT IN (SELECT number FROM webhook_attempts
        WHERE webhook_id = _webhook_id ORDER BY number DESC LIMIT _kept)
      AND number NOT IN (SELECT number FROM webhook_attempts
        WHERE webhook_id = _webhook_id AND skipped_at IS NOT NULL ORDER BY number DESC LIMIT _kept)
    -- An erasure may be deleting some of them.
    FOR UPDATE SKIP LOCKED))
$$;
--> statement-breakpoint
-- Updates a user: authenticates, authorises, and changes them (change_user). Returns null if there is no
-- such credential, else `key_id`, `ends_at` and `refusal` of it and, unless it is refused, the result of
-- change_user. `wakes`: whether there are webhooks to be delivered. For the request see updateRequest in
-- src/users/statements.ts.
CREATE OR REPLACE FUNCTION profile.update_user(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _credential record;
  _result jsonb;
BEGIN
  _credential := find_credential(_request);
  IF _credential.facts IS NULL THEN
    RETURN NULL;
  END IF;
  IF _credential.refusal IS NULL THEN
    _result := change_user(_request, _credential.key_id, _credential.key_prefix, _credential.lineage,
      _credential.granted_scopes, _credential.fields);
  END IF;
  IF _credential.is_use_due AND NOT coalesce((_request ->> 'validate_only')::boolean, false) THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  _result := _credential.facts || coalesce(_result, '{}');
  -- Nested, so that the log is searched only if there are webhooks.
  IF EXISTS (SELECT FROM webhooks WHERE state = 'active') THEN
    IF EXISTS (SELECT FROM user_changes WHERE change_id = (_request ->> 'change_id')::uuid) THEN
      _result := _result || '{"wakes": true}';
    END IF;
  END IF;
  RETURN _result;
END
$$;
--> statement-breakpoint
-- Updates users as so many requests to update_user would, one after another, but in one statement, which
-- judges the credential once. Returns null if there is no such credential, else `key_id`, `ends_at` and
-- `refusal` of it and, unless it is refused, `results`. They have, for each of the `items` in their order, what
-- change_user returns, or the `refusal` for this one. A user has only the `version`, except in a conflict.
-- `wakes`: whether there are webhooks to be delivered.
-- Nothing is written if the request is to `validate_only`, or if it is `atomic` and one of the items fails.
-- For the request see updateUsers in src/users/statements.ts.
CREATE OR REPLACE FUNCTION profile.update_users(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _is_atomic boolean := coalesce((_request ->> 'atomic')::boolean, false);
  _locks boolean := coalesce((_request ->> 'lock')::boolean, false);
  _credential record;
  _items jsonb[];
  _users uuid[];
  _results jsonb[] := '{}';
  _sizes integer[];
  _races integer := 0;
  _next integer := 1;
  _last integer;
  _is_locked boolean := false;
  _constraint text;
BEGIN
  _credential := find_credential(_request - '{items,lock}'::text[]);
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  _items := ARRAY(
    SELECT _request -> 'each' || item
    FROM jsonb_array_elements(_request -> 'items') WITH ORDINALITY AS each (item, position) ORDER BY position
  );
  _users := ARRAY(
    SELECT (item ->> 'user_id')::uuid FROM unnest(_items) AS item
    WHERE _credential.opens_others OR (item ->> 'user_id')::uuid = _credential.owner
    UNION SELECT _credential.owner WHERE _locks
  );

  -- An item that would violate a constraint is found before it does. So an error of Postgres is caused by a
  -- race with another statement, and all is done again; at last in smaller blocks. Each item has a block of
  -- its own only then, because each block takes a transaction id.
  _sizes := ARRAY[cardinality(_items), cardinality(_items), 50, 1];
  BEGIN
    WHILE _next <= cardinality(_items) LOOP
      _last := least(_next + _sizes[_races + 1], cardinality(_items) + 1) - 1;
      BEGIN
        IF NOT _is_locked THEN
          -- In the block that changes the rows: Postgres would note two lockers of each otherwise.
          PERFORM FROM users WHERE id = ANY (_users) ORDER BY id FOR NO KEY UPDATE;
          IF _locks THEN
            _credential := find_credential(_request - 'items');
            IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
              RETURN _credential.facts;
            END IF;
          END IF;
        END IF;
        FOR _i IN _next .. _last LOOP
          _results[_i] := CASE
            WHEN _credential.owner <> (_items[_i] ->> 'user_id')::uuid AND NOT _credential.opens_others
              THEN '{"refusal": "insufficient_scope"}'
            WHEN _credential.require_precondition AND NOT _items[_i] ?| '{if_match,base_version}'
              THEN '{"refusal": "precondition_required"}'
            ELSE change_user(_items[_i], _credential.key_id, _credential.key_prefix, _credential.lineage,
              _credential.granted_scopes, _credential.fields)
          END;
        END LOOP;
        _is_locked := true;
        _next := _last + 1;
        _races := least(_races, 2);
      EXCEPTION
        WHEN unique_violation OR foreign_key_violation OR check_violation THEN
          GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
          IF _last > _next THEN
            _races := _races + 1;
          -- The twin with the same Idempotency-Key has left its record by now.
          ELSIF _constraint <> 'idempotency_records_pkey' THEN
            _results[_next] := jsonb_build_object('verdict', 'constraint_violated', 'constraint', _constraint);
            _next := _next + 1;
            _races := least(_races, 2);
          END IF;
      END;
    END LOOP;
    IF _validate_only OR _is_atomic AND EXISTS (
      SELECT FROM unnest(_results) AS result WHERE result ->> 'verdict' IS DISTINCT FROM 'updated'
    ) THEN
      RAISE SQLSTATE 'PD001'; -- All of this block is rolled back.
    END IF;
  EXCEPTION
    WHEN SQLSTATE 'PD001' THEN
      NULL;
  END;

  IF _credential.is_use_due AND NOT _validate_only THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || jsonb_build_object('wakes',
    EXISTS (SELECT FROM webhooks WHERE state = 'active')
    AND EXISTS (SELECT FROM user_changes
      WHERE change_id IN (SELECT (item ->> 'change_id')::uuid FROM unnest(_items) AS item)),
  'results', ARRAY(
    SELECT CASE
      WHEN result ->> 'verdict' = 'edit_conflict' OR NOT result ? 'user' THEN result
      ELSE result || jsonb_build_object('user', jsonb_build_object('version', CASE
        -- A dry run has made no version.
        WHEN _validate_only AND result ->> 'verdict' = 'updated'
          THEN (SELECT version FROM users WHERE id = (item ->> 'user_id')::uuid)
        ELSE (result -> 'user' ->> 'version')::integer
      END))
    END
    FROM unnest(_results, _items) WITH ORDINALITY AS each (result, item, position) ORDER BY position
  ));
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
  ), '{}') || jsonb_build_object('version', _version, 'updated_at', coalesce((
    SELECT changed_at FROM user_changes WHERE user_id = (_user).id AND version = _version
  ), (_user).created_at)))
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
--> statement-breakpoint
-- The next changes for an endpoint, as changes_after returns them; or why it must `pause`.
CREATE OR REPLACE FUNCTION profile.webhook_page(_webhook profile.webhooks, _limit integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = profile, pg_temp AS $$
DECLARE
  _owner users;
  _page jsonb;
BEGIN
  SELECT * INTO _owner FROM users WHERE id = _webhook.owner_id;
  IF NOT _owner.is_active THEN
    RETURN '{"pause": "owner_inactive"}';
  ELSIF _webhook.all_users AND NOT _owner.is_superuser THEN
    RETURN '{"pause": "owner_not_superuser"}';
  END IF;
  _page := changes_after(jsonb_strip_nulls(jsonb_build_object(
    'epoch', _webhook.cursor -> 0, 'position', _webhook.cursor -> 1,
    'user_id', _webhook.cursor -> 2, 'version', _webhook.cursor -> 3,
    'only_user', CASE WHEN NOT _webhook.all_users THEN _webhook.owner_id END,
    'types', _webhook.types, 'fields', _webhook.fields, 'limit', _limit)));
  RETURN CASE WHEN _page ? 'expired' THEN '{"pause": "cursor_expired"}' ELSE _page END;
END
$$;
--> statement-breakpoint
-- The bounds of a key that go beyond these: `scopes`, `allowed_ips`, `fields`. Null, of the last two, is no
-- bound.
CREATE OR REPLACE FUNCTION profile.wider_members(
  _key profile.api_keys, _scopes text[], _allowed_ips cidr[], _fields text[]
) RETURNS text[]
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT array_remove(ARRAY[
    CASE WHEN NOT _key.scopes <@ _scopes THEN 'scopes' END,
    CASE WHEN _allowed_ips IS NOT NULL AND (_key.allowed_ips IS NULL OR EXISTS (
      SELECT FROM unnest(_key.allowed_ips) AS range WHERE NOT range <<= ANY (_allowed_ips::inet[])
    )) THEN 'allowed_ips' END,
    CASE WHEN _fields IS NOT NULL AND NOT coalesce(_key.fields <@ _fields, false) THEN 'fields' END
  ], NULL)
$$;
