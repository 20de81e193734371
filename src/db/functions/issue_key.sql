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
