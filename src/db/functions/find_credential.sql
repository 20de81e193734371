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
