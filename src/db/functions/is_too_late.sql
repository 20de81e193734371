-- Whether an attempt came after its `not_after`, and a minute for clocks that differ.
CREATE OR REPLACE FUNCTION profile.is_too_late(_request jsonb) RETURNS boolean
LANGUAGE sql SET search_path = profile, pg_temp AS $$
  SELECT coalesce(clock_timestamp() > (_request ->> 'not_after')::timestamptz + interval '1 minute', true)
$$;
