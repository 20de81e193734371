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
