-- How long the oldest change waits that is stored and that no page of the feed may have yet, in seconds.
-- `_request` has no members.
CREATE OR REPLACE FUNCTION profile.feed_lag(_request jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
  SELECT changes_after('{"latest": true}') -> 'lag_seconds'
$$;
