-- A key as the Worker may know it: without its hashes and the request that created it, and with its `state`.
CREATE OR REPLACE FUNCTION profile.shown_key(_key profile.api_keys) RETURNS jsonb
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT to_jsonb(_key) - '{hash,idempotency_key,fingerprint,id_token_hash}'::text[]
    || jsonb_build_object('state', key_state(_key))
$$;
