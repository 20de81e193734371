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
