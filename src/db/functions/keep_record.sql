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
