-- The lineage of the short-lived keys that a user gets from one source, such as the lineage of a key.
CREATE OR REPLACE FUNCTION profile.app_lineage(_user_id uuid, _source text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = profile, pg_temp AS $$
  SELECT left(encode(sha256(convert_to(concat(_user_id, ' ', _source), 'UTF8')), 'hex'), 32)::uuid
$$;
